"""The service's side of one line: its worker's socket, what was last heard of it, and what is being waited
for.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from edge.config.model import Line
from edge.measure.result import Failure, Result
from edge.ports import Flow
from edge.schedule.budget import Reading
from edge.service.messages import (
    CaptureClosed,
    CheckSeen,
    CounterRead,
    CountFlow,
    DataSeen,
    FlowCounted,
    InterfaceSeen,
    Measure,
    Measured,
    ModemFailed,
    ModemReady,
    NetworkSeen,
    ReadCounter,
    Report,
    Sample,
    SendNonce,
    SessionSeen,
    SmsSeen,
    StartCapture,
    StopCapture,
    UsbDone,
)
from edge.service.wire import Peer

Answer = TypeVar("Answer")

KEPT_SAMPLES = 600
ANSWER_S = 5.0
FOREIGN = "international roaming"


class WorkerGone(Exception):
    """The line's worker ended; the test it ran has no result."""


class LineHandle:
    """One line. name is its MQTT line: the SIM's home network, or slot-... while that is unknown."""

    def __init__(self, line: Line, index: int, on_report: "Callable[[LineHandle, Report], None]") -> None:
        self.line, self.index, self.name = line, index, ""
        self.down: Failure | None = None
        self.away: Failure | None = None
        self.modem: ModemReady | None = None
        self.modem_err: Failure | None = None
        self.network: NetworkSeen | None = None
        self.session: SessionSeen | None = None
        self.data: DataSeen | None = None
        self.sms: SmsSeen | None = None
        self.samples: deque[Sample] = deque(maxlen=KEPT_SAMPLES)
        self.samples_seen = 0
        self.early: list[CheckSeen] = []
        self.modem_heard = asyncio.Event()
        self._on_report = on_report
        self._peer: Peer[Report] | None = None
        self._waiting: dict[str, asyncio.Future[Measured]] = {}
        self._counting: dict[int, asyncio.Future[int]] = {}
        self._reading: dict[int, asyncio.Future[Reading | None]] = {}
        self._capture: asyncio.Future[CaptureClosed] | None = None
        self._asks = itertools.count(1)

    @property
    def alive(self) -> bool:
        """Whether there is a worker to give orders to."""
        return self._peer is not None

    def attach(self, peer: "Peer[Report]") -> None:
        """Use the worker behind *peer* from now on."""
        self._peer = peer

    async def listen(self) -> None:
        """Take in reports until the worker is gone; then everything waited for fails with WorkerGone."""
        peer = self._peer
        while peer is not None and (report := await peer.receive()) is not None:
            self._take(report)
            self._on_report(self, report)
        self._peer = None
        for future in (
            *self._waiting.values(),
            *self._counting.values(),
            *self._reading.values(),
            self._capture,
        ):
            if future is not None and not future.done():
                future.set_exception(WorkerGone(self.line.slot))

    def _take(self, report: Report) -> None:
        match report:
            case ModemReady():
                self.modem, self.modem_err = report, None
            case ModemFailed():
                self.modem_err = report.err
                self.modem_heard.set()
            case SessionSeen() | DataSeen() | InterfaceSeen():
                self._take_state(report)
            case NetworkSeen():
                self.network = report
                self.modem_heard.set()
            case Sample():
                self.samples.append(report)
                self.samples_seen += 1
            case Measured():
                _answer(self._waiting.pop(report.nonce, None), report)
            case FlowCounted() | CounterRead():
                self._take_count(report)
            case CaptureClosed():
                _answer(self._capture, report)
            case SmsSeen():
                self.sms = report

    def _take_count(self, report: FlowCounted | CounterRead) -> None:
        if isinstance(report, FlowCounted):
            _answer(self._counting.pop(report.ask, None), report.bytes)
        else:
            _answer(self._reading.pop(report.ask, None), report.reading)

    def _take_state(self, report: SessionSeen | DataSeen | InterfaceSeen) -> None:
        match report:
            case InterfaceSeen():
                self.away = report.err
            case DataSeen():
                self.data = report
            case SessionSeen():
                self.session = report
                self.data = self.data if report.state == "data" else None

    @property
    def data_forbidden(self) -> SessionSeen | None:
        """The state that forbids using data on this line, where that costs money: a foreign network."""
        return self.session if self.session is not None and self.session.state == FOREIGN else None

    async def measure(
        self, nonce: str, kind: str, server: int, *, timeout_s: float, allowed_bytes: int = 0
    ) -> Measured:
        """Run one test, which may take *allowed_bytes* (0: any). Raises: WorkerGone, TimeoutError."""
        future: asyncio.Future[Measured] = asyncio.get_running_loop().create_future()
        self._waiting[nonce] = future
        self._tell(Measure(nonce, kind, server, allowed_bytes))
        try:
            return await asyncio.wait_for(future, timeout_s)
        finally:
            self._waiting.pop(nonce, None)

    async def read_counter(self) -> Reading | None:
        """Return the counter of the line's interface; None while that is away. Raises: WorkerGone,
        TimeoutError.
        """
        ask = next(self._asks)
        future: asyncio.Future[Reading | None] = asyncio.get_running_loop().create_future()
        self._reading[ask] = future
        self._tell(ReadCounter(ask))
        try:
            return await asyncio.wait_for(future, ANSWER_S)
        finally:
            self._reading.pop(ask, None)

    async def bytes_of(self, flow: Flow) -> int:
        """Return the payload bytes of *flow* that passed this line's interface. Raises: WorkerGone,
        TimeoutError.
        """
        ask = next(self._asks)
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._counting[ask] = future
        self._tell(CountFlow(ask, *flow))
        try:
            return await asyncio.wait_for(future, ANSWER_S)
        finally:
            self._counting.pop(ask, None)

    def send_nonce(self, nonce: str, slot: str) -> None:
        """Have the line send *nonce* by SMS to the line in *slot*; NonceSent follows. Raises: WorkerGone."""
        self._tell(SendNonce(nonce, slot))

    def start_capture(self, path: str, comment: str) -> None:
        """Let the worker write packets to *path* from now on."""
        if self.alive:
            self._capture = asyncio.get_running_loop().create_future()
            self._tell(StartCapture(path, comment))

    async def stop_capture(self, comment: str = "") -> CaptureClosed | None:
        """End the file with *comment* and return what it holds; None without a capture or a worker."""
        if self._capture is None:
            return None
        if self.alive:
            self._tell(StopCapture(comment))
        try:
            return await asyncio.wait_for(self._capture, ANSWER_S)
        except (WorkerGone, TimeoutError):
            return None
        finally:
            self._capture = None

    def samples_between(self, start_ns: int, end_ns: int) -> list[Sample]:
        """Return the radio readings whose own time lies in the test."""
        return [sample for sample in self.samples if start_ns <= sample.t_ns <= end_ns]

    def usb_done(self, done: UsbDone) -> None:
        """Tell the worker what became of its wish; one that is gone does not hear it."""
        if self._peer is not None:
            self._peer.send(done)

    def close(self) -> None:
        """Let the worker go."""
        if self._peer is not None:
            self._peer.close()

    def _tell(
        self, order: Measure | ReadCounter | CountFlow | StartCapture | StopCapture | SendNonce
    ) -> None:
        if self._peer is None:
            raise WorkerGone(self.line.slot)
        self._peer.send(order)


def _answer(future: "asyncio.Future[Answer] | None", value: Answer) -> None:
    if future is not None and not future.done():
        future.set_result(value)


def flow_of(result: Result) -> Flow | None:
    """Return the flow of a result in the form the counters use; None when no socket was connected."""
    if result.flow is None:
        return None
    local_port = int(result.flow.local.rpartition(":")[2])
    host, _, port = result.flow.remote.rpartition(":")
    return Flow(result.flow.proto, local_port, host.strip("[]"), int(port))
