"""One AT channel on one port, in an asyncio loop: callers queue, replies come back with their times."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from modem_drivers.at.channel import (
    CTRL_Z,
    AtChannel,
    Command,
    Event,
    Final,
    Info,
    Probe,
    Prompt,
    Resynced,
    Urc,
)
from modem_drivers.at.results import Outcome
from modem_drivers.at.shapes import replaces
from modem_drivers.at.standard import HIDDEN, PRIVATE_VERBS
from modem_drivers.at.static import StaticAnswers
from modem_drivers.at.turns import Priority
from modem_drivers.at.urc import find_urc
from modem_drivers.errors import CmeError, CmsError, CommandFailed, CommandTimeout, PortLost, shown
from modem_drivers.ports.turns import TurnLock

TICK_S = 0.05  # while the channel is fenced, or waits for what follows OK
FENCE_WAIT_S = 8.0
_PDU_LIKE = re.compile(r"[0-9A-Fa-f]{16,}")
_CODE_LIKE = re.compile(r"[+^*$%#!&]?[A-Z0-9][A-Z0-9_ ]{0,30}(:.*)?")

PrivateListener = Callable[[str, str | None, int], None]
"""Gets (line, the line that belongs to it or None, Unix ns) of each unsolicited code: private."""


class Port(Protocol):
    """What a session needs of a port; every method may raise PortLost."""

    name: str

    def fileno(self) -> int:
        """Return the descriptor to watch."""

    def read(self) -> bytes:
        """Return what is there, without waiting."""

    def write(self, data: bytes) -> None:
        """Write all of *data*."""

    def close(self) -> None:
        """Give the port back."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The information lines of one command that ended with OK, and its times in Unix nanoseconds.

    t_received_ns: when the first information line was read, or OK where there was none.
    """

    lines: tuple[str, ...]
    t_sent_ns: int
    t_received_ns: int


Answer = Reply | CommandFailed | CommandTimeout
"""How one command of several ended."""


@dataclass(slots=True)
class _Talk:
    """The commands of one turn: those *left*, the one to be said *next*, what the others were answered."""

    left: Iterator[Command]
    goes_on: Callable[[Answer], bool]
    ended: asyncio.Future[list[Answer]]
    next: Command | None = None
    answers: list[Answer] = field(default_factory=list)

    def take(self, answer: Answer) -> None:
        """Keep the answer to the command in flight; end, or choose the next one."""
        self.answers.append(answer)
        self.next = next(self.left, None) if self.goes_on(answer) else None
        if self.next is None:
            self.ended.set_result(self.answers)


def demand_reply(answer: Answer) -> Reply:
    """Return *answer* if it is a reply; raises it, if it is a refusal or a timeout."""
    if isinstance(answer, Reply):
        return answer
    raise answer


class AtSession:
    """The one speaker on *port*. clock returns Unix nanoseconds; on_urc gets each unsolicited line, without
    what is private in it, and its time."""

    def __init__(
        self,
        port: Port,
        *,
        clock: Callable[[], int],
        loop: asyncio.AbstractEventLoop,
        on_urc: Callable[[str, int], None] | None = None,
    ) -> None:
        self._port = port
        self._clock = clock
        self._loop = loop
        self._on_urc = on_urc
        self._private: PrivateListener | None = None
        self._body: str | None = None
        self._channel = AtChannel(fenced=True)
        self._turn = TurnLock()
        self._static: StaticAnswers[Reply] = StaticAnswers()
        self._shared: dict[str, asyncio.Task[Reply]] = {}
        self._lines: list[str] = []
        self._talk: _Talk | None = None
        self._command = Command("")
        self._t_sent_ns = 0
        self._cleared = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._lost: PortLost | None = None
        self._timeouts = 0
        self._t_read_ns = 0
        self._t_first_ns: int | None = None
        self._fd = port.fileno()
        loop.add_reader(self._fd, self._readable)
        loop.call_soon(self._tick)

    @property
    def name(self) -> str:
        """The port's path."""
        return self._port.name

    @property
    def timeouts(self) -> int:
        """How many commands in a row were left unanswered."""
        return self._timeouts

    @property
    def seen(self) -> str:
        """What the modem sent since the last command that is no answer."""
        return self._channel.seen

    async def await_clear(self, command: str, wait_s: float) -> None:
        """Wait until the modem answers AT cleanly: after opening, and after a command that timed out.

        Raises: CommandTimeout, naming *command*, if that takes longer than *wait_s*; PortLost.
        """
        self._demand_port()
        if self._cleared.is_set():
            return
        try:
            async with asyncio.timeout(wait_s):
                await self._cleared.wait()
        except TimeoutError:
            raise CommandTimeout(self.name, command, wait_s, self._channel.seen) from None
        self._demand_port()

    def listen(self, listener: PrivateListener | None) -> None:
        """Give every unsolicited code and the message in it to *listener* too; None: no more."""
        self._private = listener

    async def ask(self, command: Command, priority: Priority = Priority.NORMAL) -> Reply:
        """Say *command* when the line is free and nobody more urgent waits, and return its reply.

        Raises: CommandTimeout, CommandFailed (CmeError, CmsError), PortLost.
        """
        (reply,) = await self.ask_all((command,), priority)
        return reply

    async def ask_all(self, commands: Sequence[Command], priority: Priority = Priority.NORMAL) -> list[Reply]:
        """Say *commands* one after the other with nobody else's between them; the replies, in order.

        Raises: as ask, at the first that fails.
        """
        answers = await self._converse(commands, priority, lambda answer: isinstance(answer, Reply))
        return [demand_reply(answer) for answer in answers]

    async def ask_each(
        self, commands: Sequence[Command], priority: Priority = Priority.NORMAL
    ) -> dict[Command, Answer]:
        """Say *commands* as ask_all does, also behind one that is refused; each one's reply or refusal.

        What stands behind one that timed out is not said, and is not in the answer. Raises: PortLost.
        """
        answers = await self._converse(
            commands, priority, lambda answer: not isinstance(answer, CommandTimeout)
        )
        return dict(zip(commands, answers, strict=False))

    async def ask_static(self, command: Command) -> Reply:
        """Return the reply to *command* that is still true (at.static), with its own times, or ask.

        Raises: as ask.
        """
        kept, age = self._static.find(command.text), self._static.age
        if kept is not None:
            self._demand_port()
            return kept
        reply = await self.ask(command)
        self._static.keep(command.text, reply, age)
        return reply

    async def ask_shared(self, command: Command, priority: Priority = Priority.LONG) -> Reply:
        """As ask; a command that waits or runs already is not said again: all get its one reply.

        It runs to its end though its callers go. Raises: as ask.
        """
        run = self._shared.get(command.text)
        if run is None:
            run = self._loop.create_task(self.ask(command, priority))
            self._shared[command.text] = run
            run.add_done_callback(lambda done: self._forget_run(command.text, done))
        return await asyncio.shield(run)

    def _forget_run(self, text: str, run: asyncio.Task[Reply]) -> None:
        self._shared.pop(text, None)
        if not run.cancelled():
            run.exception()  # who still waits has it; nobody else need hear of it

    def close(self) -> None:
        """Give the port back; commands in flight and later ones raise PortLost."""
        if self._lost is None:
            self._lose(PortLost(self.name, "closed by this program"))

    async def _converse(
        self, commands: Sequence[Command], priority: Priority, goes_on: Callable[[Answer], bool]
    ) -> list[Answer]:
        """Say *commands* in one turn, each as soon as the one before has ended and while *goes_on* says so.

        The caller wakes once, at the end: no turn of the event loop is spent between two commands.
        """
        await self._turn.acquire(priority)
        try:
            if not self._cleared.is_set() or self._lost is not None:
                await self.await_clear(commands[0].text, max(commands[0].timeout_s, FENCE_WAIT_S))
            talk = _Talk(iter(commands), goes_on, self._loop.create_future())
            self._talk = talk
            try:
                self._say(next(talk.left))
                return await talk.ended
            finally:
                self._talk = None
                if self._channel.busy:  # the caller was cancelled, or the port failed
                    self._channel.abandon()
                    self._fence()
        finally:
            self._turn.release()

    def _say(self, command: Command) -> None:
        self._command = command
        self._lines, self._t_first_ns, self._body = [], None, command.body
        self._static.said(command.text)
        data = self._channel.send(command, now_s=self._loop.time())
        self._t_sent_ns = self._clock()
        self._write(data)
        self._arm()

    def _demand_port(self) -> None:
        if self._lost is not None:
            raise PortLost(self.name, self._lost.reason)

    def _answer(self, final: Final, command: Command) -> Answer:
        outcome, number, meaning = final.result
        if outcome is Outcome.OK:
            self._timeouts = 0
            return Reply(tuple(self._lines), self._t_sent_ns, self._t_first_ns or self._t_read_ns)
        if outcome is Outcome.TIMEOUT:
            self._static.forget()
            self._timeouts += 1
            return CommandTimeout(self.name, command.text, command.timeout_s, final.seen)
        self._timeouts = 0
        if outcome is Outcome.CME:
            self._static.refused(number)
            return CmeError(command.text, number, meaning)
        if outcome is Outcome.CMS:
            return CmsError(command.text, number, meaning)
        return CommandFailed(command.text, final.line)

    def _readable(self) -> None:
        try:
            data = self._port.read()
        except PortLost as lost:
            self._lose(lost)
            return
        self._t_read_ns = self._clock()
        self._take(self._channel.receive(data))
        if self._channel.holding:
            self._arm()

    def _tick(self) -> None:
        self._disarm()
        if self._lost is not None:
            return
        self._take(self._channel.tick(self._loop.time()))
        self._arm()

    def _take(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case Info(line, continues=True) if self._lines:
                    self._lines[-1] += line
                case Info(line):
                    self._take_line(line)
                case Final():
                    self._end(event)
                case Probe(data):
                    self._write(data)
                case Resynced():
                    self._cleared.set()
                case Prompt() if self._body is not None:
                    self._write(self._body.encode("ascii") + CTRL_Z)
                    self._body = None
                case Urc(line, body):
                    self._pass_on(line, body)
                case _:
                    pass  # noise
        self._say_next()

    def _take_line(self, line: str) -> None:
        self._static.answered(line)
        if self._lines and replaces(line, self._lines[-1]):
            self._lines, self._t_first_ns = self._lines[:-1], None
        self._t_first_ns = self._t_first_ns or self._t_read_ns
        self._lines.append(line)

    def _say_next(self) -> None:
        """Say the command whose turn has come now that the one before it has ended."""
        if self._talk is not None and self._talk.next is not None:
            command, self._talk.next = self._talk.next, None
            self._say(command)

    def _pass_on(self, line: str, body: str | None) -> None:
        self._static.heard(line)
        if self._private is not None:
            self._loop.call_soon(self._private, line, body, self._t_read_ns)
        if self._on_urc is not None:
            self._loop.call_soon(self._on_urc, _public(line), self._t_read_ns)

    def _end(self, final: Final) -> None:
        if self._channel.fenced:
            self._fence()
        if self._talk is not None and not self._talk.ended.done():
            self._talk.take(self._answer(final, self._command))

    def _fence(self) -> None:
        self._cleared.clear()
        self._loop.call_soon(self._tick)

    def _arm(self) -> None:
        """Set the timer for what the channel will have due next; one that is due before it may stay."""
        if self._lost is not None:
            self._disarm()
        elif self._channel.holding or (self._channel.fenced and not self._channel.busy):
            self._disarm()
            self._timer = self._loop.call_later(TICK_S, self._tick)
        elif self._channel.busy and not (self._timer and self._timer.when() <= self._channel.deadline_s):
            self._disarm()
            self._timer = self._loop.call_at(self._channel.deadline_s, self._tick)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except PortLost as lost:
            self._lose(lost)

    def _lose(self, lost: PortLost) -> None:
        """The port is gone: free it, and let everybody know."""
        self._lost = lost
        self._disarm()
        self._loop.remove_reader(self._fd)
        with suppress(PortLost):  # it was lost before; the descriptor is freed
            self._port.close()
        self._cleared.set()
        if self._talk is not None and not self._talk.ended.done():
            self._talk.ended.set_exception(lost)


def _public(line: str) -> str:
    """Return what may be shown of an unsolicited line: of a message's head its verb, of a PDU nothing, nor of
    a line that does not look like a code: it may be the second line of a message's text.
    """
    verb, row = line.partition(":")[0].upper(), find_urc(line)
    if verb in PRIVATE_VERBS or (row is not None and row.has_body):
        return f"{verb}: {HIDDEN}"
    is_code = row is not None or _CODE_LIKE.fullmatch(line)
    return shown(line, 200) if is_code and not _PDU_LIKE.fullmatch(line) else HIDDEN
