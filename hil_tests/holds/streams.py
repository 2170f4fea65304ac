"""Dialogues cut anyhow, with codes anywhere: `python -m hil_tests.holds.streams --seed N`.

What modems of each family were heard to answer is fed to the AT channel at 1, 2, 7 and all bytes a step and
in pieces drawn from the seed, plain and with every unsolicited code of the table in every gap. A stream is
wrong if the answer's lines are not the literal ones, the result is not OK, or the code is not told as one.
A code that begins as the answer itself does is left out, and counted, unless its shape tells it apart
(+CREG: 1 while AT+CREG? is asked, TS 27.007 7.2: a code has one number less).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from modem_drivers.at.channel import AtChannel, Command, Event, Final, Info, Urc
from modem_drivers.at.results import Outcome
from modem_drivers.at.urc import TABLE, UrcRow

HEARD = Path(__file__).resolve().parents[2] / "modem_drivers/tests/families/heard.jsonl"
STEPS = (1, 2, 7, 100_000)
DRAWN = 20  # streams drawn for each answer
BODY = "07912618010000F0040B912618000000F0000042113061000000024F25"  # made up: "OJ" from nobody
OWN_WORDS = {  # what a code says after its head, where any figure would do for the others
    "+CUSD:": '0,"Pulsa 5000",15',
    "+CIEV:": '"CALL",0',
    "+CGEV:": "NW DETACH",
    "+CMTI:": '"ME",3',
    "+CMT:": ",26",
    "+QIND:": '"csq",23,99',
}


TOLD_AS_CODE = {"+CPIN: NOT INSERTED"}  # a code by its shape, though it may be an answer: at.shapes says so


TOLD_BY_SHAPE = {"+CREG:", "+CGREG:", "+CEREG:", "+C5GREG:"}


class Heard(NamedTuple):
    """One answer: who gave it, to what, and its information lines."""

    family: str
    command: str
    lines: tuple[str, ...]


UNHEARD = (  # families of which no answer with a source is at hand; shapes of the families' rows: memory
    Heard("quectel-unisoc", "AT+QNWINFO", ('+QNWINFO: "NR5G-SA",46011,"NR N78",633984',)),
    Heard("quectel-unisoc", "AT+CESQ", ("+CESQ: 99,99,255,255,20,56",)),
    Heard("simcom-a76xx", "AT+CPSI?", ("+CPSI: LTE,Online,510-10,0x1F2A,27447297,321,EUTRAN-BAND3,1850",)),
    Heard("simcom-a76xx", "AT+CEREG?", ('+CEREG: 2,1,"1F2A","1A2B3C4",7',)),
    Heard("zte-goform", "AT+ZPAS?", ('+ZPAS: "LTE","CS_PS"',)),
    Heard("zte-goform", "AT+CSQ", ("+CSQ: 21,99",)),
    Heard("generic", "AT+COPS?", ('+COPS: 0,2,"51010",7',)),
    Heard("generic", "AT+CGPADDR", ('+CGPADDR: 1,"10.20.30.40"', '+CGPADDR: 2,""')),
)


def read_heard() -> list[Heard]:
    """Return every answer whose lines all have a head, one of a command each."""
    answers = list(UNHEARD)
    for row in HEARD.read_text(encoding="utf-8").splitlines():
        one = json.loads(row)
        lines = tuple(line for line in one["reply"].split("\n") if line.strip())
        known = one["command"] and not TOLD_AS_CODE.intersection(lines)
        if known and all(line[0] in "+^#!" and ":" in line for line in lines):
            answers.append(Heard(one["family"] or "generic", one["command"], lines))
    return answers


def words_of(row: UrcRow) -> bytes:
    """Return what a modem sends when it says the code of *row*."""
    head = row.prefix + (" " + OWN_WORDS.get(row.prefix, "1") if row.prefix.endswith(":") else "")
    body = f"{BODY}\r\n" if row.has_body else ""
    return f"\r\n{head}\r\n{body}".encode()


def prefixes_of(heard: Heard) -> tuple[str, ...]:
    """Return how the answer's lines begin."""
    return tuple(dict.fromkeys(line.partition(":")[0] + ":" for line in heard.lines))


