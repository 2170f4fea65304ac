"""A dialogue's bytes in, the same bytes without private content out: by lines, over the borders of reads.

Nothing leaves before the line that it belongs to is complete: an identifier cut by two reads is seen whole.
Lengths are kept, so every read comes out as long as it went in, with its own time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from modem_drivers.transcript.lines import LineRules
from modem_drivers.transcript.numbers import Veil, blank

Direction = Literal["tx", "rx"]
MAX_LINE = 4096
CTRL_Z, ESCAPE = 0x1A, 0x1B


class Entry(NamedTuple):
    """One write (tx) or read (rx) that may be kept. t_s: as it was given."""

    t_s: float
    direction: Direction
    data: bytes


@dataclass(slots=True)
class _Chunk:
    t_s: float
    direction: Direction
    data: bytearray
    undecided: int


@dataclass(slots=True)
class _Assembler:
    """The line under way in one direction: its bytes, and where in which chunk each stands."""

    line: bytearray = field(default_factory=bytearray)
    places: list[tuple[_Chunk, int]] = field(default_factory=list)
    overlong: bool = False


class Redactor:
    """One dialogue; *key* makes the stand-ins (numbers.Veil)."""

    def __init__(self, key: bytes) -> None:
        self._rules = LineRules(Veil(key))
        self._waiting: list[_Chunk] = []
        self._lines: dict[Direction, _Assembler] = {"tx": _Assembler(), "rx": _Assembler()}

    def take(self, direction: Direction, data: bytes, t_s: float) -> list[Entry]:
        """Return what may be kept now that *data* went that way, in the order in which it went."""
        if not data:
            return []
        chunk = _Chunk(t_s, direction, bytearray(len(data)), len(data))
        self._waiting.append(chunk)
        for place, octet in enumerate(data):
            self._step(self._lines[direction], direction, chunk, place, octet)
        if direction == "rx" and bytes(self._lines["rx"].line).strip() == b">":
            self._end(self._lines["rx"], "rx")
        return self._decided()

    def close(self) -> list[Entry]:
        """Return the rest: of lines that never ended, the shape alone."""
        for assembler in self._lines.values():
            assembler.overlong = True
            self._end(assembler, "rx")
        return self._decided()

    def _step(
        self, assembler: _Assembler, direction: Direction, chunk: _Chunk, place: int, octet: int
    ) -> None:
        if self._is_end(direction, octet):
            self._end(assembler, direction)
            assembler.overlong = False
            chunk.data[place] = octet
            chunk.undecided -= 1
            if octet in (CTRL_Z, ESCAPE):
                self._rules.awaits_body = False
            return
        assembler.line.append(octet)
        assembler.places.append((chunk, place))
        if len(assembler.line) >= MAX_LINE:
            assembler.overlong = True
            self._end(assembler, direction)

    @staticmethod
    def _is_end(direction: Direction, octet: int) -> bool:
        return octet in (0x0D, 0x0A) or (direction == "tx" and octet in (CTRL_Z, ESCAPE))

    def _end(self, assembler: _Assembler, direction: Direction) -> None:
        """Decide the line under way and put it in its places."""
        if not assembler.line:
            return
        veiled = self._veiled(assembler, direction)
        for (chunk, place), octet in zip(assembler.places, veiled, strict=True):
            chunk.data[place] = octet
            chunk.undecided -= 1
        assembler.line.clear()
        assembler.places.clear()

    def _veiled(self, assembler: _Assembler, direction: Direction) -> bytes:
        line = assembler.line.decode("latin-1")
        body = line.strip(" \t\0")
        start = line.index(body) if body else 0
        if assembler.overlong:
            again = blank(body)
        elif body:
            again = self._rules.sent(body) if direction == "tx" else self._rules.received(body)
        else:
            again = ""
        if len(again) != len(body):  # never: a rule that changed a length must not shift what is private
            again = blank(body)
        return (line[:start] + again + line[start + len(body) :]).encode("latin-1")

    def _decided(self) -> list[Entry]:
        """Cut off the chunks in front that are wholly decided."""
        entries = []
        while self._waiting and not self._waiting[0].undecided:
            chunk = self._waiting.pop(0)
            entries.append(Entry(chunk.t_s, chunk.direction, bytes(chunk.data)))
        return entries
