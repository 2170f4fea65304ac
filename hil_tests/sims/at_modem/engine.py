"""The dialogue of an AT modem, without I/O: bytes and time in, bytes out; the words come from a personality.

Line discipline, echo, result codes and error formats are V.250 and TS 27.007; the time a command takes is the
personality's. Input that arrives while a command runs waits, and is echoed when its turn comes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hil_tests.sims.at_modem.reply import OK, Failure, Refused, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, CommandLineError, Form, split_line

CTRL_Z, ESCAPE = 0x1A, 0x1B
LINE_LIMIT = 2048
DEFAULT_REGISTERS = {"E": 1, "V": 1, "Q": 0, "X": 4, "+CMEE": 1, "S0": 0, "S3": 13, "S4": 10, "S5": 8}
LIMITS = {"E": 1, "V": 1, "Q": 1, "X": 4, "+CMEE": 2, "S0": 255, "S3": 127, "S4": 127, "S5": 127}
NUMERIC = {"OK": "0", "NO CARRIER": "3", "ERROR": "4"}


class Personality(Protocol):
    """The words of one modem model."""

    def delay_s(self, command: Command) -> float:
        """Return how long *command* takes, seconds."""
        ...

    def answer(self, command: Command, now_s: float) -> Reply:
        """Return the reply to *command*, formed at *now_s*."""
        ...

    def urcs(self, now_s: float) -> Sequence[str]:
        """Return the unsolicited lines due by *now_s*, each once."""
        ...

    def next_urc_s(self, now_s: float) -> float | None:
        """Return when `urcs` should be asked next, or None."""
        ...

    def restore(self) -> None:
        """Take the settings of ATZ and AT&F back to their defaults."""
        ...


@dataclass(frozen=True, slots=True)
class Output:
    """Bytes for the line; `command` and the rest are there when they are the reply to a command line."""

    data: bytes
    command: str | None = None
    reply: tuple[str, ...] = ()
    truth: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Running:
    text: str
    commands: tuple[Command, ...]
    due_s: float


@dataclass(frozen=True, slots=True)
class _Asking:
    """A command that waits for text up to Ctrl-Z; `before` is what its line said until there."""

    text: str
    before: tuple[Reply, ...]
    finish: Callable[[bytes, float], Reply]


class Engine:
    """One modem's command interpreter. `receive` bytes, `run` with the time, write what it returns."""

    def __init__(
        self,
        personality: Personality,
        *,
        echo_stuck: bool = False,
        registers: Mapping[str, int] | None = None,
    ) -> None:
        """*echo_stuck*: a fault: ATE0 is answered OK and ignored. *registers*: defaults of the model."""
        self._personality = personality
        self._echo_stuck = echo_stuck
        self._defaults = {**DEFAULT_REGISTERS, **(registers or {})}
        self._registers = dict(self._defaults)
        self._input = bytearray()
        self._line = bytearray()
        self._last = ""
        self._running: _Running | None = None
        self._asking: _Asking | None = None
        self._out: list[Output] = []

    def receive(self, data: bytes) -> None:
        """Take *data* as typed by the client."""
        self._input += data

    def restart(self) -> None:
        """Forget what was typed and set, as at power-on."""
        self._input.clear()
        self._line.clear()
        self._out.clear()
        self._running = self._asking = None
        self._registers = dict(self._defaults)

    def next_due_s(self, now_s: float) -> float | None:
        """Return when `run` has something to do without further input, or None."""
        if self._running:
            return self._running.due_s
        if self._line or self._asking:
            return None
        return self._personality.next_urc_s(now_s)

    def run(self, now_s: float) -> list[Output]:
        """Return everything that is due at *now_s*, in order."""
        while self._step(now_s):
            pass
        if not self._running and not self._asking and not self._line:
            for line in self._personality.urcs(now_s):
                self._out.append(Output(self._framed(line)))
        out, self._out = self._out, []
        return out

    def _step(self, now_s: float) -> bool:
        if self._running:
            if self._running.due_s > now_s:
                return False
            running, self._running = self._running, None
            self._execute(running.text, running.commands, now_s)
            return True
        if not self._input:
            return False
        octet = self._input.pop(0)
        if self._asking:
            self._collect(self._asking, octet, now_s)
        else:
            self._type(octet, now_s)
        return True

    # --- typing ---

    def _echo(self, octet: int) -> None:
        if self._registers["E"] or self._echo_stuck:
            self._out.append(Output(bytes((octet,))))

    def _type(self, octet: int, now_s: float) -> None:
        self._echo(octet)
        if octet == self._registers["S3"]:
            line, self._line = self._line.decode("latin-1"), bytearray()
            self._start(line, now_s)
        elif octet == self._registers["S5"]:
            del self._line[-1:]
        elif octet != self._registers["S4"] and len(self._line) < LINE_LIMIT:
            self._line.append(octet)
            if self._line[-2:].upper() == b"A/":
                self._line.clear()
                self._start(self._last, now_s)

    def _start(self, line: str, now_s: float) -> None:
        begin = line.upper().find("AT")
        if begin < 0:
            return
        self._last = text = line[begin:].rstrip()
        try:
            commands = split_line(text[2:])
        except CommandLineError:
            self._finish(text, (fail(Failure.PLAIN),))
            return
        wait_s = sum(self._personality.delay_s(command) for command in commands)
        self._running = _Running(text, commands, now_s + wait_s)

    def _collect(self, asking: _Asking, octet: int, now_s: float) -> None:
        self._echo(octet)
        if octet in {CTRL_Z, ESCAPE}:
            typed, self._line = bytes(self._line), bytearray()
            self._asking = None
            last = asking.finish(typed, now_s) if octet == CTRL_Z else OK
            self._finish(asking.text, (*asking.before, last))
        elif octet == self._registers["S5"]:
            del self._line[-1:]
        else:
            self._line.append(octet)
            if octet == self._registers["S3"]:
                self._out.append(Output(b"\r\n> "))

    # --- executing ---

    def _execute(self, text: str, commands: tuple[Command, ...], now_s: float) -> None:
        replies: list[Reply] = []
        for command in commands:
            reply = self._own(command) or self._personality.answer(command, now_s)
            if reply.prompt:
                self._asking = _Asking(text, tuple(replies), reply.prompt)
                self._out.append(Output(b"\r\n> "))
                return
            replies.append(reply)
            if reply.failure:
                break
        self._finish(text, tuple(replies))

    def _own(self, command: Command) -> Reply | None:
        if command.name in {"Z", "&F"} and command.form is Form.EXECUTE:
            self._registers = dict(self._defaults)
            self._personality.restore()
            return OK
        if command.name not in LIMITS:
            return None
        if command.form is Form.TEST:
            return Reply((f"{command.name}: (0-{LIMITS[command.name]})",))
        if command.form is Form.READ:
            return self._read_register(command.name)
        value = command.value or "0"
        if not value.isdecimal() or int(value) > LIMITS[command.name]:
            return fail(Failure.BAD_PARAMETER if command.name == "+CMEE" else Failure.PLAIN)
        self._registers[command.name] = int(value)
        return OK

    def _read_register(self, name: str) -> Reply:
        value = self._registers[name]
        return Reply((f"{name}: {value}" if name.startswith("+") else f"{value:03d}",))

    # --- answering ---

    def _framed(self, line: str) -> bytes:
        s3, s4 = chr(self._registers["S3"]), chr(self._registers["S4"])
        body = line.replace("\n", s3 + s4)
        head = s3 + s4 if self._registers["V"] else ""
        return f"{head}{body}{s3}{s4}".encode("latin-1", "replace")

    def _final(self, failure: Failure | Refused | None) -> str:
        if failure is None:
            return "OK"
        family, number, words = failure.value
        level = self._registers["+CMEE"]
        if family == "":
            return words
        if level == 0:
            return "ERROR"
        return f"+{family} ERROR: {number if level == 1 else words}"

    def _finish(self, text: str, replies: tuple[Reply, ...]) -> None:
        failure = replies[-1].failure if replies else None
        final = self._final(failure)
        data = b"".join(self._framed("\n".join(reply.lines)) for reply in replies if reply.lines)
        said = tuple(line for reply in replies for line in reply.lines)
        truth = {key: value for reply in replies for key, value in reply.truth.items()}
        if not self._registers["Q"]:
            said += (final,)
            data += self._final_bytes(final)
        self._out.append(Output(data, text, said, truth))
        for reply in replies:
            self._out.extend(Output(self._framed(line)) for line in reply.after)

    def _final_bytes(self, final: str) -> bytes:
        if self._registers["V"]:
            return self._framed(final)
        return f"{NUMERIC.get(final, final)}{chr(self._registers['S3'])}".encode("latin-1")