def is_alike(row: UrcRow, heard: Heard) -> bool:
    """Tell whether a code of *row* begins as the answer does, and has no shape of its own."""
    return row.prefix in prefixes_of(heard) and row.prefix not in TOLD_BY_SHAPE


def pieces_of(heard: Heard) -> list[bytes]:
    """Return the answer as whole lines; codes may stand between them."""
    return [f"\r\n{line}\r\n".encode() for line in heard.lines] + [b"\r\nOK\r\n"]


def even(data: bytes, step: int) -> Iterator[bytes]:
    """Cut *data* into pieces of *step* bytes."""
    return (data[at : at + step] for at in range(0, len(data), step))


def drawn(data: bytes, rng: Random) -> Iterator[bytes]:
    """Cut *data* anywhere."""
    ends = [*sorted(rng.sample(range(1, len(data)), min(len(data) - 1, rng.randint(1, 9)))), len(data)]
    return (data[start:end] for start, end in zip([0, *ends], ends, strict=False))


def is_wrong(heard: Heard, cuts: Iterator[bytes], codes: int) -> bool:
    """Tell whether the channel takes the stream for anything but *heard* and *codes* codes."""
    channel = AtChannel()
    channel.send(Command(heard.command, prefixes_of(heard)), now_s=0.0)
    events: list[Event] = [event for cut in cuts for event in channel.receive(cut)]
    lines = tuple(event.line for event in events if isinstance(event, Info))
    ends = [event.result.outcome for event in events if isinstance(event, Final)]
    told = sum(isinstance(event, Urc) for event in events)
    return lines != heard.lines or ends != [Outcome.OK] or told != codes


def with_code(pieces: Sequence[bytes], gap: int, code: bytes) -> bytes:
    """Return the stream with *code* before piece number *gap*, or behind the last."""
    return b"".join([*pieces[:gap], code, *pieces[gap:]])


def streams_of(heard: Heard, rng: Random) -> Iterator[tuple[str, Iterator[bytes], int]]:
    """Yield (what it is, its pieces, how many codes it holds) of every stream made of *heard*."""
    pieces = pieces_of(heard)
    plain = b"".join(pieces)
    codes = [(row.prefix, words_of(row)) for row in TABLE if not is_alike(row, heard)]
    for step in STEPS:
        yield f"plain at {step}", even(plain, step), 0
        for prefix, code in codes:
            for gap in range(len(pieces) + 1):
                yield f"{prefix} in gap {gap} at {step}", even(with_code(pieces, gap, code), step), 1
    for _ in range(DRAWN):
        prefix, code = rng.choice(codes)
        data = with_code(pieces, rng.randrange(len(pieces) + 1), code)
        yield f"{prefix}, drawn", drawn(data, rng), 1


def main() -> None:
    """Try them all; the last line is the figure."""
    seed = seed_from_arguments("Feed dialogues to the AT channel, cut anyhow, with codes anywhere.")
    rng, tried, alike = Random(seed), 0, 0
    wrong: list[str] = []
    by_family: dict[str, int] = {}
    for heard in read_heard():
        alike += sum(is_alike(row, heard) for row in TABLE)
        for what, cuts, codes in streams_of(heard, rng):
            tried += 1
            by_family[heard.family] = by_family.get(heard.family, 0) + 1
            if is_wrong(heard, cuts, codes):
                wrong.append(f"{heard.family} {heard.command}: {what}")
    print(f"seed {seed}; streams by family: {by_family}; codes left out as alike: {alike}")
    detail = "; ".join(wrong[:5]) or f"{len(by_family)} families, {len(TABLE)} codes, {alike} pairs alike"
    print_figures({"wrong": figure(len(wrong), n=tried, invalid=0, detail=detail)})


if __name__ == "__main__":
    main()
