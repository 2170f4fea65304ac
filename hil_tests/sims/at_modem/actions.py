"""The commands of TS 27.007 and of Quectel whose answers take more than filling in a template."""

from datetime import datetime, timedelta

from hil_tests.sims.at_modem.codec import is_plain, swap_digits, ucs2_hex
from hil_tests.sims.at_modem.identity import OPERATORS
from hil_tests.sims.at_modem.modem import Context, Modem, active_address, with_context
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form

ACCESS = 7  # <AcT> of E-UTRAN, TS 27.007 7.3


def _operator_truth(modem: Modem) -> dict[str, object]:
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
    return Reply((f"+COPS: {','.join(rows)},,(0,1,2,3,4),(0,1,2)",), truth=_operator_truth(modem))


def _current_operator(modem: Modem, now_s: float) -> Reply:
    if modem.registration(now_s) != 1:
        return Reply((f"+COPS: {modem.operator_mode}",))
    layout = modem.setting("+COPS")[0]
    full, short, _ = modem.names()
    shown = {"0": full, "1": short, "2": modem.identity.plmn}[layout]
    return Reply(
        (f'+COPS: {modem.operator_mode},{layout},"{modem.text(shown)}",{ACCESS}',),
        truth=_operator_truth(modem),
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


BANNER = (  # EG800Q&EG91xQ AT Commands Manual V1.1, 2.21 example; RDY, +CFUN: 1 and the times: memory
    (0.8, "RDY"),
    (1.2, "+CPIN: READY"),
    (1.2, "+QUSIM: 1"),
    (1.5, "+CFUN: 1"),
    (2.5, "+QIND: SMS DONE"),
    (3.0, "+QIND: PB DONE"),
)


def functionality(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CFUN=<fun>[,<rst>]: 0 and 4 leave the network, 1 seeks it again, 1,1 restarts the module."""
    function, reset = (*command.parameters, "0")[:2]
    if function not in {"0", "1", "4"} or reset not in {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    if reset == "1":
        modem.reboot(now_s, BANNER)
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


def registered_name(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QSPN; names outside the plain alphabet are shown as UCS2 hexadecimal (alphabet 1)."""
    if modem.registration(now_s) != 1:
        return fail(Failure.NO_SERVICE)
    full, short, spn = modem.names()
    alphabet = 0 if is_plain(full + short) else 1
    shown = (ucs2_hex(full), ucs2_hex(short)) if alphabet else (full, short)
    truth = {**_operator_truth(modem), "spn": modem.identity.spn}
    line = f'+QSPN: "{shown[0]}","{shown[1]}","{spn}",{alphabet},"{modem.identity.plmn}"'
    return Reply((line,), truth=truth)
