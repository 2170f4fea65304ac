"""The running box: brings the lines up, measures them round by round, and says what it sees meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from edge.capture.file import prune
from edge.measure.failures import failure
from edge.mqtt.publisher import Publisher
from edge.net.helper import NetHelper
from edge.net.lines import LineDown
from edge.schema.names import line_of_plmn, line_of_slot
from edge.schema.record import Fields
from edge.service.board_desk import BoardDesk, Tell
from edge.service.captures import closing_comment
from edge.service.line import LineHandle
from edge.service.messages import (
    CaptureClosed,
    CheckSeen,
    DataSeen,
    HeartNoticed,
    HeartTally,
    InterfaceSeen,
    ModemFailed,
    NetworkSeen,
    Report,
    Sample,
    SessionSeen,
    SmsSeen,
    UsbDone,
    UsbWanted,
)
from edge.service.sms_round import SmsRounds
from edge.service.testing import Bench, run_test
from edge.service.voice import Voice
from edge.service.wire import connect

MODEM_PATIENCE_S = 15.0
"""How long the first round waits for the modems to say whose SIM they hold."""
STATE_EVERY_S = 60.0
POWER_EVENTS = {"power-off": "power.off", "power-on": "power.on"}
"""What the probe board does at a worker's wish, and the event of it."""
MakeDesk = Callable[[Sequence[LineHandle], Tell], BoardDesk]
"""Makes the desk of the probe board, in the running loop."""


class Watcher(Protocol):
    """Who shows a person what happens; every call returns at once."""

    def line_named(self, handle: LineHandle) -> None:
        """A line has its name."""

    def report(self, handle: LineHandle, report: Report) -> None:
        """A worker said something."""

    def started(self, handle: LineHandle, kind: str) -> None:
        """A test begins."""

    def finished(self, handle: LineHandle, kind: str, fields: Fields) -> None:
        """A result is committed."""

    def captured(self, handle: LineHandle, capture: CaptureClosed) -> None:
        """A capture file is finished."""


