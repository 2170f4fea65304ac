"""Cases nobody has seen, drawn from a seed: the blast and the name changed in ways whose label is known.

PDUs by the simulated networks' encoder, which shares nothing with the drivers' decoder.
"""

import random
import string
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from hil_tests.holds.check_cases import TEMPLATE, Case, Record
from hil_tests.sims.network.codec import encode_deliver, septets_of

EACH = 20  # cases a kind
SMSC, WIB_QUARTERS = "+6281100000", 28
WIB = timezone(timedelta(minutes=15 * WIB_QUARTERS))
PRIVATE = ("Zubaidah", "zamrud", "kencana", "mancing", "warisan", "tetangga", "rahasia", "dompet")
TWINS = str.maketrans("aeopcxAEOPCBTMHK", "аеорсхАЕОРСВТМНК")  # Latin and Cyrillic that look alike


class Sending(NamedTuple):
    """How a text is sent: what does not change whether it is the blast."""

    sender: str = "KPU"
    smsc: str = SMSC
    ucs2: bool = False
    wide: bool = False
    size: int = 100
    reference: int = 7
    sent: datetime = datetime(2024, 2, 10, 10, 0, tzinfo=WIB)


def draw_sending(rng: random.Random) -> Sending:
    """Return a way in which the ministry's centre may send."""
    moment = datetime(2024, 2, rng.randrange(1, 14), rng.randrange(24), rng.randrange(60), tzinfo=WIB)
    return Sending(
        sender=rng.choice(("KPU", "KOMINFO", "1500", "150011", "InfoPemilu")),
        ucs2=rng.random() < 0.5,
        wide=rng.random() < 0.5,
        size=rng.randrange(40, 60),
        reference=rng.randrange(256),
        sent=moment,
    )


def pdus(text: str, how: Sending) -> list[str]:
    """Return the DELIVER PDUs of *text*; what GSM 7 bit cannot say goes as "?" unless *how* is UCS2."""
    if not how.ucs2:
        text = "".join(c if septets_of(c) is not None else "?" for c in text)
    pieces = [text[i : i + how.size] for i in range(0, len(text), how.size)]
    made = []
    for number, piece in enumerate(pieces, start=1):
        ref = (
            bytes((6, 8, 4, 0x5A, how.reference)) if how.wide else bytes((5, 0, 3, how.reference))
        ) + bytes((len(pieces), number))
        data, _ = encode_deliver(
            how.sender, piece, how.smsc, how.sent, WIB_QUARTERS, header=ref, ucs2=how.ucs2
        )
        made.append(data.hex().upper())
    return made


def record(made: Sequence[str], how: Sending, **more: str | None) -> Record:
    """Return the door's record of PDUs that came a second apart, on a line proven an hour before."""
    start = how.sent + timedelta(seconds=9)
    parts = [{"pdu": pdu, "arrived_utc": _utc(start + timedelta(seconds=n))} for n, pdu in enumerate(made)]
    proven = _utc(start - timedelta(hours=1))
    return {"line": "drawn", "smsc": SMSC, "parts": parts, "sms_proven_utc": proven, **more}


def _beyond_gsm(text: str) -> set[str]:
    return {character for character in text if septets_of(character) is None}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shuffled(rng: random.Random, text: str) -> Case:
    how = draw_sending(rng)
    made = pdus(text, how)
    made += rng.sample(made, k=rng.randrange(len(made)))
    rng.shuffle(made)
    return Case("", "received", [record(made, how)])


def _text(change: Callable[[random.Random, str], str], label: str = "near") -> Callable[..., Case]:
    """Return what draws a case of the text changed by *change*, sent as the blast is."""

    def draw(rng: random.Random, text: str) -> Case:
        changed = change(rng, text)
        how = draw_sending(rng)
        if _beyond_gsm(changed) - _beyond_gsm(text):
            how = how._replace(ucs2=True)
        return Case("", label, [record(pdus(changed, how), how)])

    return draw


def _digit(rng: random.Random, text: str) -> str:
    return _put(rng, text, string.digits, lambda old: rng.choice(string.digits.replace(old, "")))


def _letter(rng: random.Random, text: str) -> str:
    others = string.ascii_lowercase
    return _put(rng, text, string.ascii_letters, lambda old: rng.choice(others.replace(old.lower(), "")))


def _twin(rng: random.Random, text: str) -> str:
    return _put(rng, text, "aeopcxAEOPCBTMHK", lambda old: old.translate(TWINS))


