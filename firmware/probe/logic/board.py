"""All decisions in one `step(now_ms)`; levels in, levels out. now_ms wraps at 2**30 (ticks_ms)."""

from probelink.session import RESULT_OK, RESULT_REFUSED, RESULT_UNKNOWN, CommandGate

from probe.logic import limits
from probe.logic.feeding import FeedGate
from probe.logic.modems import ModemPower
from probe.logic.pi_watch import PiWatch, is_proof
from probe.logic.supply import NOTHING, Supply
from probe.logic.window import Window

FIELD, SERVICE, UPDATE = range(3)


class Levels:
    """What the hal reads before each step."""

    def __init__(self) -> None:
        self.mains = 1
        self.battery_mv = 12_600
        self.sign = 0  # REPL attached, door open, button, host USB: any


class Board:
    """The board between two resets. *memory* (pi_watch.MEMORY_BYTES) outlives them."""

    def __init__(self, now_ms: int, memory: bytearray) -> None:
        self.levels = Levels()
        self.modems = ModemPower()
        self.pi = PiWatch(memory)
        self.feeding = FeedGate()
        self.gate = CommandGate()
        self.uptime_low = self.uptime_high = 0  # of the uptime in ms: 32 bits are no small integer of the VM
        self.elapsed_ms = 0
        self.feed = True
        self.window = False
        self.tell = NOTHING
        self._supply = Supply()
        self._window = Window()
        self._mode_left_ms = 0
        self._now_ms = now_ms

    def step(self, now_ms: int) -> None:
        """Let time pass up to *now_ms* and set the levels."""
        elapsed_ms = (now_ms - self._now_ms) & 0x3FFFFFFF
        self._now_ms = now_ms
        self.elapsed_ms = elapsed_ms
        low = self.uptime_low + elapsed_ms
        self.uptime_low = low & 0xFFFF
        self.uptime_high = (self.uptime_high + (low >> 16)) & 0xFFFF
        self._mode_left_ms = max(0, self._mode_left_ms - elapsed_ms)
        levels = self.levels
        self.tell = self._supply.tick(elapsed_ms, levels.mains, levels.battery_mv, self.modems)
        self.window = self._window.tick(elapsed_ms, sign=bool(levels.sign))
        self.pi.tick(elapsed_ms, inhibited=self._mode_left_ms > 0)
        self.modems.tick(elapsed_ms, self.pi.silent_ms)
        self.feed = self.feeding.tick(elapsed_ms)

    @property
    def uptime_ms(self) -> int:
        """The uptime (u32); allocates on the board, so it is not for every step."""
        return self.uptime_high << 16 | self.uptime_low

    def open_window(self) -> None:
        """Somebody is there: a sign that no level shows."""
        self._window.tick(0, sign=True)
        self.window = True

    def heartbeat(self, receipt_age_s: int, samples: "tuple[int, ...]") -> bool:
        """Take the Pi's heartbeat; return whether it proved work."""
        proven = is_proof(receipt_age_s, samples)
        if proven:
            self.pi.proof()
        return proven

    def command(self, name: str, values: "tuple[int, ...]") -> int:
        """Carry out a command of the link's table once and in time; return its result."""
        result = self.gate.judge(values[0], values[1], self.uptime_ms)
        if result != RESULT_OK:
            return result
        if name == "mode":
            self._mode_left_ms = values[3] * 1000 if values[2] in (SERVICE, UPDATE) else 0
            return RESULT_OK
        if name == "power_on":
            done = self.modems.switch_on(values[2])
        elif name == "power_off":
            done = self.modems.switch_off(values[2], values[3] * 1000)
        elif name == "power_cycle":
            done = self.modems.switch_off(values[2], limits.MIN_OFF_MS)
        else:
            return RESULT_UNKNOWN
        return RESULT_OK if done else RESULT_REFUSED
