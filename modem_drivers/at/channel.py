"""An AT command line as a state machine: bytes and time in, bytes and events out.

One command is in flight at a time. What is no reply to it is set apart: echo, unsolicited codes, noise. A
line that could be either (+CREG) is a reply only if the command declared its prefix and the line has the
shape of a reply. After a timeout the channel is fenced: a late reply could be taken for the next command's.
It says AT, and counts the results it is owed (the lost command's and the probes'); the fence falls when all
have come, or, where one is lost, after a long silence (codes do not break it). What comes before is
dropped. A code within an answer's line is cut out where that can be told (shapes.cut_glued, breaks, and a
line that breaks off within quotes). A modem that answers digits (ATV0) is noticed behind the fence. No port,
clock, thread or queue inside.

Ref: ITU-T V.250 5.2.1 (lines), 5.7.1 (results); 3GPP TS 27.005 3.5.1 (the "> " prompt).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from modem_drivers.at.breaks import Breaks
from modem_drivers.at.clean import Reader, clean_reader
from modem_drivers.at.echo import Echo
from modem_drivers.at.results import WORDS, Outcome, Result, parse_result
from modem_drivers.at.shapes import cut_glued, shape_of
from modem_drivers.at.urc import Body, body_of, find_urc, is_balanced

MAX_LINE = 4096
MAX_INFO_LINES = 4096  # of one answer; more is noise
AFTER_OK_S = 0.5  # of silence, after the lines that follow OK
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
    prompt: it answers "> " and waits for a body, which is private and goes out followed by Ctrl-Z; after_ok:
    prefixes of information lines that come after its OK (Unisoc's +EEMLTESVC: behind AT+EEMGINFO?).
    """

    text: str
    prefixes: tuple[str, ...] = ()
    timeout_s: float = 5.0
    bare: bool = False
    prompt: bool = False
    fits: Callable[[str], bool] | None = None
    body: str | None = field(default=None, repr=False)
    after_ok: tuple[str, ...] = ()

    @property
    def prompts(self) -> bool:
        """True if a prompt is expected."""
        return self.prompt or self.body is not None


