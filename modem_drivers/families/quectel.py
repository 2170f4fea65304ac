"""Quectel's newer families: 5G on Qualcomm (RM500Q, RM502Q, RM520N), and Unisoc or ASR (RM500U, EC200).

Two grammars of one maker: the same verbs, other columns. NR alone ("SA"), NR beside LTE ("NSA", EN-DC) and
LTE are told apart by the cells of one answer, never by a name or an icon: families.readers.
"""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.families.bands_of import MODELS
from modem_drivers.families.facts import Ask, Depth, Firmware
from modem_drivers.families.family import CellQuery, Family, NameQuery, SignalQuery
from modem_drivers.families.generic import STANDARD_CESQ, STANDARD_CSQ
from modem_drivers.families.quectel_lte import QSPN_PROVENANCE, parse_qspn
from modem_drivers.families.quectel_procedures import NR_PROCEDURES, UNISOC_PROCEDURES
from modem_drivers.families.readers import cell_reader, signal_reader
from modem_drivers.families.rows_quectel import QENG
from modem_drivers.families.sinr import cross_check
from modem_drivers.provenance import REMEMBERED, Memory, Thread

_ASK = Command('AT+QENG="servingcell"', ("+QENG:",))
_ENDC = Thread(
    "https://github.com/iamromulan/quectel-rgmii-toolkit/pull/65", "SINR before RSRQ on the NSA line"
)
_SIGNAL = SignalQuery(_ASK, signal_reader(QENG), _ENDC)
_NAMES = (NameQuery(Command("AT+QSPN", ("+QSPN:",)), parse_qspn, QSPN_PROVENANCE),)

QUECTEL_5G = Family(
    name="quectel-5g",
    title="Quectel RM500Q, RM502Q, RM520N, RG50x (Qualcomm x55, x62)",
    manufacturer=r"quectel",
    model=r"\bR[MG]5[0-9]{2}",
    depth=Depth.DEEP,
    signal=(_SIGNAL, STANDARD_CESQ, STANDARD_CSQ),
    connection=_SIGNAL,
    cross_check=cross_check,
    cell=(CellQuery(_ASK, cell_reader(QENG), _ENDC),),
    names=_NAMES,
    init=("AT+C5GREG=2",),
    procedures=NR_PROCEDURES,
    models=MODELS["quectel-5g"],
    iccid=Ask(text="AT+QCCID", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"^RM551E",
            what="+QCAINFO lacks the line end between two SCC entries",
            source=Thread("https://github.com/iamromulan/quectel-rgmii-toolkit/issues/142"),
        ),
    ),
)
QUECTEL_UNISOC = Family(
    name="quectel-unisoc",
    title="Quectel RM500U, RG200U (Unisoc), EC200A, EC200U, EG915 (ASR, Unisoc)",
    manufacturer=r"quectel",
    model=r"\b(E[CG](200|600|91[25])|R[MG][25]00U)",
    signal=(SignalQuery(_ASK, signal_reader(QENG), _ENDC), STANDARD_CESQ, STANDARD_CSQ),
    cell=(CellQuery(_ASK, cell_reader(QENG), _ENDC),),
    names=_NAMES,
    procedures=UNISOC_PROCEDURES,
    models=MODELS["quectel-unisoc"],
    iccid=Ask(text="AT+CCID", source=Memory("an RM500U answers +CME ERROR: 4 to AT+ICCID, source not kept")),
)
