"""An AT command line as a state machine: bytes and time in, bytes and events out.

One command is in flight at a time. What is no reply to it is set apart: echo, unsolicited codes, noise. A
line that could be either (+CREG) is a reply only if the command declared its prefix and the line has the
shape of a reply. After a timeout the channel is fenced: a late reply could be taken for the next command's.
It says AT, and counts the results it is owed (the lost command's and the probes'); the fence falls when all
have come, or, where one is lost, after a long silence (codes do not break it). What comes before is
dropped. No port, clock, thread or queue inside.

Ref: ITU-T V.250 5.2.1 (lines), 5.7.1 (results); 3GPP TS 27.005 3.5.1 (the "> " prompt).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from modem_drivers.at.results import Outcome, Result, parse_result
from modem_drivers.at.urc import find_urc

MAX_LINE = 4096
TAIL_CHARS = 200
PROBE_AFTER_S = 1.0  # the second probe; the time doubles with each one
PROBE_AFTER_MOST_S = 8.0
QUIET_S = 0.1  # after all results that are owed
LONG_QUIET_S = 3.0  # after some of them: the others are lost
ESCAPE, CTRL_Z = b"\x1b", b"\x1a"
_LINE_END = re.compile(rb"[\r\n]+")
_NOISE = re.compile(r"[^\t -~\u00a0-\U0010ffff]|\\x[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Command:
    """What is said, and what may be taken for its answer.

    prefixes: how its information lines begin ("+CREG:"); fits: a test of their shape, where an unsolicited
    code has the same prefix; bare: it also answers in lines without a prefix (AT+CGMI), if they fit;
    prompt: it answers "> " and waits for a body, which is private and goes out followed by Ctrl-Z.
    """

    text: str
    prefixes: tuple[str, ...] = ()
    timeout_s: float = 5.0
    bare: bool = False
    prompt: bool = False
    fits: Callable[[str], bool] | None = None
    body: str | None = field(default=None, repr=False)

    @property
    def prompts(self) -> bool:
        """True if a prompt is expected."""
        return self.prompt or self.body is not None


@dataclass(frozen=True, slots=True)
class Info:
    """An information line of the command in flight."""

    line: str


@dataclass(frozen=True, slots=True)
class Urc:
    """An unsolicited code; body: the line after it (+CMT), which may be private."""

    line: str
    body: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Noise:
    """A line that is neither: garbage, or a late reply."""

    line: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The modem waits for a message body."""


