"""The worker of one line: everything that must live in its network namespace.

It runs in a process of its own, without capabilities, and talks to the service over one inherited socket.
When that closes (also because the service was killed) it ends. A crash of a worker is one failed test, not a
dead box.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.capture.tap import LineTap
from edge.config.model import Config, Line, switches_of
from edge.host.load import Machine
from edge.host.machine import boot_id
from edge.host.timekeeping import read_clock_state
from edge.measure.blast import BlastJudge
from edge.measure.failures import failure
from edge.measure.result import Capacity, Failure, Result, Throughput
from edge.measure.verdicts import rate_of, with_device
from edge.net.counters import LineCounter
from edge.ports import Flow
from edge.run.brake import ByteBrake
from edge.run.job import Job, SocketFactory, plain_socket
from edge.run.job import Progress as JobProgress
from edge.run.measurements import measure as run_measurement
from edge.schedule.budget import payload_bytes
from edge.service.captures import LineCaptures
from edge.service.checks import Checks, ChecksSetting, Window
from edge.service.clock import SystemClock
from edge.service.device_watch import DeviceWatch
from edge.service.failed import blamed, failed
from edge.service.heart_task import Surroundings, beat
from edge.service.interface_watch import InterfaceWatch
from edge.service.line import FOREIGN
from edge.service.messages import (
    CounterRead,
    CountFlow,
    FlowCounted,
    Measure,
    Measured,
    ModemFailed,
    NonceSent,
    Order,
    Progress,
    ReadCounter,
    SendNonce,
    SessionSeen,
    StartCapture,
    StopCapture,
    UsbDone,
)
from edge.service.modem_task import Card, Setting, place_of, watch_modem
from edge.service.pin_marks import PinMarks
from edge.service.usb_by_helper import UsbByHelper
from edge.service.wire import Peer
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means, PowerPort
from modem_drivers.procedures.data import Access


@dataclass(frozen=True, slots=True)
class WorkerSetting:
    """What a worker is told at its birth; cookie is the number of its line's namespace."""

    config: Config
    line: Line
    cookie: int
    keys: tuple[bytes | None, ...]
    sockets: SocketFactory = plain_socket
    template: str = ""


