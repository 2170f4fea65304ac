"""ZTE, Sierra, Fibocom and Telit: honest rows. What is not known is not there, and the standard is asked."""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.families.bands_of import MODELS
from modem_drivers.families.bring_up import DIAL, activated, by_words, mbim, qmi, reboot
from modem_drivers.families.facts import Ask, Depth, Firmware, Speech
from modem_drivers.families.family import CellQuery, Family, SignalQuery
from modem_drivers.families.generic import STANDARD_CESQ, STANDARD_CSQ
from modem_drivers.families.procedures import (
    GIVE_UP,
    POWER,
    REBIND,
    STANDARD_BRING_UP,
    DataMode,
    Procedures,
    Say,
    ladder_with,
)
from modem_drivers.families.readers import cell_reader, grid_cell, grid_signal, signal_reader
from modem_drivers.families.rows_others import FIBOCOM, RFSTS_SOURCE, SIERRA_GRID, SIERRA_SOURCE, TELIT
from modem_drivers.provenance import COLLECTED, REMEMBERED, Memory, Thread

ZTE_GOFORM = Family(
    name="zte-goform",
    title="ZTE MF79, MF833, MF286 (web page, HTTP)",
    depth=Depth.IDS,
    speaks=Speech.GOFORM,
    procedures=Procedures(data=(), ladder=(REBIND, POWER, GIVE_UP), boot_s=45.0),
    models=MODELS["zte-goform"],
)
_GSTATUS = Command("AT!GSTATUS?", ("!GSTATUS:",), bare=True)
SIERRA = Family(
    name="sierra",
    title="Sierra Wireless MC7455, MC7430, EM7455, EM7565",
    manufacturer=r"sierra",
    model=r"^(MC|EM)[0-9]{4}",
    signal=(
        SignalQuery(_GSTATUS, grid_signal("!GSTATUS", SIERRA_GRID), SIERRA_SOURCE),
        STANDARD_CESQ,
        STANDARD_CSQ,
    ),
    cell=(CellQuery(_GSTATUS, grid_cell("!GSTATUS", SIERRA_GRID), SIERRA_SOURCE),),
    procedures=Procedures(
        data=(
            qmi("AT!USBCOMP has QMI (6)"),
            mbim("AT!USBCOMP has MBIM (8)"),
            by_words(DataMode.AT_ONLY, "AT!SCACT=1,{cid}", "AT!SCACT=0,{cid}", REMEMBERED),
        ),
        ladder=ladder_with(
            reboot("AT!RESET", Memory("danielewood/sierra-wireless-modems README, commit not kept"))
        ),
        boot_s=20.0,
    ),
    models=MODELS["sierra"],
    iccid=Ask(text="AT!ICCID?", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"^SWI9X50C",
            what="AT!LTECA? is not known; !GSTATUS names up to four secondary carriers",
            source=Thread("https://github.com/danielewood/sierra-wireless-modems/issues/27"),
        ),
    ),
)
_FIBOCOM = {row.verb: row for row in FIBOCOM}
_XMCI, _GTCC = _FIBOCOM["+XMCI"], _FIBOCOM["+GTCCINFO"]
_XCESQ = SignalQuery(
    Command("AT+XCESQ?", ("+XCESQ:",)), signal_reader(_FIBOCOM["+XCESQ"], "LTE"), _FIBOCOM["+XCESQ"].source
)
FIBOCOM_XMM = Family(
    name="fibocom-xmm",
    title="Fibocom L850-GL, L860-GL (Intel XMM)",
    manufacturer=r"fibocom",
    model=r"L8[56]0",
    signal=(_XCESQ, STANDARD_CESQ, STANDARD_CSQ),
    cell=(CellQuery(Command("AT+XMCI=1", ("+XMCI:",)), cell_reader(_XMCI, "LTE"), _XMCI.source),),
    procedures=Procedures(
        data=(
            mbim("2cb7:0007"),
            activated(
                DataMode.NCM,
                Memory("the NCM composition 8087:095a: +XDATACHANNEL ties the context to the device"),
                before=(
                    Say(text='AT+XDATACHANNEL=1,1,"/USBCDC/0","/USBHS/NCM/0",2,{cid}', may_fail=True),
                    Say(text="AT+XDNS={cid},1", may_fail=True),
                ),
            ),
            STANDARD_BRING_UP,
        ),
        ladder=ladder_with(reboot("AT+CFUN=15", REMEMBERED)),
        boot_s=20.0,
    ),
    models=MODELS["fibocom-xmm"],
    iccid=Ask(text="AT+CCID", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"^18600",
            what="+XMCI may break its line with a bare line feed (L860)",
            source=Thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/82"),
        ),
    ),
)
_GTCCINFO = CellQuery(Command("AT+GTCCINFO?", ("+GTCCINFO:",), bare=True), cell_reader(_GTCC), _GTCC.source)
FIBOCOM_QUALCOMM = Family(
    name="fibocom-qualcomm",
    title="Fibocom FM150, FM160, FM101, FM135, NL668 (Qualcomm)",
    manufacturer=r"fibocom",
    model=r"^(FM1[0-9]{2}|NL6[0-9]{2}|NL678)",
    signal=(STANDARD_CESQ, STANDARD_CSQ),
    cell=(_GTCCINFO,),
    procedures=Procedures(
        data=(
            by_words(DataMode.RNDIS, "AT+GTRNDIS=1,{cid}", "AT+GTRNDIS=0,{cid}", DIAL),
            by_words(DataMode.ECM, "AT+GTRNDIS=1,{cid}", "AT+GTRNDIS=0,{cid}", DIAL),
            qmi(),
            mbim(),
            STANDARD_BRING_UP,
        ),
        boot_s=20.0,
    ),
    models=MODELS["fibocom-qualcomm"],
    iccid=Ask(text="AT+ICCID", source=REMEMBERED),
)
FIBOCOM_MEDIATEK = Family(
    name="fibocom-mediatek",
    title="Fibocom FM350-GL (MediaTek T700)",
    manufacturer=r"fibocom|mediatek",
    model=r"FM350",
    signal=(STANDARD_CESQ, STANDARD_CSQ),
    cell=(_GTCCINFO,),
    procedures=Procedures(
        data=(activated(DataMode.RNDIS, DIAL), STANDARD_BRING_UP),
        boot_s=30.0,
    ),
    models=MODELS["fibocom-mediatek"],
    iccid=Ask(text="AT+ICCID", source=REMEMBERED),
    firmware=(
        Firmware(
            revision=r"", what="the context of the USB network is 0, its address has no DHCP", source=DIAL
        ),
    ),
)
_RFSTS = next(row for row in TELIT if row.verb == "#RFSTS")
TELIT_FAMILY = Family(
    name="telit",
    title="Telit LE910, LM960, LN920, FN990",
    manufacturer=r"telit",
    model=r"^(LE|LM|LN|FN|ME)[0-9]{3}",
    signal=(
        SignalQuery(Command("AT#RFSTS", ("#RFSTS:",)), signal_reader(_RFSTS, "LTE"), RFSTS_SOURCE),
        STANDARD_CESQ,
        STANDARD_CSQ,
    ),
    cell=(CellQuery(Command("AT#RFSTS", ("#RFSTS:",)), cell_reader(_RFSTS, "LTE"), RFSTS_SOURCE),),
    procedures=Procedures(
        data=(
            by_words(DataMode.ECM, "AT#ECM={cid},0", "AT#ECMD=0", Memory("#ECM=<cid>,<did>; #ECMD ends it")),
            by_words(DataMode.NCM, "AT#ICMAUTOCONN=1,{cid}", "AT#ICMAUTOCONN=0,{cid}", DIAL),
            qmi(),
            mbim(),
            STANDARD_BRING_UP,
        ),
        ladder=ladder_with(reboot("AT#REBOOT", COLLECTED)),
        boot_s=25.0,
    ),
    models=MODELS["telit"],
    iccid=Ask(text="AT#CCID", source=REMEMBERED),
)