@dataclass(frozen=True, slots=True)
class Final:
    """The command has ended. line: the modem's words; seen: after a timeout, what came that is no answer."""

    command: str
    result: Result
    line: str = ""
    seen: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """The channel is fenced: write *data* to the port now."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Resynced:
    """The fence is down: commands may be sent again."""


Event = Info | Urc | Noise | Prompt | Final | Probe | Resynced


class AtChannel:
    """The state of one command line; see the module.

    numeric: the modem answers digits (ATV0); fenced: begin behind the fence, as on a port just opened.
    """

    def __init__(self, *, numeric: bool = False, fenced: bool = False) -> None:
        self._numeric = numeric
        self._buffer = bytearray()
        self._overlong = False
        self._unfit = ""
        self._command: Command | None = None
        self._deadline_s = 0.0
        self._awaited_body: str | None = None
        self._fenced = fenced
        self._owed = self._got = 0
        self._got_ok = False
        self._escape_first = False
        self._probe_due_s: float | None = None
        self._probe_after_s = PROBE_AFTER_S
        self._heard = False
        self._quiet_since_s = 0.0

    @property
    def busy(self) -> bool:
        """True while a command is in flight."""
        return self._command is not None

    @property
    def fenced(self) -> bool:
        """True from a timeout until the modem has answered a probe cleanly."""
        return self._fenced

    @property
    def deadline_s(self) -> float:
        """When the command in flight is overdue, on the clock of send and tick."""
        return self._deadline_s

    @property
    def seen(self) -> str:
        """What came since the last command and is no answer, at most TAIL_CHARS; no body of a message."""
        rest = "" if self._awaited_body is not None else _text(self._buffer[-TAIL_CHARS:])
        return (self._unfit + rest)[-TAIL_CHARS:]

    def send(self, command: Command, *, now_s: float) -> bytes:
        """Return the bytes of *command*, which is in flight from now on.

        Raises: RuntimeError, if another is in flight or the channel is fenced (a caller's mistake).
        """
        if self._command is not None or self._fenced:
            raise RuntimeError(f"{command.text} may not be sent: the line is busy or fenced")
        self._command = command
        self._deadline_s = now_s + command.timeout_s
        self._unfit = ""
        return command.text.encode("ascii") + b"\r"

    def receive(self, data: bytes) -> list[Event]:
        """Return the events completed by *data*, in order."""
        self._buffer += data
        events: list[Event] = []
        for line in self._take_lines():
            events += self._classify(line)
        self._heard = self._heard or any(isinstance(event, Noise) for event in events)
        if self._command is not None and self._command.prompts and self._buffer.strip() == b">":
            self._buffer.clear()
            events.append(Prompt())
        return events

    def tick(self, now_s: float) -> list[Event]:
        """Return what has become due: the end of an overdue command, a probe, the fall of the fence."""
        if self._command is not None and now_s >= self._deadline_s:
            return [self._abandon(Result(Outcome.TIMEOUT))]
        return self._tick_fence(now_s) if self._fenced else []

    def abandon(self) -> None:
        """Give up the command in flight, if any: its caller has gone. The channel is fenced."""
        if self._command is not None:
            self._abandon(Result(Outcome.TIMEOUT))

    def _abandon(self, result: Result) -> Final:
        final = self._finish(result, "")
        self._fenced, self._owed, self._got, self._got_ok = True, 1, 0, False
        self._probe_due_s, self._probe_after_s = None, PROBE_AFTER_S
        return final

    def _tick_fence(self, now_s: float) -> list[Event]:
        if self._heard:
            self._heard, self._quiet_since_s = False, now_s
        if self._got_ok:
            quiet_s = now_s - self._quiet_since_s
            is_paid = self._got >= self._owed and not self._buffer and quiet_s >= QUIET_S
            return self._unfence() if is_paid or quiet_s >= LONG_QUIET_S else []
        if self._probe_due_s is None or now_s >= self._probe_due_s:
            return self._probe(now_s)
        return []

    def _probe(self, now_s: float) -> list[Event]:
        self._probe_due_s = now_s + self._probe_after_s
        self._probe_after_s = min(2 * self._probe_after_s, PROBE_AFTER_MOST_S)
        self._owed += 1
        data = (ESCAPE if self._escape_first else b"") + b"AT\r"
        self._escape_first = False
        return [Probe(data)]

    def _unfence(self) -> list[Event]:
        self._fenced = False
        self._buffer.clear()
        return [Resynced()]

    def _take_lines(self) -> list[str]:
        """Cut whole lines off the buffer; an overlong one is dropped to its end: no tail of it can pass."""
        *whole, rest = _LINE_END.split(bytes(self._buffer))
        if whole and self._overlong:
            whole, self._overlong = whole[1:], False
        if len(rest) > MAX_LINE or self._overlong:
            self._overlong, rest = True, b""
        self._buffer = bytearray(rest)
        texts = (
            raw.strip(b"\0 \t").decode("utf-8", "backslashreplace") for raw in whole if len(raw) <= MAX_LINE
        )
        return [text for text in texts if text]

    def _classify(self, line: str) -> list[Event]:
        command = self._command
        result = parse_result(line, command.text if command else "", numeric=self._numeric)
        if self._awaited_body is not None:
            head, self._awaited_body = self._awaited_body, None
            if result is None and not line.startswith(("+", "^")):
                return [Urc(head, line)]
            return [Urc(head), *self._classify(line)]
        if _is_echo(line, command.text if command else "AT" if self._fenced else ""):
            return []
        if result is not None:
            return self._result(result, line)
        if command is not None and _answers(command, line):
            self._remember(line.partition(":")[0] + ":...")
            return [Info(line)]
        return self._unsolicited(line)

    def _result(self, result: Result, line: str) -> list[Event]:
        if self._command is not None:
            return [self._finish(result, line)]
        if self._fenced:
            self._got += 1
            self._got_ok = self._got_ok or (result.outcome is Outcome.OK and self._probe_due_s is not None)
        return [Noise(line)]

    def _unsolicited(self, line: str) -> list[Event]:
        row = find_urc(line)
        if row is None and (self.busy or self._fenced or _NOISE.search(line)):
            self._remember(line)
            return [Noise(line)]
        if row is None:
            return [Urc(line)]
        if row.has_body:
            self._awaited_body = line
            return []
        return [Urc(line)]

    def _finish(self, result: Result, line: str) -> Final:
        command, self._command = self._command, None
        self._escape_first = command is not None and command.prompts
        seen = self.seen if result.outcome is Outcome.TIMEOUT else ""
        return Final(command.text if command else "", result, line, seen)

    def _remember(self, line: str) -> None:
        self._unfit = (self._unfit + line + "\n")[-TAIL_CHARS:]


def _text(raw: bytes | bytearray) -> str:
    """Return *raw* as text: UTF-8, other bytes escaped, without NULs and blanks around."""
    return raw.strip(b"\0 \t").decode("utf-8", "backslashreplace")


def _is_echo(line: str, sent: str) -> bool:
    """Tell if *line* is what was sent, perhaps behind leftovers of an earlier line."""
    return line == sent or (len(sent) > 3 and line.endswith(sent))


def _answers(command: Command, line: str) -> bool:
    """Tell if *line* is an information line of *command*: by prefix and shape."""
    if line.startswith(command.prefixes) if command.prefixes else False:
        return command.fits is None or command.fits(line)
    if not command.bare or find_urc(line) is not None or _NOISE.search(line):
        return False
    return not line.startswith(("+", "^")) and (command.fits is None or command.fits(line))
