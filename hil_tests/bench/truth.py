"""The simulator's own log of what it said (docs/interfaces.md section 5): the truth of one reply."""

from collections.abc import Iterator
from pathlib import Path

import msgspec


class Spoken(msgspec.Struct, frozen=True):
    """A line of the log."""

    t_ns: int
    command: str
    reply: list[str]
    truth: dict[str, object]


def read_spoken(log: Path) -> Iterator[Spoken]:
    """Yield the whole lines of *log*; a line being written is left out."""
    for line in log.read_bytes().split(b"\n")[:-1]:
        yield msgspec.json.decode(line, type=Spoken)


def truth_between(log: Path, command: str, t0_ns: int, t1_ns: int) -> dict[str, object]:
    """Return what replies to *command* (its beginning) between the two times expressed; the last wins."""
    found: dict[str, object] = {}
    for spoken in read_spoken(log):
        if t0_ns <= spoken.t_ns <= t1_ns and spoken.command.upper().startswith(command.upper()):
            found |= spoken.truth
    return found