class LineWorker:
    """Answers the service's orders."""

    def __init__(
        self, setting: WorkerSetting, tap: LineTap | None, captures: LineCaptures, peer: "Peer[Order]"
    ) -> None:
        self._setting, self._tap, self._captures, self._peer = setting, tap, captures, peer
        self._clock = SystemClock()
        self._counter = LineCounter(setting.line.interface, boot_id())
        self._tasks: set[asyncio.Task[None]] = set()
        self._usb = UsbByHelper(peer.send, setting.line.slot)
        self._checks = self._make_checks()
        self._interface = InterfaceWatch(setting.line, tap, peer.send)
        self._data_allowed = True
        self._tests = 0

    async def run(self) -> None:
        """Serve until the service is gone."""
        if self._tap is not None:
            asyncio.get_running_loop().add_reader(self._tap.fileno(), self._tap.pump)
        self._start(self._interface.run())
        self._start(self._modem())
        self._start(beat(self._setting.config, self._setting.keys, self._around()))
        while (order := await self._peer.receive()) is not None:
            self._obey(order)
        for task in self._tasks:
            task.cancel()
        self._captures.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _obey(self, order: Order) -> None:
        match order:
            case Measure():
                self._start(self._measure(order))
            case CountFlow():
                flow = Flow(order.proto, order.local_port, order.remote_ip, order.remote_port)
                self._peer.send(FlowCounted(order.ask, self._tap.bytes_of(flow) if self._tap else 0))
            case ReadCounter():
                self._peer.send(CounterRead(order.ask, self._counter.read()))
            case StartCapture():
                self._captures.start(order.path, order.comment)
            case StopCapture():
                self._start(self._stop_capture(order.comment))
            case UsbDone():
                self._usb.done(order)
            case SendNonce():
                self._start(self._send_nonce(order))

    async def _modem(self) -> None:
        await watch_modem(
            Setting(
                means=Means(place_of(self._setting.line), power=self._power(), usb=self._usb),
                open_modem=lambda path, on_urc: Modem.open(path, clock=self._clock.unix_ns, on_urc=on_urc),
                every_s=self._setting.config.schedule.signal_every_s,
                clock=self._clock.unix_ns,
                card=self._card(),
                access=Access(apn=self._setting.line.apn) if self._setting.line.apn else None,
                beside=self._checks,
            ),
            self._modem_says,
        )

    def _modem_says(self, report: msgspec.Struct) -> None:
        """Pass on what the modem's session says; the heartbeat keeps still where data is not allowed."""
        if isinstance(report, SessionSeen):
            self._data_allowed = report.state != FOREIGN
        self._peer.send(report)

    def _around(self) -> Surroundings:
        return Surroundings(
            slot=self._setting.line.slot,
            clock=self._clock,
            sockets=self._setting.sockets,
            cookie=self._setting.cookie,
            may_send=lambda: self._data_allowed,
            is_busy=lambda: self._tests > 0,
            send=self._peer.send,
        )

    def _power(self) -> PowerPort | None:
        """Return who switches the modem's power; None, if no switch of the probe board is at its slot."""
        return self._usb if self._setting.line.slot in switches_of(self._setting.config) else None

    def _make_checks(self) -> Checks:
        config, slot = self._setting.config, self._setting.line.slot
        template = self._setting.template
        return Checks(
            ChecksSetting(
                slot=slot,
                clock=self._clock.unix_ns,
                judge=BlastJudge(template) if template else None,
                template=template,
                phone_class=config.checks.phone_class,
                name_every_s=config.checks.name_every_s,
                look_every_s=config.checks.store_every_s,
                proof=Path(config.data_dir) / f"sms-proven-{slot.replace('/', '-')}",
                report_wait_s=config.sms.limit_s,
                window=self._window(),
            ),
            self._peer.send,
        )

    def _window(self) -> Window | None:
        checks, slot = self._setting.config.checks, self._setting.line.slot
        if checks.blast_from is None or checks.blast_until is None:
            return None
        told = Path(self._setting.config.data_dir) / f"blast-told-{slot.replace('/', '-')}"
        return Window(checks.blast_from, checks.blast_until, told)

    async def _send_nonce(self, order: SendNonce) -> None:
        """Send a nonce to the number of another line: it is read here and told to nobody."""
        files = {line.slot: line.number_file for line in self._setting.config.line}
        try:
            number = Path(files[order.slot]).read_text(encoding="ascii").strip()
        except (KeyError, OSError, UnicodeDecodeError):
            cause = f"no number: number_file of slot {order.slot} cannot be read"
            self._peer.send(NonceSent(order.nonce, "refused", cause, None))
            return
        await self._checks.send_nonce(order.nonce, number)

    def _card(self) -> Card | None:
        """Return the PIN of the configuration; None without one, or where it cannot be read or kept."""
        line = self._setting.line
        if not line.pin_file:
            return None
        try:
            pin = Path(line.pin_file).read_text(encoding="ascii").strip()
            return Card(pin, PinMarks(Path(self._setting.config.data_dir), line.slot))
        except (OSError, UnicodeDecodeError, ValueError) as exc:
            detail = f"the PIN in {line.pin_file} cannot be used: {exc}"
            self._peer.send(ModemFailed(failure("modem.refused", where=line.slot, detail=detail)))
            return None

    async def _measure(self, order: Measure) -> None:
        drops = self._tap.drops() if self._tap else 0
        watch = DeviceWatch(Machine(), self._setting.line.slot)
        async with watch.watching():
            result = await self._result(order)
        drops = self._tap.drops() - drops if self._tap else 0
        result = with_device(result, watch.verdict(rate_bps=rate_of(result), ring_drops=drops))
        if isinstance(result, Throughput):
            self._peer.send(Measured(order.nonce, throughput=result, drops=drops))
        elif isinstance(result, Capacity):
            self._peer.send(Measured(order.nonce, capacity=result, drops=drops))
        else:
            self._peer.send(Measured(order.nonce, rtt=result, drops=drops))

    async def _result(self, order: Measure) -> Result:
        """Measure; while the interface is away, and where it went meanwhile, that is the cause."""
        if (away := self._interface.away()) is not None:
            return self._not_measured(order, away)
        losses = self._interface.losses
        self._tests += 1
        try:
            result = await run_measurement(order.kind, self._job(order))
        finally:
            self._tests -= 1
        lost = None if result.ok else self._interface.lost_since(losses)
        return result if lost is None else blamed(result, lost)

    def _not_measured(self, order: Measure, err: Failure) -> Result:
        name = self._setting.config.server[order.server].name
        return failed(order.kind, err, server=name, nonce=order.nonce, start_ns=self._clock.unix_ns())

    def _job(self, order: Measure) -> Job:
        schedule = self._setting.config.schedule
        host, _, port = self._setting.config.server[order.server].address.rpartition(":")
        return Job(
            host=host.strip("[]"),
            port=int(port),
            key=self._setting.keys[order.server],
            nonce=order.nonce,
            seconds=schedule.tcp_seconds,
            probes=schedule.rtt_probes,
            interval_ms=schedule.rtt_interval_ms,
            tap=self._tap,
            clock=self._clock,
            netns_cookie=self._setting.cookie,
            clock_error_ms=read_clock_state().error_ms,
            socket_factory=self._setting.sockets,
            on_progress=lambda step: self._peer.send(progress_of(order.nonce, step)),
            box=self._setting.config.box,
            max_bytes=payload_bytes(order.allowed_bytes) if order.allowed_bytes else None,
            brake=self._brake(order.allowed_bytes),
        )

    async def _stop_capture(self, comment: str) -> None:
        self._peer.send(await self._captures.stop(comment))

    def _brake(self, allowed_bytes: int) -> ByteBrake | None:
        if not allowed_bytes:
            return None
        return ByteBrake(self._counter.bytes_now, allowed_bytes, self._clock.mono_s)


def progress_of(nonce: str, step: JobProgress) -> Progress:
    """Return what a person is told of a running test."""
    done = f"{step.done} answers" if step.kind == "rtt" else f"{step.done / 1e6:.1f} MB"
    return Progress(nonce, step.elapsed_s, f"{step.kind} {step.elapsed_s:.0f} s, {done}")
