"""The commands of TS 27.007 whose answers take more than filling in a template."""

from datetime import datetime, timedelta

from hil_tests.sims.at_modem.modem import Context, Modem, active_address, with_context
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.codec import swap_digits
from hil_tests.sims.network.identity import OPERATORS

ACCESS = 7  # <AcT> of E-UTRAN, TS 27.007 7.3


def operator_truth(modem: Modem) -> dict[str, object]:
    """Return what the log says of the network's names."""
    full, short, _ = modem.names(truth=True)
    return {"name_full": full, "name_short": short, "plmn": modem.identity.plmn}


def _scan(modem: Modem) -> Reply:
    full, short, _ = modem.names()
    rows = [f'(2,"{modem.text(full)}","{modem.text(short)}","{modem.identity.plmn}",{ACCESS})']
    for other in OPERATORS:
        if other.plmn != modem.identity.plmn:
            rows.append(
                f'(3,"{modem.text(other.brand)}","{modem.text(other.short)}","{other.plmn}",{ACCESS})'
            )
    return Reply((f"+COPS: {','.join(rows)},,(0,1,2,3,4),(0,1,2)",), truth=operator_truth(modem))


def _current_operator(modem: Modem, now_s: float) -> Reply:
    if modem.registration(now_s) != 1:
        return Reply((f"+COPS: {modem.operator_mode}",))
    layout = modem.setting("+COPS")[0]
    full, short, _ = modem.names()
    shown = {"0": full, "1": short, "2": modem.identity.plmn}[layout]
    return Reply(
        (f'+COPS: {modem.operator_mode},{layout},"{modem.text(shown)}",{ACCESS}',),
        truth=operator_truth(modem),
    )


def _matches_own(modem: Modem, layout: str, oper: str) -> bool:
    full, short, _ = modem.names(truth=True)
    return oper == {"0": modem.text(full), "1": modem.text(short), "2": modem.identity.plmn}.get(layout)


def operator(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer every form of +COPS."""
    if command.form is Form.TEST:
        return _scan(modem)
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
        modem.schedule(now_s + 0.3, "+CPIN: READY")
    modem.function = int(function)
    return OK


def clock(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CCLK? with local time and zone, +CCLK="yy/MM/dd,hh:mm:ss+zz" by setting the local time."""
    if command.form is Form.READ:
        stamp = modem.local_time(now_s).strftime("%y/%m/%d,%H:%M:%S")
        return Reply((f'+CCLK: "{stamp}{modem.profile.zone_quarters:+03d}"',))
    try:
        text = command.value.strip('"')[:17]
        wanted = datetime.strptime(text + "+0000", "%y/%m/%d,%H:%M:%S%z")
    except ValueError:
        return fail(Failure.BAD_PARAMETER)
    modem.clock_offset_s += (wanted - modem.local_time(now_s)) / timedelta(seconds=1)
    return OK


def contexts(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGDCONT? and +CGDCONT=<cid>[,<type>,<apn>...]; a bare <cid> removes the context."""
    if command.form is Form.READ:
        return Reply(
            tuple(
                f'+CGDCONT: {cid},"{row.kind}","{row.apn}","0.0.0.0",0,0,0,0'
                for cid, row in sorted(modem.contexts.items())
            )
        )
    cid, kind, apn = (*command.parameters, "", "")[:3]
    if (
        not cid.isdecimal()
        or not 1 <= int(cid) <= 16
        or kind.upper() not in {"", "IP", "IPV6", "IPV4V6", "PPP"}
    ):
        return fail(Failure.BAD_PARAMETER)
    if kind:
        modem.contexts[int(cid)] = Context(kind.upper(), apn)
    else:
        modem.contexts.pop(int(cid), None)
    return OK


def activation(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGACT? and +CGACT=<state>[,<cid>]."""
    if command.form is Form.READ:
        return Reply(tuple(f"+CGACT: {cid},{int(row.active)}" for cid, row in sorted(modem.contexts.items())))
    state, cid = (*command.parameters, "1")[:2]
    if state not in {"0", "1"} or not cid.isdecimal():
        return fail(Failure.BAD_PARAMETER)
    return OK if with_context(modem, int(cid), state == "1") else fail(Failure.NOT_ALLOWED)


def addresses(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGPADDR[=<cid>]."""
    if command.value and not (command.value.isdecimal() and int(command.value) in modem.contexts):
        return fail(Failure.BAD_PARAMETER)
    wanted = [int(command.value)] if command.value else sorted(modem.contexts)
    return Reply(tuple(f'+CGPADDR: {cid},"{active_address(modem, cid)}"' for cid in wanted))


def _padded_name(name: str) -> str:
    text = name.encode("ascii", "replace")[:16]
    return (b"\x01" + text.ljust(16, b"\xff")).hex().upper()


def sim_file(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CRSM=176,<file>: EF_ICCID, EF_SPN, EF_AD; else 106,130, absent (TS 102 221 10.2.1)."""
    files = {
        "12258": swap_digits(modem.identity.iccid).hex().upper(),
        "28486": _padded_name(modem.identity.spn),
        "28589": f"000000{len(modem.identity.mnc):02X}",
    }
    cells = command.parameters
    if cells[:1] != ("176",) or len(cells) < 2 or cells[1] not in files:
        return Reply(("+CRSM: 106,130",))
    return Reply((f'+CRSM: 144,0,"{files[cells[1]]}"',))


def phone_book(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPBS?: only the memory ON, the own number, holds anything."""
    memory = modem.setting("+CPBS")[0].upper()
    return Reply((f'+CPBS: "{memory}",{int(memory == "ON")},250',))


def phone_book_entries(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPBR=<from>[,<to>]; a single empty place is +CME ERROR: 22."""
    cells = command.parameters
    if not cells[0].isdecimal() or not 1 <= int(cells[0]) <= 250:
        return fail(Failure.BAD_INDEX)
    if modem.setting("+CPBS")[0].upper() == "ON" and cells[0] == "1":
        return Reply((f'+CPBR: 1,"{modem.identity.number}",145,"{modem.text("PANTAU")}"',))
    return OK if len(cells) > 1 else fail(Failure.NOT_FOUND)
