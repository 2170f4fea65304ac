"""Quectel's commands whose answers take more than filling in a template."""

from datetime import timedelta

from hil_tests.sims.at_modem.actions import clock_truth, operator_truth
from hil_tests.sims.at_modem.data_actions import switch_context
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.modem import Modem, standard_words
from hil_tests.sims.at_modem.reply import OK, Failure, Refused, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.carriers import Mode, Rat
from hil_tests.sims.network.codec import is_plain, ucs2_hex
from hil_tests.sims.network.radio import Heard
from hil_tests.sims.network.terminal import Event


def network_time(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QLTS[=<mode>]: 0 and 2 local time, 1 GMT."""
    if command.value not in {"", "0", "1", "2"}:
        return fail(Failure.BAD_PARAMETER)
    local = modem.local_time(now_s)
    quarters = modem.profile.zone_quarters
    moment = local - timedelta(minutes=15 * quarters) if command.value == "1" else local
    line = f'+QLTS: "{moment.strftime("%Y/%m/%d,%H:%M:%S")}{quarters:+03d},0"'
    return Reply((line,), truth=clock_truth(modem, now_s))


def _lte_line(heard: Heard, own: Heard) -> str:
    """Return a neighbour of the serving frequency or of another; what follows the levels is not known."""
    kind, blanks = ("intra", 6) if heard.carrier.earfcn == own.carrier.earfcn else ("inter", 5)
    levels = f"{round(heard.rsrq_db)},{round(heard.rsrp_dbm)},{round(heard.rssi_dbm)}"
    head = f'+QENG: "neighbourcell {kind}","LTE",{heard.carrier.earfcn},{heard.cell.pci}'
    return f"{head},{levels}{',-' * blanks}"


def _gsm_line(modem: Modem, heard: Heard) -> str:
    """Return a GSM neighbour: the C1 and C2 criteria follow from the level, GPRS's are not known."""
    cell, level = heard.cell, round(heard.rsrp_dbm)
    home = f"{modem.registered_plmn[:3]},{modem.registered_plmn[3:]},{cell.tac:X},{cell.cell_id:X}"
    criterion = level + 105
    return (
        f'+QENG: "neighbourcell","GSM",{home},{cell.pci},{heard.carrier.earfcn},{level},'
        f"{criterion},{criterion},0,0"
    )


def neighbours(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QENG="neighbourcell": in LTE the serving cell itself first, then the others; NR has none."""
    sample = modem.camped(now_s)
    if sample is None or sample.carrier.rat is Rat.NR:
        return OK
    truth = {"neighbours": [[one.cell.pci, round(one.rsrp_dbm)] for one in sample.neighbours]}
    if sample.carrier.rat is Rat.GSM:
        return Reply(tuple(_gsm_line(modem, heard) for heard in sample.neighbours), truth=truth)
    others = sorted(sample.neighbours, key=lambda one: one.carrier.earfcn != sample.carrier.earfcn)
    heard = (modem.shown(sample), *others)
    return Reply(tuple(_lte_line(one, sample) for one in heard), truth=truth)


def network_device(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QNETDEVCTL=<op>,<cid>[,<urc>]: 1 and 3 make the call, 0 ends it."""
    if command.form is Form.READ:
        active = next((cid for cid, row in sorted(modem.contexts.items()) if row.active), 0)
        line = f"+QNETDEVCTL: {int(active > 0)},{active},0,{int(active > 0)}"
        return Reply((line,), truth={"active": [active] if active else []})
    op, cid, urc = (*command.parameters, "", "")[:3]
    if op not in {"0", "1", "3"} or not cid.isdecimal() or urc not in {"", "0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    connect = op in {"1", "3"}
    switched = switch_context(modem, int(cid), connect, now_s)
    if switched.failure:
        return switched
    return Reply(after=(f"+QNETDEVSTATUS: 1,{int(connect)},4,1",) if urc == "1" else ())


CONFIG = {"USBNET": "1", "NWSCANMODE": "0", "IMS": "0", "ROAMSERVICE": "255", "SERVICEDOMAIN": "2"}
SCAN_MODES = {"0": frozenset({Mode.GSM, Mode.LTE}), "1": frozenset({Mode.GSM}), "3": frozenset({Mode.LTE})}


def _config_reply(modem: Modem, name: str, now_s: float) -> Reply:
    value = modem.vendor.get(f"+QCFG {name}", CONFIG[name])
    if name != "IMS":
        return Reply((f'+QCFG: "{name.lower()}",{value}',), truth={"setting": [value]})
    capable = int(modem.ims(now_s) and value != "2")
    return Reply((f'+QCFG: "ims",{value},{capable}',), truth={"ims": capable})


def configuration(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QCFG="<name>"[,<value>...] for the names of CONFIG; unknown names are ERROR.

    "ims" answers two digits: what was set, and whether the network takes part. "nwscanmode" 1 and 3 leave
    the modem GSM or LTE alone.
    """
    name, *values = command.parameters
    name = name.upper()
    if name not in CONFIG:
        return fail(Failure.PLAIN)
    if not values:
        return _config_reply(modem, name, now_s)
    if not all(value.isdecimal() for value in values):
        return fail(Failure.BAD_PARAMETER)
    if name == "NWSCANMODE":
        if values[0] not in SCAN_MODES:
            return fail(Failure.BAD_PARAMETER)
        modem.radio.allowed = SCAN_MODES[values[0]]
        modem.seek_network(now_s)
    modem.vendor[f"+QCFG {name}"] = values[0]
    return OK


INDICATIONS = {
    "all": "1",
    "csq": "0",
    "smsfull": "0",
    "ring": "1",
    "smsincoming": "1",
    "act": "0",
    "ccinfo": "0",
}


def _indicated(modem: Modem, name: str) -> bool:
    return modem.vendor.get(f"+QINDCFG {name}", INDICATIONS[name]) == "1"


def indications(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QINDCFG="<type>"[,<on>[,<save>]]: which +QIND lines are said."""
    name, *values = command.parameters
    if name not in INDICATIONS or not set(values) <= {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    if not values:
        return Reply((f'+QINDCFG: "{name}",{int(_indicated(modem, name))}',))
    modem.vendor[f"+QINDCFG {name}"] = values[0]
    return OK


ACT_WORDS = {Mode.GSM: "EGPRS", Mode.LTE: "LTE"}


def lte_words(modem: Modem, event: Event, now_s: float) -> list[str]:
    """Return what an LTE module says of *event*: the standard's lines, and +QIND where switched on."""
    if not _indicated(modem, "all"):
        return []
    if event.kind == "full" and _indicated(modem, "smsfull"):
        return [f'+QIND: "smsfull","{modem.setting("+CPMS")[-1]}"']
    if event.kind == "mode" and _indicated(modem, "act"):
        return [f'+QIND: "act","{ACT_WORDS.get(modem.mode(now_s), "UNKNOWN")}"']
    return standard_words(modem, event, now_s)


POWER_DOWN_S = 2.0  # up to 60 s on a live network


def power_down(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QPOWD[=<n>]: OK at once, POWERED DOWN when the network has been left; the port stays."""
    if command.value not in {"", "0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    modem.function = 0
    modem.schedule(now_s + (0.2 if command.value == "0" else POWER_DOWN_S), "POWERED DOWN")
    return OK


def registered_name(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QSPN; names outside the plain alphabet are shown as UCS2 hexadecimal (alphabet 1)."""
    if not modem.is_registered(now_s):
        return OK
    full, short, spn = modem.names()
    alphabet = 0 if is_plain(full + short) else 1
    shown = (ucs2_hex(full), ucs2_hex(short)) if alphabet else (full, short)
    truth = {**operator_truth(modem), "spn": modem.identity.spn}
    line = f'+QSPN: "{shown[0]}","{shown[1]}","{spn}",{alphabet},"{modem.registered_plmn}"'
    return Reply((line,), truth=truth)


GNSS_KEY = "gnss"
GNSS_RUNNING, GNSS_NOT_RUNNING = 504, 505  # +CME ERROR of the GNSS application note, remembered


def positions_wanted(modem: Modem) -> bool:
    """Return whether the NMEA port talks."""
    return modem.vendor.get(GNSS_KEY) == "1"


def positioning(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QGPS=<mode>[,...]: switch the receiver on."""
    if command.parameters[0] != "1":
        return fail(Failure.BAD_PARAMETER)
    if positions_wanted(modem):
        return fail(Refused(("CME", GNSS_RUNNING, "Session is ongoing")))
    modem.vendor[GNSS_KEY] = "1"
    return OK


def positioning_end(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QGPSEND: switch the receiver off."""
    if not positions_wanted(modem):
        return fail(Refused(("CME", GNSS_NOT_RUNNING, "Session not active")))
    modem.vendor.pop(GNSS_KEY)
    return OK


def unsolicited_port(modem: Modem) -> Role:
    """Return the kind of port chosen by +QURCCFG; the UART is on no USB interface."""
    return {"usbat": Role.AT, "usbmodem": Role.MODEM}.get(modem.setting("+QURCCFG")[0], Role.NET)
