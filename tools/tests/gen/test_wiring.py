"""The boards' pin tables against the chips' facts; the budget against figures worked out by hand."""

import xml.etree.ElementTree as ET

import pytest
from boards import parts
from boards.chips import CHIPS, I2C_SCL, I2C_SDA, UART_RX, UART_TX
from boards.signals import SIGNALS

from tools.gen.pins import BOARDS, pins_of, wires_of
from tools.gen.wiring import wiring

NO_PINS = {"BOARD", "UART_PI", "UART_GNSS", "I2C", "BATTERY_FULL_MV", "RAIL_FULL_MV", "WATCHDOG_CTRL"}
BUSES: dict[
    str, tuple[str, dict[int, tuple[int, ...]]]
] = {  # signal: which number of pins.py says the bus, and the GPIOs that have it
    "UART_PI_TX": ("UART_PI", UART_TX),
    "UART_PI_RX": ("UART_PI", UART_RX),
    "UART_GNSS_TX": ("UART_GNSS", UART_TX),
    "UART_GNSS_RX": ("UART_GNSS", UART_RX),
    "I2C_SDA": ("I2C", I2C_SDA),
    "I2C_SCL": ("I2C", I2C_SCL),
}


@pytest.mark.parametrize("board", BOARDS)
def test_no_pin_is_wired_twice(board):
    gpios = [wire.gpio for wire in wires_of(board)]
    assert len(gpios) == len(set(gpios)) == 23


@pytest.mark.parametrize("board", BOARDS)
def test_every_pin_can_be_wired_and_what_is_analogue_has_an_adc(board):
    chip = CHIPS[board]
    for wire in wires_of(board):
        if chip.fixed.get(wire.label) != wire.gpio:
            assert wire.gpio in chip.wired, wire
        assert wire.kind != "adc" or wire.gpio in chip.adc, wire


@pytest.mark.parametrize("board", BOARDS)
def test_serial_and_i2c_stand_on_pins_of_that_bus(board):
    pins = pins_of(board)
    for signal, (bus, gpios) in BUSES.items():
        assert pins[signal] in gpios[int(str(pins[bus]))], signal


@pytest.mark.parametrize("board", BOARDS)
def test_every_signal_is_in_the_tables_and_nothing_else(board):
    assert set(pins_of(board)) - NO_PINS == {signal.name for signal in SIGNALS}
    assert pins_of(board)["BOARD"] == board
    assert sum(wire.label.startswith("MODEM_POWER") for wire in wires_of(board)) == 5


@pytest.mark.parametrize("board", BOARDS)
def test_the_diagram_shows_every_wire(board):
    drawn = ET.fromstring(wiring()[f"docs/pictures/wiring-{board}.svg"])
    texts = [element.text or "" for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for wire in wires_of(board):
        assert wire.label in texts
        assert wire.text in texts
        assert any(text.startswith(f"GPIO {wire.gpio}") for text in texts)


def test_currents():  # 5 x 184 + 600 + 100 + 100; a busy modem: 800 mA x 3.8 V / 5 V / 0.9 = 675.6 mA
    assert parts.rail_ma("typical") == pytest.approx(1720)
    assert parts.rail_ma("one busy") == pytest.approx(1720 - 184 + 675.6, abs=0.1)
    assert parts.rail_ma("all busy") == pytest.approx(5 * 675.6 + 1280 + 200 + 150, abs=0.5)


def test_battery():  # 1.720 A x 5 V / 0.9 / 0.85 / 0.8; a cell in series of three: 36.2 Wh
    assert parts.battery_wh("typical") == pytest.approx(14.05, abs=0.01)
    assert [parts.cells_in_parallel(kind) for kind in ("typical", "one busy", "all busy")] == [1, 1, 2]


def test_antennas():  # 299792458 / 824e6; 20 log10(4 pi) = 21.98 dB; side of a pentagon
    assert parts.wavelength_mm(parts.LOWEST_HZ) == pytest.approx(363.8, abs=0.1)
    assert parts.isolation_db(363.83, parts.LOWEST_HZ) == pytest.approx(21.98, abs=0.01)
    assert parts.circle_radius_mm(363.8) == pytest.approx(309.5, abs=0.1)


def test_a_burst():  # (2111.1 - 675.6) mA x 577 us / 0.25 V
    assert parts.capacitor_uf() == pytest.approx(3313, abs=1)
