"""The message endpoints of the stick: boxes, lists, sending."""

from hil_tests.sims.hilink.endpoint import DONE, Call, Outcome
from hil_tests.sims.hilink.sessions import PARAMETER, Refused
from hil_tests.sims.hilink.stick import Received, Sent, Stick
from hil_tests.sims.network.messages import READ, UNREAD

INBOX, OUTBOX, DRAFTS = "1", "2", "3"
LOCAL_MAX, MOST_AT_ONCE = 500, 50
GSM_CHARACTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # TS 23.038 6.2.1
SMS_TYPE_TEXT, SMS_TYPE_UCS2 = 1, 5  # memory: what the types mean is guessed in every public client
MESSAGE = (
    "<Message>\n<Smstat>{state}</Smstat>\n<Index>{index}</Index>\n<Phone>{phone}</Phone>\n"
    "<Content>{content}</Content>\n<Date>{date}</Date>\n<Sca></Sca>\n<SaveType>{save}</SaveType>\n"
    "<Priority>0</Priority>\n<SmsType>{kind}</SmsType>\n</Message>"
)
STATE_SENT, STATE_FAILED = 3, 4
SAVED_BY_NETWORK, SAVED_BY_USER = 4, 3  # memory


def _message(stick: Stick, state: int, index: int, phone: str, text: str, date: str, save: int) -> str:
    plain = GSM_CHARACTERS.issuperset(text)
    return MESSAGE.format(
        state=state,
        index=index,
        phone=stick.firmware.escape(phone),
        content=stick.firmware.escape(text),
        date=date,
        save=save,
        kind=SMS_TYPE_TEXT if plain else SMS_TYPE_UCS2,
    )


def _received(stick: Stick, row: Received) -> str:
    state = 0 if row.message.status == UNREAD else 1
    date = f"{row.message.local:%Y-%m-%d %H:%M:%S}"
    return _message(stick, state, row.index, row.message.sender, row.message.text, date, SAVED_BY_NETWORK)


def _sent(stick: Stick, one: Sent) -> str:
    state = STATE_FAILED if one.failed else STATE_SENT
    date = f"{one.local:%Y-%m-%d %H:%M:%S}"
    return _message(stick, state, one.index, one.phone, one.text, date, SAVED_BY_USER)


def _box(stick: Stick, box: str | None, now_s: float) -> list[str]:
    if box == INBOX:
        return [_received(stick, row) for row in stick.inbox(now_s)]
    if box == OUTBOX:
        return [_sent(stick, one) for one in stick.sent if one.done_s <= now_s]
    if box == DRAFTS:
        return []
    raise Refused(PARAMETER)


def _whole(call: Call, name: str, high: int) -> int:
    text = call.value(name) or ""
    if not text.isdecimal() or not 1 <= int(text) <= high:
        raise Refused(PARAMETER)
    return int(text)


def messages(stick: Stick, call: Call) -> Outcome:
    """Answer sms/sms-list: a page of a box, newest first unless Ascending is 1. Raises: Refused."""
    page, count = _whole(call, "PageIndex", 10_000), _whole(call, "ReadCount", MOST_AT_ONCE)
    rows = _box(stick, call.value("BoxType"), call.now_s)
    if call.value("Ascending") != "1":
        rows.reverse()
    shown = rows[(page - 1) * count : page * count]
    inner = "\n".join(shown)
    return Outcome(inner=f"<Count>{len(shown)}</Count>\n<Messages>\n{inner}\n</Messages>")


def counts(stick: Stick, call: Call) -> Outcome:
    """Answer sms/sms-count."""
    inbox = stick.inbox(call.now_s)
    unread = sum(row.message.status == UNREAD for row in inbox)
    sent = sum(one.done_s <= call.now_s for one in stick.sent)
    rows = (
        ("LocalUnread", unread),
        ("LocalInbox", len(inbox)),
        ("LocalOutbox", sent),
        ("LocalDraft", 0),
        ("LocalDeleted", 0),
        *((name, 0) for name in ("SimUnread", "SimInbox", "SimOutbox", "SimDraft")),
        ("LocalMax", LOCAL_MAX),
        ("SimMax", 50),
        ("SimUsed", 0),
        ("NewMsg", unread),
    )
    return Outcome(inner="\n".join(f"<{name}>{value}</{name}>" for name, value in rows))


def send(stick: Stick, call: Call) -> Outcome:
    """Answer sms/send-sms: OK means taken, not sent (sms/send-status tells). Raises: Refused."""
    phone, text = call.value("Phone"), call.value("Content")
    if not phone or not text or not phone.removeprefix("+").isdecimal():
        raise Refused(PARAMETER)
    stick.send(phone, text, call.now_s)
    return Outcome(inner="OK", truth={"sms_to": phone, "sms_text": text})


def send_status(stick: Stick, call: Call) -> Outcome:
    """Answer sms/send-status: of the last message sent."""
    last = stick.sent[-1] if stick.sent else None
    phone = stick.firmware.escape(last.phone) if last else ""
    done = last is not None and last.done_s <= call.now_s
    good = phone if last and done and not last.failed else ""
    bad = phone if last and done and last.failed else ""
    inner = (
        f"<Phone>{'' if done else phone}</Phone>\n<SucPhone>{good}</SucPhone>\n<FailPhone>{bad}</FailPhone>\n"
    )
    inner += f"<TotalCount>{int(last is not None)}</TotalCount>\n<CurIndex>{int(done)}</CurIndex>"
    return Outcome(inner=inner)


def _index(call: Call) -> int:
    text = call.value("Index") or ""
    if not text.isdecimal():
        raise Refused(PARAMETER)
    return int(text)


def delete(stick: Stick, call: Call) -> Outcome:
    """Answer sms/delete-sms. Raises: Refused, if there is no message of that number."""
    if not stick.delete(_index(call), call.now_s):
        raise Refused(PARAMETER)
    return DONE


def set_read(stick: Stick, call: Call) -> Outcome:
    """Answer sms/set-read; reading a list marks nothing. Raises: Refused."""
    wanted = _index(call)
    row = next((row for row in stick.inbox(call.now_s) if row.index == wanted), None)
    if row is None:
        raise Refused(PARAMETER)
    if row.message.status != READ:
        stick.line.mark_read(row.place)
    return DONE
