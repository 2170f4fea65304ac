"""Plants identifiers and private words in dialogues, records them, and searches the file.

`python -m hil_tests.holds.canaries --seed N`: secrets in every place and encoding, the stream cut at random
into reads; then innocent lines, which must come out as they went in (or everything could be blanked).
"""

import json
import random
import string
import sys
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from hil_tests.canaries.encodings import find
from hil_tests.canaries.innocent import LINES
from hil_tests.canaries.places import Dialogue, number_places, word_places
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from modem_drivers.transcript.form import encode_entry
from modem_drivers.transcript.stream import Direction, Entry, Redactor

ROUNDS = 12  # times five identifiers and two words


class Planted(NamedTuple):
    """A secret, where and how it was planted, and the dialogue."""

    secret: str
    place: str
    encoding: str
    dialogue: Dialogue


def identifiers(rng: random.Random) -> Iterable[str]:
    """Yield an IMSI, an ICCID, an IMEI, and a subscriber's number twice: international and national."""

    def drawn(count: int) -> str:
        return "".join(rng.choices(string.digits, k=count))

    yield "51010" + drawn(10)
    yield "8962" + drawn(rng.choice((15, 16)))
    yield rng.choice(("35", "86")) + drawn(13)
    subscriber = "812" + drawn(rng.choice((7, 8, 9)))
    yield "62" + subscriber
    yield "0" + subscriber


def word(rng: random.Random) -> str:
    """Return a word that nothing else holds."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwyz", k=14))


def plant(rng: random.Random, rounds: int) -> list[Planted]:
    """Return every place with every encoding, *rounds* times, in any order."""
    planted = []
    for _ in range(rounds):
        for number in identifiers(rng):
            planted += [Planted(number, *found) for found in number_places(rng, number)]
        for secret in (word(rng), word(rng)):
            planted += [
                Planted(secret[:11] if found[0].startswith("alpha") else secret, *found)
                for found in word_places(rng, secret)
            ]
    rng.shuffle(planted)
    return planted


class Taker(Protocol):
    """What records: the product's Redactor, or in a test one that lets all pass."""

    def take(self, direction: Direction, data: bytes, t_s: float) -> list[Entry]:
        """Return what may be kept now."""

    def close(self) -> list[Entry]:
        """Return the rest."""


def record(rng: random.Random, dialogues: Iterable[Dialogue], redactor: Taker) -> tuple[str, int]:
    """Return (the file, how many reads and writes it was cut into)."""
    entries: list[Entry] = []
    chunks = 0
    for dialogue in dialogues:
        for direction, text in dialogue:
            way: Direction = "tx" if direction == "tx" else "rx"
            data = text.encode("latin-1")
            while data:
                size = rng.choice((1, 2, 3, 7, 16, 64, 4096))
                chunks += 1
                entries += redactor.take(way, data[:size], chunks / 1000)
                data = data[size:]
    entries += redactor.close()
    return "\n".join(encode_entry(entry) for entry in entries) + "\n", chunks


def spoken(file: str) -> str:
    """Return what the file's lines say together: the reads joined, then the writes joined."""
    entries = [json.loads(line) for line in file.splitlines()]
    return "\n".join("".join(e["data"] for e in entries if e["dir"] == way) for way in ("rx", "tx"))


def survivors(planted: Iterable[Planted], file: str) -> list[str]:
    """Return a sentence for each secret that is still there, in whatever encoding."""
    haystack = file + spoken(file)
    cache: dict[str, list[str]] = {}
    sentences = []
    for one in planted:
        if one.secret not in cache:
            cache[one.secret] = find(one.secret, haystack)
        if cache[one.secret]:
            seen = ", ".join(cache[one.secret])
            sentences.append(f"{one.place} ({one.encoding}) or another place of it: found as {seen}")
    return sentences


def changed(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Return the innocent lines that did not come out as they went in."""
    wrong = []
    for command, line in lines:
        redactor = Redactor(b"any")
        sent = f"{command}\r" if command else ""
        said = f"\r\n{line}\r\n\r\nOK\r\n"
        entries = redactor.take("tx", sent.encode(), 0.0) + redactor.take("rx", said.encode("latin-1"), 0.1)
        kept = b"".join(entry.data for entry in entries).decode("latin-1")
        if kept != sent + said:
            wrong.append(line)
    return wrong


def main() -> int:
    """Measure; the last line is the figures."""
    seed = seed_from_arguments("Searches planted identifiers and words in redacted transcripts.")
    rng = random.Random(seed)
    planted = plant(rng, ROUNDS)
    file, chunks = record(rng, [one.dialogue for one in planted], Redactor(rng.randbytes(32)))
    found = survivors(planted, file)
    altered = changed(LINES)
    places, encodings = Counter(one.place for one in planted), Counter(one.encoding for one in planted)
    secrets = len({one.secret for one in planted})
    print(
        f"seed {seed}: {len(planted)} plantings of {secrets} secrets in {chunks} reads and writes",
        file=sys.stderr,
    )
    for title, counts in (("place", places), ("encoding", encodings)):
        print(
            f"{title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())),
            file=sys.stderr,
        )
    figures = {
        "survivors": figure(len(found), n=len(planted), invalid=0, detail="; ".join(sorted(set(found))[:5])),
        "innocent_changed": figure(len(altered), n=len(LINES), invalid=0, detail="; ".join(altered[:5])),
    }
    print_figures(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
