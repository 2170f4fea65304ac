"""A modem made of a transcript: what it was asked then it answers now, as then.

A command's answers are taken in the order in which they were recorded; the last one stays. What a setting of
the same command changed (AT+COPS=3,2 before AT+COPS?) is told apart. A command that was not recorded gets
ERROR. Codes that came unasked come at the same place in the dialogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modem_drivers.at.standard import command_verbs
from modem_drivers.transcript.lines import PROMPTS, command_without_secrets
from modem_drivers.transcript.stream import Entry

UNKNOWN = b"\r\nERROR\r\n"
BODY = "\x1a"
ANY = "*"


class Part(NamedTuple):
    """A piece of an answer, and how long after the question it came."""

    after_s: float
    data: bytes


@dataclass(slots=True)
class _Answers:
    """What a command was answered, each time it was asked."""

    recorded: list[list[Part]] = field(default_factory=list)
    asked: int = 0


class Replay:
    """The modem: bytes in, (delay, bytes) out."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._answers: dict[tuple[str, str], _Answers] = {}
        self._settings: dict[str, str] = {}
        self._typed = bytearray()
        self._in_body = False
        self.unsolicited_first: list[Part] = []
        self._learn(entries)

    @property
    def commands(self) -> int:
        """How many different commands it knows."""
        return len({key for key, _ in self._answers})

    def receive(self, data: bytes) -> list[Part]:
        """Return what is answered to *data*, with the delay of each piece after now."""
        parts: list[Part] = []
        for octet in data:
            ends = octet in (0x1A, 0x1B) if self._in_body else octet in (0x0D, 0x0A, 0x1B)
            if not ends:
                self._typed.append(octet)
                continue
            parts += self._answer(bytes(self._typed), octet)
            self._typed.clear()
        return parts

    def _answer(self, typed: bytes, end: int) -> list[Part]:
        if self._in_body:
            self._in_body = False
            return self._next(BODY) if end == 0x1A else [Part(0.0, b"\r\nOK\r\n")]
        command = typed.decode("latin-1").strip()
        if not command or end == 0x1B:
            return []
        answer = self._next(_key(command))
        self._in_body = bool(PROMPTS & set(command_verbs(command))) and answer[-1].data.rstrip().endswith(
            b">"
        )
        return answer

    def _next(self, key: str) -> list[Part]:
        setting = _set(self._settings, key)
        known = self._answers.get((key, setting)) or self._answers.get((key, ANY))
        if known is None:
            return [Part(0.0, UNKNOWN)]
        answer = known.recorded[min(known.asked, len(known.recorded) - 1)]
        known.asked += 1
        return answer or [Part(0.0, UNKNOWN)]

    def _learn(self, entries: Sequence[Entry]) -> None:
        """Cut the dialogue at its commands: what follows one, up to the next, is its answer."""
        parts, asked_s = self.unsolicited_first, 0.0
        settings: dict[str, str] = {}
        pending = b""
        for entry in entries:
            if entry.direction == "rx":
                parts.append(Part(max(0.0, entry.t_s - asked_s), entry.data))
                continue
            pending += entry.data
            if pending[-1:] not in (b"\r", b"\n", b"\x1a", b"\x1b"):
                continue
            text, pending = pending.decode("latin-1"), b""
            key = BODY if text.endswith(BODY) else _key(text.strip("\r\n\x1b "))
            parts, asked_s = [], entry.t_s
            for setting in (_set(settings, key), ANY) if key else ():
                self._answers.setdefault((key, setting), _Answers()).recorded.append(parts)


def _set(settings: dict[str, str], key: str) -> str:
    """Return the last setting of what *key* asks, after *key* itself is taken into *settings*."""
    verb, equals, _ = key.partition("=")
    verb = verb.removesuffix("?")
    if equals:
        settings[verb] = key
        return ""
    return settings.get(verb, "")


def _key(command: str) -> str:
    """Return what tells one command from another: without secrets, as in the transcript."""
    return command_without_secrets(command).upper()