@dataclass(frozen=True, slots=True)
class Info:
    """An information line of the command in flight; continues: it is the rest of the one before."""

    line: str
    continues: bool = False


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
        self._numeric, self._worded = numeric, False
        self._buffer = bytearray()
        self._overlong = False
        self._unfit = ""
        self._command: Command | None = None
        self._deadline_s = 0.0
        self._awaited_body: str | None = None
        self._echo = Echo("", None)
        self._open_line, self._breaks, self._info_lines = "", Breaks(), 0
        self._clean: Reader | None = None
        self._held: Final | None = None
        self._held_until_s: float | None = None
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
    def holding(self) -> bool:
        """True after OK, while lines that follow it are awaited: tick every AFTER_OK_S / 10 or so."""
        return self._held is not None

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
        tail = self._buffer[-TAIL_CHARS:].strip(b"\0 \t").decode("utf-8", "backslashreplace")
        rest = "" if self._awaited_body is not None else tail
        return (self._unfit + rest)[-TAIL_CHARS:]

    def send(self, command: Command, *, now_s: float) -> bytes:
        """Return the bytes of *command*, which is in flight from now on.

        Raises: RuntimeError, if another is in flight or the channel is fenced (a caller's mistake).
        """
        if self._command is not None or self._fenced:
            raise RuntimeError(f"{command.text} may not be sent: the line is busy or fenced")
        self._command = command
        self._deadline_s = now_s + command.timeout_s
        self._unfit, self._open_line, self._breaks = "", "", Breaks()
        self._echo, self._info_lines = Echo(command.text, command.body), 0
        is_sure = command.prefixes and not (
            command.bare or command.prompts or command.fits or command.after_ok
        )
        self._clean = clean_reader(command.text, command.prefixes) if is_sure else None
        return command.text.encode("ascii") + b"\r"

    def receive(self, data: bytes) -> list[Event]:
        """Return the events completed by *data*, in order."""
        if clean := self._take_clean(data):
            return clean
        self._buffer += data
        events: list[Event] = []
        for line in self._take_lines():
            events += self._classify(line)
        self._heard = self._heard or any(isinstance(event, Noise) for event in events)
        if self._command is not None and self._command.prompts and self._buffer.strip() == b">":
            self._buffer.clear()
            events.append(Prompt())
        return events

    def _take_clean(self, data: bytes) -> list[Event]:
        """Return the events of *data* if it is a whole answer and nothing else."""
        lines = self._clean(data) if self._clean is not None and not self._buffer else None
        self._clean = None
        return [*map(Info, lines), self._finish(WORDS["OK"], "OK")] if lines else []

    def tick(self, now_s: float) -> list[Event]:
        """Return what has become due: the end of an overdue command, a probe, the fall of the fence."""
        if self._held is not None:
            return self._tick_held(now_s)
        if self._command is not None and now_s >= self._deadline_s:
            return [self._abandon(Result(Outcome.TIMEOUT))]
        return self._tick_fence(now_s) if self._fenced else []

    def abandon(self) -> None:
        """Give up the command in flight, if any: its caller has gone. The channel is fenced."""
        if self._command is not None:
            self._abandon(Result(Outcome.TIMEOUT))

    def _tick_held(self, now_s: float) -> list[Event]:
        if self._held_until_s is None:
            self._held_until_s = now_s + AFTER_OK_S
        if self._held is None or now_s < min(self._held_until_s, self._deadline_s):
            return []
        return [*self._flush_open_line(), self._finish(self._held.result, self._held.line)]

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
        """Return the events of a whole line, which may hold several pieces."""
        command = self._command
        if self._awaited_body is not None:
            return self._body(line)
        if self._echo.takes(line) if command is not None else (self._fenced and line == "AT"):
            return []
        if command is None or command.bare:
            return self._piece(line)
        if (
            command.prefixes
            and line.startswith(command.text)
            and line[len(command.text) :].startswith(command.prefixes)
        ):
            line = line[len(command.text) :]
        return [event for piece in cut_glued(line, command.prefixes) for event in self._piece(piece.strip())]

    def _body(self, line: str) -> list[Event]:
        head, self._awaited_body = self._awaited_body or "", None
        if body_of(head) is Body.TEXT:
            return [Urc(head, line)]
        if self._result_of(line) is None and not line.startswith(("+", "^")):
            return [Urc(head, line)]
        return [Urc(head), *self._classify(line)]

    def _piece(self, line: str) -> list[Event]:
        command = self._command
        if self._open_line and (joined := self._join(line)) is not None:
            return joined
        result = self._result_of(line)
        if result is not None:
            return [*self._flush_open_line(), *self._result(result, line)]
        if command is not None and _answers(command, line, after_ok=self._held is not None):
            if not command.bare and not is_balanced(line):
                flushed, self._open_line = self._flush_open_line(), line
                return flushed
            return [*self._flush_open_line(), *self._info(line)]
        return self._unsolicited(line)

    def _join(self, line: str) -> list[Event] | None:
        """Return the events of the line that broke off within quotes if *line* is its other part."""
        if is_balanced(line) or line.startswith(("+", "^")):
            return None
        whole, self._open_line = self._open_line + line, ""
        return self._info(whole)

    def _flush_open_line(self) -> list[Event]:
        line, self._open_line = self._open_line, ""
        return self._info(line) if line else []

    def _info(self, line: str) -> list[Event]:
        self._remember(line.partition(":")[0] + ":...")
        self._held_until_s = None
        self._breaks.answered()
        self._info_lines += 1
        return [Info(line) if self._info_lines <= MAX_INFO_LINES else Noise(line)]

    def _result_of(self, line: str) -> Result | None:
        command = self._command
        if command is None:
            return parse_result(line, numeric=self._numeric or (self._fenced and not self._worded))
        return parse_result(line, command.text, numeric=self._numeric, bare=command.bare)

    def _result(self, result: Result, line: str) -> list[Event]:
        command = self._command
        if command is not None and command.after_ok and result.outcome is Outcome.OK and self._held is None:
            self._held, self._held_until_s = Final(command.text, result, line), None
            return []
        if command is not None:
            return [self._finish(result, line)]
        if self._fenced:
            self._got += 1
            if result.outcome is Outcome.OK:
                self._numeric, self._worded = line == "0", line != "0"
            self._got_ok = self._got_ok or (result.outcome is Outcome.OK and self._probe_due_s is not None)
        return [Noise(line)]

    def _unsolicited(self, line: str) -> list[Event]:
        row = find_urc(line)
        if row is None and (mended := self._mend(line)):
            return mended
        if row is None and (self.busy or self._fenced or _NOISE.search(line)):
            self._remember(line)
            self._breaks.misfit(line)
            return [Noise(line)]
        self._breaks.code()
        if row is None:
            return [Urc(line)]
        if body_of(line) is Body.NONE:
            return [Urc(line)]
        self._awaited_body = line
        return []

    def _mend(self, line: str) -> list[Event]:
        """Return the events of *line* if it is the rest of what a code broke."""
        command = self._command
        if command is None or command.bare or self._held is not None:
            return []
        if self._breaks.continues(line):
            self._breaks.answered()
            return [Info(line, continues=True)]
        whole = self._breaks.whole(line)
        is_whole = whole and (self._result_of(whole) or _answers(command, whole, after_ok=False))
        return self._piece(whole) if is_whole else []

    def _finish(self, result: Result, line: str) -> Final:
        command, self._command = self._command, None
        self._held, self._held_until_s, self._open_line, self._clean = None, None, "", None
        self._escape_first = command is not None and command.prompts
        seen = self.seen if result.outcome is Outcome.TIMEOUT else ""
        return Final(command.text if command else "", result, line, seen)

    def _remember(self, line: str) -> None:
        if self._command is None or self._command.body is None:  # its echo would be a private message
            self._unfit = (self._unfit + line + "\n")[-TAIL_CHARS:]


def _answers(command: Command, line: str, *, after_ok: bool) -> bool:
    """Tell if *line* is an information line of *command*: by prefix and shape."""
    if after_ok:
        return line.startswith(command.after_ok)
    if line.startswith(command.prefixes) if command.prefixes else False:
        fits = command.fits or shape_of(command.text, line)
        return fits is None or fits(line)
    if not command.bare or find_urc(line) is not None or _NOISE.search(line):
        return False
    return not line.startswith(("+", "^")) and (command.fits is None or command.fits(line))
