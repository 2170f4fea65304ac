"""Quectel's commands whose answers take more than filling in a template."""

from datetime import timedelta

from hil_tests.sims.at_modem.actions import operator_truth
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.modem import Modem, with_context
from hil_tests.sims.at_modem.reply import OK, Failure, Refused, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.codec import is_plain, ucs2_hex


def network_time(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QLTS[=<mode>]: 0 and 2 local time, 1 GMT."""
    if command.value not in {"", "0", "1", "2"}:
        return fail(Failure.BAD_PARAMETER)
    local = modem.local_time(now_s)
    quarters = modem.profile.zone_quarters
    moment = local - timedelta(minutes=15 * quarters) if command.value == "1" else local
    return Reply((f'+QLTS: "{moment.strftime("%Y/%m/%d,%H:%M:%S")}{quarters:+03d},0"',))


def neighbours(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QENG="neighbourcell": the other cells of the serving frequency."""
    sample = modem.sample(now_s)
    if sample is None:
        return OK
    lines = [
        f'+QENG: "neighbourcell intra","LTE",{sample.carrier.earfcn},{heard.cell.pci},{round(heard.rsrq_db)},'
        f"{round(heard.rsrp_dbm)},{round(heard.rsrp_dbm - heard.rsrq_db + 17)},-,-,-,-,-,-"
        for heard in sample.neighbours
    ]
    return Reply(tuple(lines))


def network_device(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QNETDEVCTL=<op>,<cid>[,<urc>]: 1 and 3 make the call, 0 ends it."""
    if command.form is Form.READ:
        active = next((cid for cid, row in sorted(modem.contexts.items()) if row.active), 0)
        return Reply((f"+QNETDEVCTL: {int(active > 0)},{active},0,{int(active > 0)}",))
    op, cid, urc = (*command.parameters, "", "")[:3]
    if op not in {"0", "1", "3"} or not cid.isdecimal() or urc not in {"", "0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    connect = op in {"1", "3"}
    if not with_context(modem, int(cid), connect):
        return fail(Failure.NOT_ALLOWED)
    return Reply(after=(f"+QNETDEVSTATUS: 1,{int(connect)},4,1",) if urc == "1" else ())


CONFIG = {"USBNET": "1", "NWSCANMODE": "0", "IMS": "1", "ROAMSERVICE": "255", "SERVICEDOMAIN": "2"}


def configuration(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QCFG="<name>"[,<value>] for the few names of CONFIG; unknown names are ERROR."""
    name, *values = command.parameters
    if name.upper() not in CONFIG:
        return fail(Failure.PLAIN)
    key = f"+QCFG {name.upper()}"
    if not values:
        value = (modem.setting(key) or (CONFIG[name.upper()],))[0]
        return Reply((f'+QCFG: "{name.lower()}",{value}',))
    if not all(value.isdecimal() for value in values):
        return fail(Failure.BAD_PARAMETER)
    modem.settings[key] = tuple(values)
    return OK


def registered_name(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QSPN; names outside the plain alphabet are shown as UCS2 hexadecimal (alphabet 1)."""
    if not modem.is_registered(now_s):
        return fail(Failure.NO_SERVICE)
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
