"""The message endpoints of the stick: boxes, lists, sending."""

from hil_tests.sims.hilink.boxes import CAPACITY, Received, Sent
from hil_tests.sims.hilink.endpoint import DONE, Call, Outcome
from hil_tests.sims.hilink.markup import whole
from hil_tests.sims.hilink.sessions import PARAMETER, Refused
from hil_tests.sims.hilink.stick import Stick

INBOX, OUTBOX, DRAFTS = "1", "2", "3"
MOST_AT_ONCE = 50
GSM_CHARACTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # TS 23.038 6.2.1
TYPE_TEXT, TYPE_PARTS, TYPE_UCS2 = 1, 2, 5  # public-driver LIBRARY: enums/sms.py, which is not sure itself
MESSAGE = (
    "<Message>\n<Smstat>{state}</Smstat>\n<Index>{index}</Index>\n<Phone>{phone}</Phone>\n"
    "<Content>{content}</Content>\n<Date>{date}</Date>\n<Sca></Sca>\n<SaveType>{save}</SaveType>\n"
    "<Priority>0</Priority>\n<SmsType>{kind}</SmsType>\n</Message>"
)
STATE_UNREAD, STATE_READ, STATE_SENT, STATE_FAILED = 0, 1, 3, 4  # the same file
SAVED_BY_NETWORK, SAVED_BY_USER = 4, 3  # memory
Listed = tuple[str, dict[str, object]]  # its XML, its truth


def _kind(text: str, parts: int) -> int:
    if parts > 1:
        return TYPE_PARTS
    return TYPE_TEXT if GSM_CHARACTERS.issuperset(text) else TYPE_UCS2


def _received(stick: Stick, row: Received) -> Listed:
    shown = MESSAGE.format(
        state=STATE_UNREAD if row.unread else STATE_READ,
        index=row.index,
        phone=stick.firmware.escape(row.sender),
        content=stick.firmware.escape(row.text),
        date=f"{row.local:%Y-%m-%d %H:%M:%S}",
        save=SAVED_BY_NETWORK,
        kind=_kind(row.text, row.parts),
    )
    return shown, {"sender": row.sender, "text": row.text}


def _sent(stick: Stick, one: Sent) -> Listed:
    shown = MESSAGE.format(
        state=STATE_FAILED if one.failed else STATE_SENT,
        index=one.index,
        phone=stick.firmware.escape(one.phone),
        content=stick.firmware.escape(one.text),
        date=f"{one.local:%Y-%m-%d %H:%M:%S}",
        save=SAVED_BY_USER,
        kind=_kind(one.text, 1),
    )
    return shown, {"recipient": one.phone, "text": one.text}


def _box(stick: Stick, box: str | None, now_s: float) -> list[Listed]:
    if box == INBOX:
        return [_received(stick, row) for row in stick.boxes.inbox]
    if box == OUTBOX:
        return [_sent(stick, one) for one in stick.boxes.sent if one.done_s <= now_s]
    if box == DRAFTS:
        return []
    raise Refused(PARAMETER)


def _whole(call: Call, name: str, high: int) -> int:
    number = whole(call.value(name))
    if number is None or not 1 <= number <= high:
        raise Refused(PARAMETER)
    return number


def messages(stick: Stick, call: Call) -> Outcome:
    """Answer sms/sms-list: a page of a box, newest first unless Ascending is 1. Raises: Refused."""
    page, count = _whole(call, "PageIndex", 10_000), _whole(call, "ReadCount", MOST_AT_ONCE)
    rows = _box(stick, call.value("BoxType"), call.now_s)
    if call.value("Ascending") != "1":
        rows.reverse()
    shown = rows[(page - 1) * count : page * count]
    inner = "\n".join(text for text, _ in shown)
    return Outcome(
        inner=f"<Count>{len(shown)}</Count>\n<Messages>\n{inner}\n</Messages>",
        truth={"messages": [truth for _, truth in shown]},
    )


def counts(stick: Stick, call: Call) -> Outcome:
    """Answer sms/sms-count."""
    unread = stick.boxes.unread
    sent = sum(one.done_s <= call.now_s for one in stick.boxes.sent)
    rows = (
        ("LocalUnread", unread),
        ("LocalInbox", len(stick.boxes.inbox)),
        ("LocalOutbox", sent),
        ("LocalDraft", 0),
        ("LocalDeleted", 0),
        *((name, 0) for name in ("SimUnread", "SimInbox", "SimOutbox", "SimDraft")),
        ("LocalMax", CAPACITY),
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
    last = stick.boxes.sent[-1] if stick.boxes.sent else None
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
    number = whole(call.value("Index"))
    if number is None:
        raise Refused(PARAMETER)
    return number


def delete(stick: Stick, call: Call) -> Outcome:
    """Answer sms/delete-sms. Raises: Refused, if there is no message of that number."""
    if not stick.boxes.delete(_index(call)):
        raise Refused(PARAMETER)
    return DONE


def set_read(stick: Stick, call: Call) -> Outcome:
    """Answer sms/set-read; reading a list marks nothing. Raises: Refused."""
    row = stick.boxes.find(_index(call))
    if row is None:
        raise Refused(PARAMETER)
    row.unread = False
    return DONE
