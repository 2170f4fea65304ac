"""Currents, battery, antennas and parts of a box with five modems: figures, their sources, what follows.

Source words as in hil_tests/sims/at_modem/provenance.py: manual, thread, public-driver, memory.
"""

import math
from typing import NamedTuple

RAIL_V = 5.0
CONVERTER_EFFICIENCY = 0.90  # memory: synchronous step-down, 12 V to 5 V
MODULE_V = 3.8  # memory: what a cellular module runs on
MODEMS = 5
SPEED_OF_LIGHT_M_S = 299_792_458


class Load(NamedTuple):
    """A consumer of the 5 V rail: mA on average, at worst for minutes, and for a burst."""

    name: str
    count: int
    typical_ma: float
    busy_ma: float
    burst_ma: float
    source: str


def at_rail_ma(module_ma: float) -> float:
    """Return the current at 5 V behind a converter of a module's current at MODULE_V."""
    return module_ma * MODULE_V / RAIL_V / CONVERTER_EFFICIENCY


MODEM_SOURCE = (
    "typical: measured on a Huawei E3276 in LTE, connected, voltage not said, thread"
    " https://grunenberger.net/2014/02/24/4g-3g-2g-power-consumption/; busy: 800 mA at the module at 24 dBm,"
    " manual u-blox LISA-U2 UBX-13001118 R27, 1.5.3.2; burst: 2,500 mA for 577 us of 4.6 ms in 2G,"
    " manual u-blox LISA-U1 3G.G2-HW-10002-3, 1.5.3.1"
)
PI_SOURCE = (
    "burst: its 3 A supply, repository naushir/documentation, setup; busy: four cores at full load,"
    " doerrmcwilliamsk2ja.web.app, a copy of a copy; typical: memory"
)
LOADS = (
    Load("modem", MODEMS, 184, at_rail_ma(800), at_rail_ma(2500), MODEM_SOURCE),
    Load("Raspberry Pi 4", 1, 600, 1280, 3000, PI_SOURCE),
    Load("USB hub", 1, 100, 200, 200, "memory"),
    Load("probe board, OLED, GNSS", 1, 100, 150, 150, "memory"),
)
BURST_S = 577e-6
BURST_DROOP_V = 0.25  # 5 % of 5 V: what USB allows
MODEMS_BUSY_AT_ONCE = 1  # throughput is measured on one line at a time


def rail_ma(kind: str) -> float:
    """Return the rail's current: *kind* typical, one line busy, all busy, or all bursts at once."""
    total = 0.0
    for load in LOADS:
        if kind == "one busy" and load.name == "modem":
            total += MODEMS_BUSY_AT_ONCE * load.busy_ma + (load.count - MODEMS_BUSY_AT_ONCE) * load.typical_ma
        elif kind in ("typical", "one busy"):
            total += load.count * load.typical_ma
        else:
            total += load.count * (load.busy_ma if kind == "all busy" else load.burst_ma)
    return total


def capacitor_uf() -> float:
    """Return what beside each modem carries one 2G burst with the droop that USB allows, at 5 V."""
    modem = LOADS[0]
    return (modem.burst_ma - modem.busy_ma) / 1000 * BURST_S / BURST_DROOP_V * 1e6


CELL_V, CELL_MAH = 3.6, 3350  # memory: 18650 of the better kind
CELLS_IN_SERIES = 3  # 12.6 V full, 10.5 V at the last gasp: limits.py
USABLE = 0.85  # between 12.6 V and 10.5 V: memory
AGED = 0.80  # end of life
MINUTES = 60


def battery_wh(kind: str) -> float:
    """Return the nominal energy that lasts MINUTES at the end of the battery's life."""
    return rail_ma(kind) / 1000 * RAIL_V / CONVERTER_EFFICIENCY * MINUTES / 60 / USABLE / AGED


def cells_in_parallel(kind: str) -> int:
    """Return how many cells side by side that takes."""
    return math.ceil(battery_wh(kind) / (CELLS_IN_SERIES * CELL_V * CELL_MAH / 1000))


LOWEST_HZ = 824e6  # uplink of band 5, the lowest that the drivers' bands of Indonesian operators go
GNSS_HZ = 1575.42e6  # L1


def wavelength_mm(hz: float) -> float:
    """Return the wavelength in free space."""
    return SPEED_OF_LIGHT_M_S / hz * 1000


def isolation_db(distance_mm: float, hz: float) -> float:
    """Return the loss between two isotropic antennas (Friis); nearer than a wavelength it is rough."""
    return 20 * math.log10(4 * math.pi * distance_mm / wavelength_mm(hz))


def circle_radius_mm(spacing_mm: float) -> float:
    """Return the radius of a circle on which MODEMS antennas stand so far from their neighbours."""
    return spacing_mm / (2 * math.sin(math.pi / MODEMS))


SPACING_SOURCES = (
    "half a wavelength at least, and 15 cm in practice: likittelekom.info, To increase antenna isolation",
    "one wavelength at least, three are better: Southwest Antennas, in community.meraki.com, MA-ANT-25",
    "1 to 4 wavelengths give 27 to 34 dB: Ascom, Distance between antennas (2010), scribd 734415811",
)


class Part(NamedTuple):
    """A line of the bill of materials."""

    count: int
    what: str
    why: str
    source: str


PARTS = (
    Part(1, "Raspberry Pi Pico, Pico 2, or the carrier with RP2350B", "the probe board", "memory"),
    Part(
        6,
        "load switch TPS22965 (0.8 to 5.7 V, 6 A, 16 mOhm), 10 nF at CT: rises in 17.7 ms",
        "one for each modem and one for the Pi",
        "manual: TI SLVSBJ0F, features and table 1",
    ),
    Part(
        2,
        "INA3221, shunts of 50 mOhm",
        "currents of five modems and the Pi; full scale 3.3 A",
        "manual: TI SBOS576B, 8.6.2.2",
    ),
    Part(5, "polymer capacitor beside each modem, as computed below or more", "2G bursts", "computed"),
    Part(1, "GNSS receiver with PPS (u-blox M8 or later), active antenna", "place and time", "memory"),
    Part(1, "OLED 128 x 64, SSD1306, I2C", "pages", "memory"),
    Part(1, "opto-coupler (PC817)", "mains present, apart from the mains adapter", "memory"),
    Part(1, "step-down converter 12 V to 5 V, as computed below or more", "the rail", "computed"),
    Part(
        1, "3S pack of Li-ion cells with protection and charger, as computed below", "60 minutes", "computed"
    ),
    Part(
        1,
        "USB hub with its own supply from the switched rail",
        "the Pi gives 1.2 A in all to its ports",
        "repository raspberrypi/documentation, usb-bus-on-raspberry-pi.adoc",
    ),
    Part(1, "door switch, button, LEDs green and red", "front panel", "memory"),
)
