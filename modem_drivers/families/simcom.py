"""SIMCom: SIM7600 and its kin (Qualcomm), A76xx (ASR), SIM82xx (Qualcomm 5G).

+CPSI says all of the cell, in three scales: rows_simcom tells which where the number itself decides. Where it
does not (an index, on A76xx), the levels are taken from +CESQ and only the cell from +CPSI.
"""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.families.bands_of import MODELS
from modem_drivers.families.bring_up import ATTACH, activated, by_words, qmi, reboot
from modem_drivers.families.facts import Ask, Depth, Firmware
from modem_drivers.families.family import CellQuery, Family, SignalQuery
from modem_drivers.families.generic import STANDARD_CESQ, STANDARD_CSQ
from modem_drivers.families.procedures import (
    STANDARD_BRING_UP,
    STANDARD_CONTEXT,
    BringUp,
    DataMode,
    Ensure,
    PinTries,
    Procedures,
    Say,
    ladder_with,
)
from modem_drivers.families.readers import cell_reader, signal_reader
from modem_drivers.families.rows_simcom import CPSI_SOURCE, ROWS
from modem_drivers.provenance import REMEMBERED, Memory, Thread

_CPSI = next(row for row in ROWS if row.verb == "+CPSI")
_ASK = Command("AT+CPSI?", ("+CPSI:",))
_SIGNAL = SignalQuery(_ASK, signal_reader(_CPSI), CPSI_SOURCE)
_CELL = CellQuery(_ASK, cell_reader(_CPSI), CPSI_SOURCE)
_SWITCH = Thread("https://miltschek.de/article_2024-12-16_Raspberry+Pi+with+SIM7600X+4G+HAT+as+a+router.html")
_RNDIS = Thread(
    "https://raspberrypi.stackexchange.com/questions/121873/sim7600-as-rndis-interface-for-raspberry-pi"
)
_CALL = Memory("AT$QCRMCALL=<action>,<instance>,<ip>,<act>,<profile> as collected from public scripts")


def _manual(section: str) -> Memory:
    """Return the source of what is cited elsewhere from the manual; it was not read for these rows."""
    return Memory(f"SIM7500_SIM7600 Series AT Command Manual, V1.12, section {section}, as cited elsewhere")


def _identity(pid: int) -> Ensure:
    """Return the step that has USB product *pid*; the modem restarts under it by itself."""
    return Ensure(
        ask="AT+CUSBPIDSWITCH?", holds=rf": *{pid}\b", set_to=f"AT+CUSBPIDSWITCH={pid},1,1", restarts=True
    )


_RESET = reboot("AT+CRESET", _manual("4.13"), 40.0)
SIM7600_PROCEDURES = Procedures(
    data=(
        BringUp(
            mode=DataMode.QMI,
            condition="USB product 9001; the call by AT, the address by DHCP on wwan0",
            up=(STANDARD_CONTEXT, ATTACH, Say(text="AT$QCRMCALL=1,1,1,2,{cid}", timeout_s=60.0)),
            down=(Say(text="AT$QCRMCALL=0,1", timeout_s=40.0, may_fail=True),),
            source=_CALL,
        ),
        activated(DataMode.ECM, _SWITCH, before=(_identity(9018),)),
        activated(DataMode.RNDIS, _RNDIS, before=(_identity(9011),)),
        qmi("USB product 9001"),
        STANDARD_BRING_UP,
    ),
    ladder=ladder_with(_RESET),
    boot_s=18.0,
    boot_source=Memory("more than ten seconds to RDY, PB DONE some seconds later: public logs, not kept"),
    ready=("RDY", "+CPIN: READY", "SMS DONE", "PB DONE"),
    pin_tries=PinTries(ask="AT+SPIC", pattern=r"\+SPIC: *(?P<tries>\d+)(,.*)?", source=_manual("4.6")),
)
SIMCOM_SIM7600 = Family(
    name="simcom-sim7600",
    title="SIMCom SIM7600, SIM7500, SIM7000, SIM7070 (Qualcomm, LTE)",
    manufacturer=r"simcom",
    model=r"SIM7[0-9]{3}",
    depth=Depth.DEEP,
    signal=(_SIGNAL, STANDARD_CESQ, STANDARD_CSQ),
    cell=(_CELL,),
    procedures=SIM7600_PROCEDURES,
    models=MODELS["simcom-sim7600"],
    iccid=Ask(text="AT+CICCID", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"^(SIM7000|1529|1351)",
            what="+CPSI in whole dB (SIM7000), not in tenths",
            source=Thread(
                "https://github.com/botletics/SIM7000-LTE-Shield/issues/50",
                "-7,-77,-70,14; the firmware's names: memory",
            ),
        ),
    ),
)
SIMCOM_A76XX = Family(
    name="simcom-a76xx",
    title="SIMCom A7600, A7602, A7605, A7670 (ASR, LTE)",
    manufacturer=r"simcom|incorporated",
    model=r"\bA7[0-9]{3}",
    signal=(STANDARD_CESQ, STANDARD_CSQ),
    cell=(_CELL,),
    procedures=Procedures(
        data=(activated(DataMode.RNDIS, REMEMBERED), STANDARD_BRING_UP),
        ladder=ladder_with(reboot("AT+CRESET", REMEMBERED, 40.0)),
        boot_s=15.0,
        ready=("*ATREADY: 1", "+CPIN: READY", "SMS DONE", "PB DONE"),
    ),
    models=MODELS["simcom-a76xx"],
    iccid=Ask(text="AT+CICCID", source=REMEMBERED),
)
SIMCOM_5G = Family(
    name="simcom-5g",
    title="SIMCom SIM8200, SIM8202, SIM8380, SIM7906 (Qualcomm)",
    manufacturer=r"simcom",
    model=r"SIM8[0-9]{3}|SIM79[0-9]{2}",
    signal=(_SIGNAL, STANDARD_CESQ, STANDARD_CSQ),
    cell=(_CELL,),
    init=("AT+CNWINFO=1",),
    procedures=Procedures(
        data=(
            by_words(DataMode.RNDIS, "AT+CNWINFO=1", "AT+CGACT=0,{cid}", REMEMBERED),
            qmi(),
            STANDARD_BRING_UP,
        ),
        ladder=ladder_with(reboot("AT+CRESET", REMEMBERED, 40.0)),
        boot_s=25.0,
    ),
    models=MODELS["simcom-5g"],
    iccid=Ask(text="AT+CICCID", source=REMEMBERED),
)
