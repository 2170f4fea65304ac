"""Huawei: sticks that speak AT (E3372s, E3276, ME906) and those that speak HTTP (E3372h HiLink)."""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.families.bands_of import MODELS
from modem_drivers.families.bring_up import ATTACH, reboot
from modem_drivers.families.facts import Ask, Depth, Firmware, Speech
from modem_drivers.families.family import CellQuery, Family, NameQuery, SignalQuery
from modem_drivers.families.generic import STANDARD_CESQ, STANDARD_CSQ
from modem_drivers.families.procedures import (
    GIVE_UP,
    POWER,
    REBIND,
    STANDARD_BRING_UP,
    Await,
    BringUp,
    DataMode,
    PinTries,
    Post,
    Procedures,
    ResetKind,
    ResetStep,
    Say,
    SetUp,
    ladder_with,
)
from modem_drivers.families.readers import cell_reader, name_reader, signal_reader
from modem_drivers.families.rows_huawei import E3372, HCSQ_SOURCE, ROWS
from modem_drivers.provenance import REMEMBERED, Memory, Thread

_BY_VERB = {row.verb: row for row in ROWS}
_HCSQ = SignalQuery(Command("AT^HCSQ?", ("^HCSQ:",)), signal_reader(_BY_VERB["^HCSQ"]), HCSQ_SOURCE)
_MONSC = CellQuery(
    Command("AT^MONSC", ("^MONSC:",)), cell_reader(_BY_VERB["^MONSC"]), _BY_VERB["^MONSC"].source
)
_EONS = NameQuery(Command("AT^EONS=5", ("^EONS:",)), name_reader(_BY_VERB["^EONS"]), _BY_VERB["^EONS"].source)
_NDIS = Memory("AT^NDISDUP=<cid>,<connect>,<apn>; ^NDISSTATQRY: the first digit 1 is connected")
HUAWEI_STICK = Family(
    name="huawei-stick",
    title="Huawei E3372s, E3276, ME906, MU709 (AT)",
    manufacturer=r"huawei",
    model=r"^(E[0-9]{4}|M[EUS][0-9]{3}|K[0-9]{4})",
    signal=(_HCSQ, STANDARD_CESQ, STANDARD_CSQ),
    cell=(_MONSC,),
    names=(_EONS,),
    procedures=Procedures(
        data=(
            BringUp(
                mode=DataMode.NCM,
                up=(
                    Say(text='AT+CGDCONT={cid},"{pdp}","{apn}"'),
                    ATTACH,
                    Say(text='AT^NDISDUP={cid},1,"{apn}"', timeout_s=60.0),
                    Await(
                        ask="AT^NDISSTATQRY?",
                        until=r"\^NDISSTATQRY: *1\b",
                        refused=r"\^NDISSTATQRY: *0,(?P<cause>\d+),",
                        within_s=45.0,
                    ),
                ),
                down=(Say(text="AT^NDISDUP={cid},0", timeout_s=40.0, may_fail=True),),
                source=_NDIS,
            ),
            STANDARD_BRING_UP,
        ),
        ladder=ladder_with(reboot("AT^RESET", E3372)),
        boot_s=20.0,
        ready=("^SIMST:1", "^SRVST:2"),
        pin_tries=PinTries(
            ask="AT^CPIN?",
            pattern=r"\^CPIN: *[^,]*,[^,]*,\d+, *(?P<tries>\d+),.*",
            source=Memory("state, wanted tries, then those of PUK, PIN, PUK2, PIN2"),
        ),
    ),
    models=MODELS["huawei-stick"],
    iccid=Ask(text="AT^ICCID?", source=E3372),
    firmware=(
        Firmware(
            revision=r"^22\.",
            what="HiLink firmware: no AT port that answers more than AT, cdc-wdm does not respond",
            source=Thread("https://forum.openwrt.org/t/huawei-e3372h-320-in-ncm-mode/126018"),
        ),
    ),
)
_RASPAP = Thread(
    "https://github.com/Salamek/huawei-lte-api/issues/87", "dialup/mobile-dataswitch 0 and 1: RaspAP, memory"
)
_REBOOT = ResetStep(
    kind=ResetKind.REBOOT,
    says=("device/control",),
    back_s=45.0,
    boots=True,
    source=Memory("POST device/control with Control 1 is a restart"),
)
HUAWEI_HILINK = Family(
    name="huawei-hilink",
    title="Huawei E3372h, E3531, E8372 (HiLink, HTTP)",
    depth=Depth.DEEP,
    speaks=Speech.HILINK,
    procedures=Procedures(
        data=(
            BringUp(
                mode=DataMode.HILINK,
                condition="the stick routes and translates addresses; the box gets its own by DHCP",
                up=(Post(path="dialup/mobile-dataswitch", fields=(("dataswitch", "1"),)),),
                down=(Post(path="dialup/mobile-dataswitch", fields=(("dataswitch", "0"),)),),
                source=_RASPAP,
            ),
        ),
        ladder=(_REBOOT, REBIND, POWER, GIVE_UP),
        boot_s=45.0,
        set_up=(
            SetUp(
                steps=(
                    Post(
                        path="online-update/autoupdate-config",
                        fields=(("auto_update", "0"), ("ui_download", "0")),
                        may_fail=True,
                    ),
                ),
                why="no update over the air while it measures",
                source=Memory("names of the elements as a public client has them"),
            ),
        ),
    ),
    models=MODELS["huawei-hilink"],
    iccid=Ask(text="device/information (Iccid)", source=REMEMBERED),
)
