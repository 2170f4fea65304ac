"""What is asked of a modem that is recorded: questions only, none changes a setting or costs money.

Families without a row get the questions of all makers: a modem that does not know one says ERROR.
# Ref: the commands of modem_drivers.at.rows and families.rows_*
"""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.families.grammars import FAMILIES

STANDARD = (
    "ATI", "AT+CGMI", "AT+CGMM", "AT+CGMR", "AT+CGSN", "AT+CPIN?", "AT+CPINR", "AT+CIMI", "AT+CFUN?",
    "AT+CREG?", "AT+CGREG?", "AT+CEREG?", "AT+C5GREG?", "AT+COPS?", "AT+CSQ", "AT+CESQ", "AT+CSCON?",
    "AT+CIREG?", "AT+CGATT?", "AT+CGDCONT?", "AT+CGACT?", "AT+CGPADDR", "AT+CGCONTRDP", "AT+CGEQOSRDP",
    "AT+CCLK?", "AT+CTZR?", "AT+CMGF?", "AT+CPMS?", "AT+CNMI?", "AT+CSCS?", "AT+CSCB?", "AT+CGSMS?",
    "AT+CEER", "AT+CRSM=176,28486,0,0,17", "AT+CRSM=178,28613,1,4,24", "AT+CRSM=178,28614,1,4,8",
    "AT+CRSM=176,28621,0,0,12", "AT+CRSM=176,28436,0,0,16",
)  # fmt: skip
"""TS 27.007 and 27.005; the card's files name networks (SPN, PNN, OPL, SPDI, CPHS), no subscriber."""
MAKERS: Mapping[str, tuple[str, ...]] = {
    "quectel": (
        'AT+QENG="servingcell"', 'AT+QENG="neighbourcell"', "AT+QNWINFO", "AT+QCAINFO", "AT+QCSQ",
        "AT+QSPN", "AT+QRSRP", "AT+QTEMP", 'AT+QCFG="usbnet"', "AT+QCCID", "AT+QPINC?", "AT+QENDC",
    ),
    "simcom": (
        "AT+CPSI?", "AT+CNWINFO?", "AT+CNSMOD?", "AT+CNMP?", "AT+CICCID", "AT+CSPN?",
        "AT+CUSBPIDSWITCH?",
    ),
    "huawei": (
        "AT^HCSQ?", "AT^SYSINFOEX", "AT^HFREQINFO?", "AT^MONSC", "AT^MONNC", "AT^EONS=1",
        "AT^NDISSTATQRY?", "AT^DHCP?", "AT^ICCID?", "AT^SETPORT?",
    ),
    "sierra": (
        "AT!GSTATUS?", "AT!LTEINFO?", "AT!USBCOMP?", "AT!ICCID?",
    ),
    "telit": (
        "AT#RFSTS", "AT#SERVINFO", "AT#MONI", "AT#QSS?", "AT#CCID", "AT#USBCFG?",
    ),
    "fibocom": (
        "AT+XMCI=1", "AT+XCESQ?", "AT+XCCINFO?", "AT+XLEC?", "AT+GTCCINFO?", "AT+GTRNDIS?",
        "AT+GTUSBMODE?",
    ),
}  # fmt: skip


def tour_of(family: str) -> tuple[str, ...]:
    """Return the questions for a modem of *family*: the standard's, its maker's, or all makers'."""
    maker = FAMILIES.get(family, family)
    own = MAKERS.get(maker)
    return STANDARD + (own if own is not None else tuple(text for all_ in MAKERS.values() for text in all_))