class Service:
    """See the module: start(), round() as often as wanted, stop()."""

    def __init__(
        self,
        bench: Bench,
        helper: NetHelper,
        publisher: Publisher,
        voice: Voice,
        watcher: Watcher,
        make_desk: MakeDesk | None = None,
    ) -> None:
        self._bench, self._helper, self._publisher = bench, helper, publisher
        self._voice, self._watcher = voice, watcher
        self.lines = [
            LineHandle(line, index, self._on_report) for index, line in enumerate(bench.config.line)
        ]
        self._tasks: set[asyncio.Task[None]] = set()
        self._throughput = asyncio.Semaphore(bench.config.schedule.parallel)
        self._helper_free = asyncio.Lock()
        self._round = 0
        self._sms = SmsRounds(bench, self.lines, self._sms_result)
        self._make_desk = make_desk
        self._desk: BoardDesk | None = None

    async def start(self) -> None:
        """Bring every line up, wait a while for the modems, name the lines, say what this box is."""
        if self._make_desk is not None:
            self._desk = self._make_desk(self.lines, self._voice.box_event)
            self._spawn(self._desk.run())
        await asyncio.gather(*(self._bring_up(handle) for handle in self.lines))
        with suppress(TimeoutError):  # a line whose modem is silent is named after its slot
            async with asyncio.timeout(MODEM_PATIENCE_S):
                for handle in self.lines:
                    if handle.alive:
                        await handle.modem_heard.wait()
        for handle in self.lines:
            self._name(handle)
        self._voice.meta(self.lines)
        self._spawn(self._say_states())
        self._spawn(self._sms.run())

    async def round(self) -> list[Fields]:
        """Measure every line once; return the committed results in the order of their end. Raises:
        OutboxError.
        """
        self._round += 1
        results: list[Fields] = []
        rounds = [asyncio.ensure_future(self._measure_line(handle, results)) for handle in self.lines]
        try:
            await asyncio.gather(*rounds)
        finally:
            for task in rounds:
                task.cancel()
        return results

    async def stop(self) -> None:
        """End tests and workers; a test cut short gets its result at once."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for handle in self.lines:
            handle.close()
        self._bench.outbox.recover()
        self._publisher.wake()

    async def _bring_up(self, handle: LineHandle) -> None:
        try:
            async with self._helper_free:
                sock = await asyncio.to_thread(self._helper.up, handle.line.slot)
        except LineDown as exc:
            handle.down = failure("line.down", where=handle.line.slot, detail=str(exc))
            return
        handle.attach(await connect(sock, Report))
        self._spawn(handle.listen())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _name(self, handle: LineHandle) -> None:
        """Name the line after its SIM's home network; a second SIM of the same gets -2; no SIM: after its
        slot.
        """
        home = handle.modem.home_plmn if handle.modem else None
        taken = {other.name for other in self.lines}
        names = [line_of_plmn(home, ordinal=number) for number in range(1, 10)] if home else []
        handle.name = next((name for name in names if name not in taken), line_of_slot(handle.line.slot))
        self._watcher.line_named(handle)
        for seen in handle.early:
            self._voice.check(handle, seen)
        handle.early.clear()
        told = (("line.down", handle.down), ("line.away", handle.away), ("modem.failed", handle.modem_err))
        for name, err in told:
            if err is not None:
                self._voice.event(handle, name, err)

    async def _measure_line(self, handle: LineHandle, results: list[Fields]) -> None:
        self._start_capture(handle)
        start_ns, mine = self._bench.clock.unix_ns(), list[Fields]()
        for kind in self._bench.config.schedule.kinds:
            if kind == "rtt":
                mine.append(await self._test(handle, kind))
            else:
                async with self._throughput:
                    mine.append(await self._test(handle, kind))
            results.append(mine[-1])
        seen = handle.samples_between(start_ns, self._bench.clock.unix_ns())
        capture = await handle.stop_capture(closing_comment(mine, seen))
        if capture is not None:
            self._watcher.captured(handle, capture)

    async def _test(self, handle: LineHandle, kind: str) -> Fields:
        server = (self._round - 1) % len(self._bench.config.server)
        others = [other for other in self.lines if other is not handle]
        self._watcher.started(handle, kind)
        fields = await run_test(self._bench, handle, others, kind, server)
        self._publisher.wake()
        self._watcher.finished(handle, kind, fields)
        return fields

    def _sms_result(self, handle: LineHandle, fields: Fields) -> None:
        self._bench.outbox.append("result", handle.name, fields)
        self._publisher.wake()
        self._watcher.finished(handle, "sms", fields)

    def _start_capture(self, handle: LineHandle) -> None:
        folder = Path(self._bench.config.data_dir) / "captures"
        folder.mkdir(exist_ok=True)
        prune(folder, self._bench.config.capture.keep_files)
        path = folder / f"{handle.name}-{self._bench.clock.unix_ms()}.pcapng"
        box = self._bench.config.box
        handle.start_capture(
            str(path), f"box {box} line {handle.name} slot {handle.line.slot} round {self._round}"
        )

    def _on_report(self, handle: LineHandle, report: Report) -> None:
        self._sms.take(handle, report)
        if isinstance(report, CheckSeen) and not handle.name:
            handle.early.append(report)
        if handle.name:
            self._tell(handle, report)
        if isinstance(report, UsbWanted):
            self._spawn(self._usb(handle, report))
        self._watcher.report(handle, report)

    def _tell(self, handle: LineHandle, report: Report) -> None:
        """Publish what of a report concerns subscribers."""
        match report:
            case Sample():
                self._voice.signal(handle, report)
            case NetworkSeen() | SessionSeen() | DataSeen() | SmsSeen():
                self._voice.line_state(handle)
            case CheckSeen():
                self._voice.check(handle, report)
            case HeartNoticed() | HeartTally():
                self._voice.heart(handle, report)
            case InterfaceSeen():
                self._voice.event(handle, "line.away" if report.err else "line.back", report.err)
            case ModemFailed():
                self._voice.event(handle, "modem.failed", report.err)

    async def _usb(self, handle: LineHandle, wanted: UsbWanted) -> None:
        text = await self._by_hand(handle.line.slot, wanted.verb)
        if wanted.verb in POWER_EVENTS and not text and handle.name:
            self._voice.event(handle, POWER_EVENTS[wanted.verb], None)
        handle.usb_done(UsbDone(wanted.ask, not text, text))

    async def _by_hand(self, slot: str, verb: str) -> str:
        """Have helper or probe board do *verb* at *slot*; return "", or why it was not done."""
        if verb not in POWER_EVENTS:
            async with self._helper_free:
                return await asyncio.to_thread(self._helper.usb, slot, verb)
        if self._desk is None:
            return "there is no probe board in the configuration"
        return await self._desk.switch(slot, verb)

    async def _say_states(self) -> None:
        while True:
            self._voice.box_state(self._desk.values() if self._desk is not None else {})
            for handle in self.lines:
                self._voice.line_state(handle)
            await asyncio.sleep(STATE_EVERY_S)
