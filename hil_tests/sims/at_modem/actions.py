"""The commands of TS 27.007 whose answers take more than filling in a template."""

from datetime import datetime, timedelta

from hil_tests.sims.at_modem.modem import OPERATOR_ACCESS, Modem
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.names import OPERATORS, table_name


def operator_truth(modem: Modem) -> dict[str, object]:
    """Return what the log says of the network's names; their source where the network sent none."""
    full, short, _ = modem.names(truth=True)
    truth: dict[str, object] = {"name_full": full, "name_short": short, "plmn": modem.registered_plmn}
    return truth if modem.name_source == "nitz" else {**truth, "name_source": modem.name_source}


def _scan(modem: Modem, now_s: float) -> Reply:
    access = OPERATOR_ACCESS.get(modem.mode(now_s))
    full, short, _ = modem.names()
    rows = [(2 if modem.is_registered(now_s) else 1, full, short, modem.registered_plmn)]
    if modem.roaming:
        home = table_name(modem.identity.plmn)
        rows.append((1, home.brand, home.short, home.plmn))
    known = {plmn for *_, plmn in rows}
    rows += [(3, other.brand, other.short, other.plmn) for other in OPERATORS if other.plmn not in known]
    heard = (
        ""
        if access is None
        else ",".join(
            f'({stat},"{modem.text(long)}","{modem.text(brief)}","{plmn}",{access})'
            for stat, long, brief, plmn in rows
        )
    )
    return Reply((f"+COPS: {heard},,(0,1,2,3,4),(0,1,2)",), truth=operator_truth(modem))


def _current_operator(modem: Modem, now_s: float) -> Reply:
    if not modem.is_registered(now_s):
        return Reply((f"+COPS: {modem.operator_mode}",), truth={"registered": False})
    layout = modem.setting("+COPS")[0]
    full, short, _ = modem.names()
    shown = {"0": full, "1": short, "2": modem.registered_plmn}[layout]
    access = OPERATOR_ACCESS[modem.mode(now_s)]
    line = f'+COPS: {modem.operator_mode},{layout},"{modem.text(shown)}",{access}'
    return Reply((line,), truth=operator_truth(modem))


def _matches_own(modem: Modem, layout: str, oper: str) -> bool:
    full, short, _ = modem.names(truth=True)
    return oper == {"0": modem.text(full), "1": modem.text(short), "2": modem.registered_plmn}.get(layout)


def operator(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer every form of +COPS."""
    if command.form is Form.TEST:
        return _scan(modem, now_s)
    if command.form is Form.READ:
        return _current_operator(modem, now_s)
    mode, layout, oper = (*command.parameters, "", "")[:3]
    if mode not in {"0", "1", "2", "3", "4"} or layout not in {"", "0", "1", "2"}:
        return fail(Failure.BAD_PARAMETER)
    if layout:
        modem.settings["+COPS"] = (layout,)
    if mode == "3":
        return OK
    if mode == "1" and not _matches_own(modem, layout, oper):
        return fail(Failure.NO_SERVICE)
    was_out = modem.registration(now_s) == 0
    modem.operator_mode = int(mode) % 4
    if was_out and mode != "2":
        modem.seek_network(now_s)
    return OK


def functionality(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CFUN=<fun>[,<rst>]: 0 and 4 leave the network, 1 seeks it again, 1,1 restarts the module."""
    function, reset = (*command.parameters, "0")[:2]
    if function not in {"0", "1", "4"} or reset not in {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    if reset == "1":
        modem.reboot(now_s)
        return OK
    if modem.function != 1 and function == "1":
        modem.seek_network(now_s)
        if modem.card_state(now_s) is CardState.READY:
            modem.schedule(now_s + 0.3, "+CPIN: READY")
    modem.function = int(function)
    return OK


def clock_truth(modem: Modem, now_s: float) -> dict[str, object]:
    """Return what the log says of the clock: local time, and the zone in quarters of an hour."""
    local = modem.local_time(now_s).replace(tzinfo=None).isoformat(timespec="seconds")
    return {"local": local, "zone_quarters": modem.profile.zone_quarters}


def clock(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CCLK? with local time and zone, +CCLK="yy/MM/dd,hh:mm:ss+zz" by setting the local time."""
    if command.form is Form.READ:
        stamp = modem.local_time(now_s).strftime("%y/%m/%d,%H:%M:%S")
        line = f'+CCLK: "{stamp}{modem.profile.zone_quarters:+03d}"'
        return Reply((line,), truth=clock_truth(modem, now_s))
    try:
        text = command.value.strip('"')[:17]
        wanted = datetime.strptime(text + "+0000", "%y/%m/%d,%H:%M:%S%z")
    except ValueError:
        return fail(Failure.BAD_PARAMETER)
    modem.clock_offset_s += (wanted - modem.local_time(now_s)) / timedelta(seconds=1)
    return OK


def phone_book(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPBS?: only the memory ON, the own number, holds anything."""
    memory = modem.setting("+CPBS")[0].upper()
    used = int(memory == "ON")
    return Reply((f'+CPBS: "{memory}",{used},250',), truth={"used": used})


def phone_book_entries(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPBR=<from>[,<to>]; a single empty place is +CME ERROR: 22."""
    cells = command.parameters
    if not cells[0].isdecimal() or not 1 <= int(cells[0]) <= 250:
        return fail(Failure.BAD_INDEX)
    if modem.setting("+CPBS")[0].upper() == "ON" and cells[0] == "1":
        number = modem.identity.number
        return Reply((f'+CPBR: 1,"{number}",145,"{modem.text("PANTAU")}"',), truth={"number": number})
    return OK if len(cells) > 1 else fail(Failure.NOT_FOUND)