def _put(rng: random.Random, text: str, of: str, new: Callable[[str], str]) -> str:
    at = rng.choice([i for i, character in enumerate(text) if character in of])
    return text[:at] + new(text[at]) + text[at + 1 :]


def _word_lost(rng: random.Random, text: str) -> str:
    words = text.split()
    del words[rng.randrange(len(words))]
    return " ".join(words)


def _word_added(rng: random.Random, text: str) -> str:
    words = text.split()
    words.insert(rng.randrange(len(words) + 1), rng.choice(("tidak", "jangan", "http://hadiah.example", "9")))
    return " ".join(words)


def _words_turned(rng: random.Random, text: str) -> str:
    words = text.split()
    at = rng.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _link(rng: random.Random, text: str) -> str:
    return f"{text} http://{rng.choice(PRIVATE)}.example/{rng.randrange(1000)}"


def _part_lost(rng: random.Random, text: str) -> Case:
    how = draw_sending(rng)
    made = pdus(text, how)
    lost = rng.randrange(len(made))
    stranger = pdus(text, how._replace(sender="TOKO"))[lost]
    made[lost : lost + 1] = [stranger] if rng.random() < 0.5 else []
    return Case("", "incomplete", [record(made, how)], ["TOKO"])


def _forwarded(rng: random.Random, text: str) -> Case:
    number = f"812{rng.randrange(10**8):08d}"
    how = draw_sending(rng)._replace(sender=rng.choice(("+62", "0")) + number)
    return Case("", "near", [record(pdus(text, how), how)], [number])


def _quoted(rng: random.Random, text: str) -> Case:
    number, words = f"812{rng.randrange(10**8):08d}", rng.sample(PRIVATE, 3)
    how = draw_sending(rng)._replace(sender=f"+62{number}")
    said = f"{words[0]} {words[1]}: {text} {words[2]}"
    return Case("", "near", [record(pdus(said, how), how)], [number, *words])


def _private(rng: random.Random, text: str) -> Case:
    number, words = f"812{rng.randrange(10**8):08d}", rng.sample(PRIVATE, 5)
    how = draw_sending(rng)._replace(sender=f"+62{number}")
    said = " ".join(
        (*words, *rng.sample([word for word in text.split() if word[0] != "#"], 2), "#PemiluDamai2024")
    )
    return Case("", "other", [record(pdus(said, how), how)], [number, *words])


def _cut(rng: random.Random, text: str) -> Case:
    words = rng.sample(PRIVATE, 4)
    how = draw_sending(rng)._replace(size=60)
    made = pdus(" ".join(words), how)
    return Case("", "malformed", [record([made[0][: -2 * rng.randrange(1, 9)]], how)], words)


def _other_centre(rng: random.Random, text: str) -> Case:
    how = draw_sending(rng)._replace(smsc=f"+62812{rng.randrange(10**5):05d}")
    return Case("", "suspect_bts", [record(pdus(text, how), how)])


def _downgraded(rng: random.Random, text: str) -> Case:
    how = draw_sending(rng)
    fell = how.sent - timedelta(seconds=rng.randrange(50))
    return Case("", "suspect_bts", [record(pdus(text, how), how, downgraded_utc=_utc(fell))])


def _stale_proof(rng: random.Random, text: str) -> Case:
    how = draw_sending(rng)
    away = timedelta(hours=rng.choice((-1, 1)) * rng.uniform(25, 800))
    proven = rng.choice((None, _utc(how.sent + away)))
    return Case("", "not measurable", [record(pdus(text, how), how, sms_proven_utc=proven)])


BLAST = {
    "shuffled": _shuffled,
    "digit": _text(_digit),
    "letter": _text(_letter),
    "twin": _text(_twin),
    "word lost": _text(_word_lost),
    "word added": _text(_word_added),
    "words turned": _text(_words_turned),
    "link": _text(_link),
    "part lost": _part_lost,
    "forwarded": _forwarded,
    "quoted": _quoted,
    "private": _private,
    "cut": _cut,
    "other centre": _other_centre,
    "downgraded": _downgraded,
    "stale proof": _stale_proof,
}


def draw_blast(rng: random.Random) -> list[Case]:
    """Return EACH cases of every kind of BLAST; each on a line of its own."""
    text = TEMPLATE.read_text(encoding="utf-8").strip()
    cases = []
    for kind, draw in BLAST.items():
        for n in range(EACH):
            case, name = draw(rng, text), f"drawn {kind} {n}"
            cases.append(case._replace(id=name, records=[{**one, "line": name} for one in case.records]))
    return cases
