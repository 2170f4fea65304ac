"""Keeps the session with the probe board over its serial port, for as long as the box runs.

A port that is lost or cannot be opened is looked at again every RETRY_S; each trouble is told once, by its
cause. The box measures without a board as with one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edge.board.places import obstacle
from edge.board.session import BoardSession, BoardTime, Done, Event, Greeted, Status, Trouble
from edge.measure.failures import failure
from edge.measure.result import Failure
from modem_drivers.errors import PortLost
from modem_drivers.ports.tty import SerialPort

RETRY_S, TICK_S, LOOK_S = 2.0, 0.1, 30.0
HEARTBEAT_S = 5.0
ANSWER_S = 6.0  # a little more than a command lives
OFF_LEASE_S = 30  # a modem comes back by itself, should the box not end its power cut


@dataclass(frozen=True, slots=True)
class Proof:
    """What the box did: the age of the last receipt (None: none yet), new samples per switch of the board."""

    receipt_age_s: float | None
    samples: tuple[int, ...]


class Owner(Protocol):
    """Who is told; every call returns at once."""

    def proof(self) -> Proof:
        """Return what was done since the last call."""

    def board_said(self, event: Event) -> None:
        """Take what the board told."""

    def board_failed(self, err: Failure | None) -> None:
        """Take why there is no session, or that there is one (None); told when it changes."""


@dataclass(slots=True)
class BoardView:
    """What is last known of the board; err: why there is no session, or what is wrong with it."""

    err: Failure | None = None
    greeted: Greeted | None = None
    status: Status | None = None
    time: BoardTime | None = None
    time_mono_s: float = 0.0
    resets: int = 0
    bad_frames: int = 0
    lost_frames: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperSetting:
    """port: the UART; switches: the slot behind each of the board's switches; first_id: of its commands."""

    port: str
    switches: tuple[str, ...]
    first_id: int
    look: Callable[[str], Failure | None] = field(default=obstacle)


class BoardKeeper:
    """See the module; `run` until cancelled, `switch` meanwhile."""

    def __init__(self, setting: KeeperSetting, owner: Owner) -> None:
        self._setting, self._owner = setting, owner
        self.view = BoardView()
        self._loop = asyncio.get_running_loop()
        self._session: BoardSession | None = None
        self._port: SerialPort | None = None
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._trouble: Failure | None = None
        self._two: Failure | None = None
        self._lost: PortLost | None = None
        self._next_id = setting.first_id

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            err = self._setting.look(self._setting.port)
            self._two = err if err is not None and err.code == "board.two" else None
            if err is not None and self._two is None:
                self._fail(err)
            else:
                await self._serve()
            await asyncio.sleep(RETRY_S)

    async def switch(self, slot: str, verb: str) -> str:
        """Do *verb* ("power-off", "power-on") to the modem at *slot*; return "", or why it was not done."""
        if slot not in self._setting.switches:
            return f"no switch of the probe board is at {slot}: name it in switches of [board]"
        if self.view.err is not None and self.view.err.code != "board.other_table":
            return self.view.err.text
        line = self._setting.switches.index(slot)
        name, values = ("power_on", (line,)) if verb == "power-on" else ("power_off", (line, OFF_LEASE_S))
        result = await self._command(name, values)
        return "" if result == "ok" else f"the probe board: {verb} of switch {line} ({slot}): {result}"

    async def _command(self, name: str, values: tuple[int, ...]) -> str:
        session = self._session
        command_id = session.command(name, values, self._loop.time()) if session is not None else None
        if session is None or command_id is None:
            return "the board has not said yet that it is up"
        self._next_id = command_id + 1
        future: asyncio.Future[str] = self._loop.create_future()
        self._waiting[command_id] = future
        self._flush()
        try:
            return await asyncio.wait_for(future, ANSWER_S)
        except TimeoutError:
            return "no answer"
        finally:
            self._waiting.pop(command_id, None)

    async def _serve(self) -> None:
        """Open the port and hold the session until the port is lost."""
        try:
            self._port = port = SerialPort(self._setting.port)
        except PortLost as lost:
            self._fail(failure("board.absent", where=self._setting.port, detail=lost.reason))
            return
        self._lost = None
        self._session = session = BoardSession(self._loop.time(), self._next_id)
        self._loop.add_reader(port.fileno(), self._readable)
        try:
            await self._hold(session)
        finally:
            self._loop.remove_reader(port.fileno())
            self._close(port)

    async def _hold(self, session: BoardSession) -> None:
        look_s = beat_s = self._loop.time()
        while self._lost is None:
            now_s = self._loop.time()
            if now_s >= look_s + LOOK_S:
                err, look_s = self._setting.look(self._setting.port), now_s
                self._two = err if err is not None and err.code == "board.two" else None
                self._tell()
            if session.greeted and now_s >= beat_s + HEARTBEAT_S:
                proof, beat_s = self._owner.proof(), now_s
                session.heartbeat(proof.receipt_age_s, proof.samples)
            self._take(session.tick(now_s))
            self._flush()
            await asyncio.sleep(TICK_S)
        self._fail(failure("board.absent", where=self._setting.port, detail=self._lost.reason))

    def _close(self, port: SerialPort) -> None:
        self._session = self._port = None
        self._end_waiting("the board's port was lost")
        try:
            port.close()
        except PortLost:
            return  # it was lost before

    def _readable(self) -> None:
        port, session = self._port, self._session
        if port is None or session is None:
            return
        try:
            data = port.read()
        except PortLost as lost:
            self._lost = lost
            self._loop.remove_reader(port.fileno())
            return
        self._take(session.receive(data, self._loop.time()))
        self._flush()

    def _flush(self) -> None:
        if self._port is None or self._session is None:
            return
        data = self._session.take_output()
        try:
            if data:
                self._port.write(data)
        except PortLost as lost:
            self._lost = lost

    def _take(self, events: Sequence[Event]) -> None:
        for event in events:
            self._note(event)
            self._owner.board_said(event)
        session = self._session
        if session is not None:
            self.view.bad_frames, self.view.lost_frames = session.bad_frames, session.lost_frames

    def _note(self, event: Event) -> None:
        match event:
            case Greeted():
                self.view.greeted, self.view.resets = event, self.view.resets + event.again
                self._trouble = None if event.same_table else self._other_table(event)
                self._tell()
            case Status():
                self.view.status = event
            case BoardTime():
                self.view.time, self.view.time_mono_s = event, self._loop.time()
            case Done():
                future = self._waiting.pop(event.command_id, None)
                if future is not None and not future.done():
                    future.set_result(event.result)
            case Trouble():
                self._fail(self._cause(event.code))
            case _:
                pass  # told to the owner

    def _cause(self, code: str) -> Failure:
        return failure(f"board.{code}", where=self._setting.port, detail=DETAILS[code])

    def _other_table(self, hello: Greeted) -> Failure:
        detail = f"build {hello.build_hash:08x}"
        return failure("board.other_table", where=self._setting.port, detail=detail)

    def _fail(self, err: Failure) -> None:
        self.view.greeted = self.view.status = self.view.time = None
        self._trouble = err
        self._tell()

    def _tell(self) -> None:
        err = self._trouble or self._two
        if err != self.view.err:
            self.view.err = err
            self._owner.board_failed(err)

    def _end_waiting(self, result: str) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_result(result)
        self._waiting.clear()


DETAILS = {
    "silent": "no byte in 5 s",
    "wrong_firmware": "bytes came, but no greeting in 5 s",
    "older": "its highest version is below this program's lowest",
    "newer": "its lowest version is above this program's highest",
}
"""What was seen, by the session's trouble."""
