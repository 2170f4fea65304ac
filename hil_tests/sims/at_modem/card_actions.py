"""The commands about the card: its state and codes, and its files through +CRSM and +CSIM (TS 27.007 8)."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.card import PIN_TRIES, PUK_TRIES, CardState, Status

REFUSALS = {
    CardState.ABSENT: Failure.SIM_ABSENT,
    CardState.BUSY: Failure.SIM_BUSY,
    CardState.PIN: Failure.PIN_REQUIRED,
    CardState.PUK: Failure.PUK_REQUIRED,
    CardState.BLOCKED: Failure.SIM_FAILURE,
}
MESSAGE_REFUSALS = {
    CardState.ABSENT: Failure.SMS_SIM_ABSENT,
    CardState.BUSY: Failure.SMS_SIM_BUSY,
    CardState.PIN: Failure.SMS_PIN_REQUIRED,
    CardState.PUK: Failure.SMS_PUK_REQUIRED,
    CardState.BLOCKED: Failure.SMS_SIM_FAILURE,
}
LOCKED = frozenset({CardState.PIN, CardState.PUK})
READ_BINARY, READ_RECORD, GET_RESPONSE, STATUS = "176", "178", "192", "242"


def card_refusal(modem: Modem, now_s: float, need: str, *, messages: bool = False) -> Failure | None:
    """Return why the card cannot be used: *need* is "present" (a locked one will do) or "open"."""
    state = modem.card_state(now_s)
    if state is CardState.READY or (need == "present" and state in LOCKED):
        return None
    return (MESSAGE_REFUSALS if messages else REFUSALS)[state]


def pin(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPIN? and +CPIN=<pin>[,<new pin>]; a right code is followed by +CPIN: READY."""
    state = modem.card_state(now_s)
    if command.form is Form.READ:
        if state in LOCKED or state is CardState.READY:
            return Reply((f"+CPIN: {state.value}",), truth={"card": state.value})
        return fail(REFUSALS[state])
    if state not in LOCKED:
        return fail(REFUSALS.get(state, Failure.NOT_ALLOWED))
    code, new = (*command.parameters, "")[:2]
    if state is CardState.PUK and not new:
        return fail(Failure.PUK_REQUIRED)
    opened = modem.card.unblock(code, new) if state is CardState.PUK else modem.card.verify(code)
    if not opened:
        return fail(Failure.WRONG_PASSWORD)
    modem.seek_network(now_s)
    return Reply(after=("+CPIN: READY",))


def tries(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPINR[=<code>]: tries left and the full number (TS 27.007 8.65)."""
    left = {"SIM PIN": (modem.card.pin_tries, PIN_TRIES), "SIM PUK": (modem.card.puk_tries, PUK_TRIES)}
    asked = command.value.strip('"').rstrip("*").upper()
    rows = {name: row for name, row in left.items() if name.startswith(asked)}
    lines = tuple(f"+CPINR: {name},{now},{full}" for name, (now, full) in rows.items())
    return Reply(lines, truth={"pin_tries": modem.card.pin_tries, "puk_tries": modem.card.puk_tries})


def facility_lock(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CLCK="SC",<mode>[,<pin>]: whether the PIN is asked for, and switching that."""
    facility, mode, code = (*command.parameters, "", "")[:3]
    if mode == "2":
        asked = int(modem.card.pin_enabled) if facility.upper() == "SC" else 0
        return Reply((f"+CLCK: {asked}",), truth={"locked": asked})
    if facility.upper() != "SC" or mode not in {"0", "1"}:
        return fail(Failure.NOT_SUPPORTED)
    if not modem.card.verify(code):
        return fail(Failure.WRONG_PASSWORD)
    modem.card.pin_enabled = mode == "1"
    return OK


def _said(status: Status) -> Reply:
    data = f',"{status.data.hex().upper()}"' if status.data else ""
    return Reply((f"+CRSM: {status.sw1},{status.sw2}{data}",), truth={"data": status.data.hex().upper()})


def sim_file(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CRSM=<command>,<file>[,<P1>,<P2>,<P3>]: READ BINARY and RECORD, GET RESPONSE, STATUS."""
    cells = command.parameters
    if not all(cell.isdecimal() for cell in cells[:5]):
        return fail(Failure.BAD_PARAMETER)
    identifier, p1, p2, p3 = (*map(int, cells[1:5]), 0, 0, 0, 0)[:4]
    if cells[0] == READ_BINARY:
        return _said(modem.card.read_binary(identifier, p1 << 8 | p2, p3))
    if cells[0] == READ_RECORD:
        return _said(modem.card.read_record(identifier, p1, p3))
    if cells[0] in {GET_RESPONSE, STATUS}:
        return _said(modem.card.describe(identifier))
    return _said(Status(0x6D, 0x00))


def apdu(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CSIM=<length>,"<command>" with the card's own answer, digits counted."""
    length, text = (*command.parameters, "")[:2]
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        return fail(Failure.BAD_PARAMETER)
    if length != str(len(text)):
        return fail(Failure.BAD_PARAMETER)
    status = modem.channel.transmit(octets)
    answer = (status.data + bytes((status.sw1, status.sw2))).hex().upper()
    return Reply((f'+CSIM: {len(answer)},"{answer}"',), truth={"data": status.data.hex().upper()})
