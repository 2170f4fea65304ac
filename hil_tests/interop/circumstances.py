"""Networks and cards that are not as usual: what foreign programs make of them."""

from dataclasses import replace

from hil_tests.interop.modem_manager import ANY, MODEM_MANAGER
from hil_tests.interop.place import Foreign
from hil_tests.interop.rows import Limit, Row
from hil_tests.interop.serial_clients import (
    COMGT_CLIENT,
    GAMMU,
    GAMMU_CLIENT,
    GNOKII,
    GNOKII_CLIENT,
)
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.network.carriers import Mode

ROAMING, DENIED, LOCKED, NO_CARD, GSM = "roam-national:{visited}", "denied:11", "sim-pin", "sim-absent", "gsm"
PIN = "1234"  # the simulated card's, in scenario sim-pin
ENABLED = Row("enabled", ANY + " --enable", r"successfully enabled the modem", wait_s=45)
SMS_ONLY = "gammu takes 6, registered for SMS only, as no circuit network and tells of the packet network"


def at(foreign: Foreign, scenario: str, *rows: Row, limits: tuple[Limit, ...] = ()) -> Foreign:
    """Return *foreign* with other *rows* and *limits*, at a modem in *scenario*."""
    return replace(foreign, rows=rows, limits=limits, late_s=0.0, scenario=scenario)


def fits(foreign: Foreign, personality: str) -> bool:
    """Return whether *personality* has the radio for the scenario of *foreign*: not every modem knows GSM."""
    return foreign.scenario != GSM or Mode.GSM in MODELS[personality].modes


CIRCUMSTANCES = (
    at(
        MODEM_MANAGER,
        ROAMING,
        ENABLED,
        Row("roaming", ANY, r"registration: \S*roaming\n", wait_s=30),
        Row("operator code", ANY, r"operator id: {visited}\n", wait_s=20),
    ),
    at(
        MODEM_MANAGER,
        DENIED,
        ENABLED,
        Row("denied", ANY, r"registration: \S*denied\n", wait_s=30),
    ),
    at(
        MODEM_MANAGER,
        LOCKED,
        Row("asks for the PIN", ANY, r"lock: sim-pin\n", wait_s=45),
        Row("three tries", ANY, r"sim-pin \(3\)"),
        Row("PIN taken", f"mmcli -i any --pin={PIN}", r"successfully sent PIN"),
        ENABLED,
        Row("registered at home", ANY, r"registration: \S*home\n", wait_s=30),
    ),
    at(
        MODEM_MANAGER,
        NO_CARD,
        Row("no card", ANY, r"failed reason: \S*sim-missing", wait_s=60),
    ),
    at(
        MODEM_MANAGER,
        GSM,
        ENABLED,
        Row("access technology", ANY, r"access tech: \S*(?:gsm|gprs|edge)\S*\n", wait_s=30),
        limits=tuple(limit for limit in MODEM_MANAGER.limits if limit.what == "access technology"),
    ),
    at(
        GAMMU_CLIENT,
        ROAMING,
        Row("roaming", GAMMU + "networkinfo", r"Network state +: roaming network\n"),
        Row("network code", GAMMU + "networkinfo", r"Network +: 510 {visited_mnc} \("),
        limits=(
            Limit("roaming", r"Packet network state : roaming network\n", SMS_ONLY, ("fibocom-l850",)),
            Limit("network code", r"Packet network +: 510 {visited_mnc} \(", SMS_ONLY, ("fibocom-l850",)),
        ),
    ),
    at(
        GAMMU_CLIENT,
        DENIED,
        Row("denied", GAMMU + "networkinfo", r"Network state +: registration to network denied\n"),
    ),
    at(
        GAMMU_CLIENT,
        LOCKED,
        Row("asks for the PIN", GAMMU + "getsecuritystatus", r"Waiting for PIN\."),
        Row("PIN taken", GAMMU + f"entersecuritycode PIN {PIN}", r"^\s*$"),
        Row("home afterwards", GAMMU + "networkinfo", r"Network state +: home network\n", wait_s=30),
        limits=(
            Limit("home afterwards", r"Packet network state : home network\n", SMS_ONLY, ("fibocom-l850",)),
        ),
    ),
    at(
        GNOKII_CLIENT,
        LOCKED,
        Row("asks for the PIN", GNOKII + "--getsecuritycodestatus", r"waiting for PIN\.\n"),
    ),
    at(
        COMGT_CLIENT,
        ROAMING,
        Row("roaming", "comgt -d {link} reg", r"Registered on Roaming network"),
    ),
)
