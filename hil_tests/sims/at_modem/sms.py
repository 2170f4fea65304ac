"""The message commands of TS 27.005 on a simulated modem's store."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.codec import PduError, Submit, decode_submit
from hil_tests.sims.network.messages import CAPACITY, READ, STATUS_TEXT, UNREAD, Message

ALL = 4


def _text_mode(modem: Modem) -> bool:
    return modem.setting("+CMGF") == ("1",)


def _wants_ucs2(modem: Modem) -> bool:
    return modem.setting("+CSCS") == ("UCS2",)


def _memory(modem: Modem) -> str:
    return modem.setting("+CPMS")[0]


def _usage(modem: Modem, *, with_names: bool) -> str:
    parts = []
    for name in modem.setting("+CPMS"):
        shown = f'"{name}",' if with_names else ""
        parts.append(f"{shown}{modem.store.used(name)},{CAPACITY[name]}")
    return "+CPMS: " + ",".join(parts)


def _usage_truth(modem: Modem) -> dict[str, object]:
    names = modem.setting("+CPMS")
    return {"memory": list(names), "used": [modem.store.used(name) for name in names]}


def storage(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPMS? and +CPMS=<mem1>[,<mem2>[,<mem3>]]."""
    if command.form is Form.READ:
        return Reply((_usage(modem, with_names=True),), truth=_usage_truth(modem))
    wanted = tuple(name.upper() for name in command.parameters)
    if not set(wanted) <= set(CAPACITY) or not 1 <= len(wanted) <= 3:
        return fail(Failure.SMS_BAD_INDEX)
    modem.settings["+CPMS"] = (*wanted, *modem.setting("+CPMS")[len(wanted) :])
    return Reply((_usage(modem, with_names=False),), truth=_usage_truth(modem))


def _listed(modem: Modem, prefix: str, message: Message) -> tuple[str, str]:
    if _text_mode(modem):
        status = STATUS_TEXT[message.status]
        sender = modem.text(message.sender)
        head = f'{prefix}"{status}","{sender}",,"{message.time_text()}"'
        return head, message.body(ucs2=_wants_ucs2(modem))
    pdu, length = message.pdu(modem.identity.smsc)
    return f"{prefix}{message.status},,{length}", pdu


def _wanted_status(modem: Modem, command: Command) -> int | None:
    given = command.parameters[0].upper() if command.value else ""
    if not given:
        return UNREAD
    names = (*STATUS_TEXT, "ALL") if _text_mode(modem) else ("0", "1", "2", "3", "4")
    return names.index(given) if given in names else None


def list_messages(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CMGL=<stat>: every message of that status, and mark the unread ones read."""
    wanted = _wanted_status(modem, command)
    if wanted is None:
        return fail(Failure.SMS_BAD_TEXT if _text_mode(modem) else Failure.SMS_BAD_PDU)
    lines: list[str] = []
    listed: list[dict[str, object]] = []
    for index, message in modem.store.items(_memory(modem)):
        if wanted in {ALL, message.status}:
            modem.store.read(_memory(modem), index)
            lines += _listed(modem, f"+CMGL: {index},", message)
            listed.append(message.truth())
    return Reply(tuple(lines), truth={"messages": listed})


def read_message(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CMGR=<index>; an empty place is +CMS ERROR: 321."""
    index = command.parameters[0]
    message = modem.store.read(_memory(modem), int(index)) if index.isdecimal() else None
    if message is None:
        return fail(Failure.SMS_BAD_INDEX)
    return Reply(_listed(modem, "+CMGR: ", message), truth={"messages": [message.truth()]})


def delete_messages(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CMGD=<index>[,<flag>]: 0 that place, 1 the read, 2 and sent, 3 and unsent, 4 all."""
    cells = (*command.parameters, "0")
    if not (cells[0].isdecimal() and cells[1] in {"0", "1", "2", "3", "4"}):
        return fail(Failure.SMS_BAD_INDEX)
    memory, flag = _memory(modem), int(cells[1])
    if flag == 0:
        return OK if modem.store.delete(memory, int(cells[0])) else fail(Failure.SMS_BAD_INDEX)
    for index, message in modem.store.items(memory):
        if flag == ALL or message.status == READ:
            modem.store.delete(memory, index)
    return OK


def _accept(modem: Modem, submit: Submit, now_s: float) -> Reply:
    if not modem.is_registered(now_s):
        return fail(Failure.SMS_NO_NETWORK)
    if modem.message_way(now_s) is None:
        return fail(Failure.SMS_UNKNOWN)
    modem.sent += 1
    modem.send(submit, now_s)
    truth = {"sms_to": submit.recipient, "sms_text": submit.text}
    return Reply((f"+CMGS: {modem.sent & 0xFF}",), truth=truth)


def acknowledge(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CNMA: of a direct message under +CSMS: 1; there is none: +CMS ERROR: 340."""
    if modem.unacknowledged_s is None:
        return fail(Failure.SMS_NO_ACKNOWLEDGEMENT)
    modem.unacknowledged_s = None
    return OK


def _send_pdu(modem: Modem, length: int, typed: bytes, now_s: float) -> Reply:
    try:
        pdu = bytes.fromhex(typed.decode("ascii"))
        submit = decode_submit(pdu)
    except (PduError, ValueError):
        return fail(Failure.SMS_BAD_PDU)
    if len(pdu) - 1 - pdu[0] != length:
        return fail(Failure.SMS_BAD_PDU)
    return _accept(modem, submit, now_s)


def _plain_text(modem: Modem, typed: str) -> str:
    if modem.setting("+CSCS") == ("UCS2",):
        return bytes.fromhex(typed).decode("utf-16-be")
    return typed


def send_message(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CMGS=<length> (PDU mode) or +CMGS=<da> (text mode) with the prompt."""
    argument = command.parameters[0]
    if not _text_mode(modem):
        if not argument.isdecimal():
            return fail(Failure.SMS_BAD_PDU)
        return Reply(prompt=lambda typed, when_s: _send_pdu(modem, int(argument), typed, when_s))

    def finish(typed: bytes, when_s: float) -> Reply:
        try:
            text = _plain_text(modem, typed.decode("latin-1"))
            return _accept(modem, Submit(_plain_text(modem, argument), text), when_s)
        except ValueError:
            return fail(Failure.SMS_BAD_TEXT)

    return Reply(prompt=finish) if argument else fail(Failure.SMS_BAD_TEXT)
