"""The program of the board: one loop of steps, which goes on from a timer behind the REPL."""

import binascii
import time

import disk
import machine
import pins
import safe
from probelink.messages import EVENT_BOOT, EVENT_GNSS, EVENT_LIMITS

from probe.hal.panel import Panel
from probe.hal.receiver import Receiver
from probe.hal.wires import Wires
from probe.logic import limits, sensors, window
from probe.logic.board import Board
from probe.logic.events import EventRing
from probe.logic.images import Images
from probe.logic.link import BoardLink
from probe.logic.pages import Shown
from probe.logic.pi_watch import MEMORY_BYTES
from probe.logic.timekeeping import NONE

STEP_MS = 10
REPL_STEP_MS = 50
MEMORY, REASON, FIELD, SERVICE, STATUS_MS = "/cuts", "/reason", "/field", "/service", "/status_ms"
UNKNOWN, POWERED, WATCHDOG, WINDOW_OVER, UPDATED = range(5)  # reset reasons of HELLO
WRITE_AT_MOST = 128  # bytes a step; the wire carries 115 in 10 ms
LINK, POWER, SENSORS, LOG = range(4)  # tasks of limits.TASK_DEADLINES_MS


def read_file(path: str) -> bytes:
    """Return what is in *path*; nothing if it is not there."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def write_file(path: str, data: "bytes | bytearray") -> None:
    """Put *data* into *path*; a flash that cannot be written is no reason to stop."""
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError:
        return


def reset_reason() -> int:
    """Return why the board was reset: as noted before, because the chip tells only power from the rest."""
    noted = read_file(REASON)
    if noted:
        write_file(REASON, b"")
        return noted[0] % 7
    causes = {machine.PWRON_RESET: POWERED, machine.WDT_RESET: WATCHDOG}
    return causes.get(machine.reset_cause(), UNKNOWN)


def status_period_ms() -> int:
    """Return how often the status is told: what STATUS_MS says, if it makes sense."""
    text = read_file(STATUS_MS).strip()
    return min(1_000, max(STEP_MS, int(text))) if text.isdigit() else limits.STATUS_MS


class Program:
    """Everything between two resets."""

    def __init__(self, slot: int) -> None:
        kept = read_file(MEMORY)
        self.memory = bytearray(kept if len(kept) == MEMORY_BYTES else MEMORY_BYTES)
        self._kept = bytearray(self.memory)
        self.wires = Wires()
        self._ticks = time.ticks_ms()
        self._now_ms = 0
        self.board = Board(0, self.memory)
        tx, rx = machine.Pin(pins.UART_PI_TX), machine.Pin(pins.UART_PI_RX)
        self._uart = machine.UART(pins.UART_PI, 115_200, tx=tx, rx=rx, rxbuf=512)
        self._received = bytearray(64)
        build = binascii.crc32(read_file("/slot%d/manifest" % slot))
        reason = reset_reason()
        self.link = BoardLink(self.board, build, reason, slot, status_period_ms())
        self._begin_rest(("image %08x" % build, "slot %d" % slot, "reset by %d" % reason))
        self.link.tell_event(EVENT_BOOT, reason)
        out = memoryview(self.link.out)
        self._views = tuple([out[:size] for size in range(WRITE_AT_MOST + 1)])
        self.field = bool(read_file(FIELD))
        self._dog: "machine.WDT | None" = None

    def start_watchdog(self) -> None:
        """Last of all; not in service, for it cannot be stopped: unless it runs already."""
        asked_not = self.wires.button_held() or bool(read_file(SERVICE))
        if safe.watchdog_runs() or not asked_not:
            self._dog = machine.WDT(timeout=limits.WATCHDOG_MS)

    def _begin_rest(self, about: "tuple[str, ...]") -> None:
        self.receiver = Receiver()
        self.sensors = sensors.Sensors()
        self.panel = Panel(Shown(self.board, self.receiver.sky, self.sensors, about))
        self.disk = disk.Disk()
        self.ring = self.link.ring = EventRing(self.disk, "log")
        self._since_log_ms = self._since_time_ms = 0
        self._wrong = 0
        self._confirmed = False

    def step(self) -> None:
        """Everything once: what must never stall, then the rest."""
        self.control()
        self.rest()
        if self.board.feed and self._dog is not None:
            self._dog.feed()

    def control(self) -> None:
        """Read, decide, act; allocates nothing."""
        board = self.board
        self.wires.read(board.levels)
        board.feeding.ticked(SENSORS)
        self._receive()
        board.feeding.ticked(LINK)
        board.step(self._read_clock())
        self.wires.write(board)
        board.feeding.ticked(POWER)
        self.link.rail_mv, self.link.temperature_cdegc = self.wires.rail_mv, self.wires.temperature_cdegc
        self.link.tick()
        self._transmit()
        self._keep()
        board.feeding.ticked(LOG)

    def rest(self) -> None:
        """Receiver, sensors, panel, log: what may be late."""
        elapsed_ms, felt, wires = self.board.elapsed_ms, self.sensors, self.wires
        self.receiver.step(elapsed_ms, self._now_ms)
        felt.put(sensors.RAIL, wires.rail_mv)
        felt.put(sensors.BATTERY, self.board.levels.battery_mv)
        felt.put(sensors.CORE, wires.temperature_cdegc)
        felt.tick(elapsed_ms)
        self.panel.step(elapsed_ms, self._now_ms, 1 if wires.button_held() else 0)
        self._tell_rest(elapsed_ms)
        self._since_log_ms += elapsed_ms
        if self._since_log_ms >= limits.LOG_MS:
            self._since_log_ms = 0
            self._log()

    def _tell_rest(self, elapsed_ms: int) -> None:
        sky, wrong = self.receiver.sky, self.sensors.wrong()
        if sky.raised:
            self.link.tell_event(EVENT_GNSS, sky.raised)
            sky.raised = 0
        if wrong != self._wrong:
            self._wrong = wrong
            self.link.tell_event(EVENT_LIMITS, wrong)
        self._since_time_ms += elapsed_ms
        if self._since_time_ms >= limits.TIME_MS:
            self._since_time_ms = 0
            known = sky.time
            if known.quality != NONE:
                utc_s = known.days * limits.DAY_S + known.second
                self.link.tell_time(utc_s, known.us // 1000, known.uncertainty_us(), known.quality)

    def _log(self) -> None:
        may_write = self._may_write()
        self.ring.flush(may_write=may_write)
        well = self.link.heard > 0 or self.board.window
        if not self._confirmed and may_write and well and self.board.uptime_ms >= limits.SELF_CHECK_MS:
            Images(self.disk).confirm()
            self._confirmed = True

    def _may_write(self) -> bool:
        levels = self.board.levels
        return bool(levels.mains) or levels.battery_mv >= limits.WRITE_FLASH_MV

    def _read_clock(self) -> int:
        ticks = time.ticks_ms()
        self._now_ms = (self._now_ms + time.ticks_diff(ticks, self._ticks)) & 0x3FFFFFFF
        self._ticks = ticks
        return self._now_ms

    def _receive(self) -> None:
        count = min(self._uart.any(), len(self._received))
        if count:
            self._uart.readinto(self._received, count)
            for index in range(count):
                self.link.receive(self._received[index])

    def _transmit(self) -> None:
        count = min(self.link.waiting, WRITE_AT_MOST)
        if count:
            self._uart.write(self._views[count])
            self.link.sent(count)

    def _keep(self) -> None:
        if self.memory == self._kept:
            return
        if self._may_write():
            self._kept[:] = self.memory
            write_file(MEMORY, self._kept)

    def run(self) -> None:
        """Step for ever; return when somebody who may comes to the REPL."""
        while True:
            try:
                while True:
                    self.step()
                    time.sleep_ms(STEP_MS)
            except KeyboardInterrupt:
                if window.may_open_repl(field_mode=self.field, button_held=self.wires.button_held()):
                    return

    def go_on_behind_the_repl(self) -> None:
        """Step from a timer; reset when nobody has been there for the length of a window."""
        self.board.open_window()

        def step(_timer: machine.Timer) -> None:
            self.step()
            if not self.board.window:
                reset(WINDOW_OVER)

        machine.Timer(-1, period=REPL_STEP_MS, mode=machine.Timer.PERIODIC, callback=step)


def reset(reason: int) -> None:
    """Reset the chip, the reason noted."""
    write_file(REASON, bytes([reason]))
    machine.reset()


def main(slot: int) -> None:
    """Run until somebody comes to the REPL."""
    program = Program(slot)
    program.step()
    safe.end_bridge()
    program.start_watchdog()
    program.run()
    program.go_on_behind_the_repl()
    print("probe: the program goes on behind this prompt; modems stay powered")
