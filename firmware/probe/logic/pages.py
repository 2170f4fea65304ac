"""What the OLED shows: pages of eight lines of sixteen characters, drawn into a framebuf.FrameBuffer.

A page is a function from the board's state to its lines; `draw` puts one on a canvas. Unknown is "--".
"""

from probe.logic import limits
from probe.logic.gnss_guard import AWAY, JUMPED, TIME_JUMPED
from probe.logic.sensors import BATTERY, CORE, LINE_0, RAIL, UNKNOWN
from probe.logic.timekeeping import NONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from probe.logic.board import Board
    from probe.logic.sensors import Sensors
    from probe.logic.sky import Sky

    class Canvas(Protocol):
        """What is used of framebuf.FrameBuffer."""

        def fill(self, __colour: int) -> None:
            """Make every pixel the same."""
            ...

        def text(self, __text: str, __x: int, __y: int, __colour: int) -> None:
            """Write in characters of 8 x 8."""
            ...

        def fill_rect(self, __x: int, __y: int, __width: int, __height: int, __colour: int) -> None:
            """Fill a rectangle."""
            ...


WIDTH, HEIGHT, CHARACTER = 128, 64, 8
COLUMNS, ROWS = WIDTH // CHARACTER, HEIGHT // CHARACTER
QUALITIES = ("none", "coarse", "holdover", "PPS")
MODEM_STATES = ("on", "off", "due", "shed")
PI_STATES = ("works", "ALARM", "reset", "waits", "CUT")


class Shown:
    """Everything that pages are drawn from."""

    def __init__(self, board: "Board", sky: "Sky", sensors: "Sensors", about: "tuple[str, ...]") -> None:
        self.board, self.sky, self.sensors = board, sky, sensors
        self.about = about  # lines of the last page: image, slot, reason of the last reset
        self.simulated = False


def volts(mv: int) -> str:
    """Return millivolts as volts, two digits behind the point."""
    return "--" if mv == UNKNOWN else "%d.%02dV" % (mv // 1000, mv % 1000 // 10)


def degrees(cdegc: int) -> str:
    """Return hundredths of a degree as whole degrees, rounded."""
    return "--" if cdegc == UNKNOWN else "%dC" % ((cdegc + 50) // 100)


def span(us: int) -> str:
    """Return microseconds in the largest unit that leaves two digits at least."""
    if us < 10_000:
        return "%dus" % us
    return "%dms" % (us // 1000) if us < 10_000_000 else "%ds" % (us // 1_000_000)


def clock(sky: "Sky") -> str:
    """Return UTC as hh:mm:ss."""
    time = sky.time
    if time.quality == NONE:
        return "--:--:--"
    return "%02d:%02d:%02d" % (time.second // 3600, time.second // 60 % 60, time.second % 60)


def overview(shown: Shown) -> "tuple[str, ...]":
    """Whether all is well."""
    board, sky = shown.board, shown.sky
    bits = " ".join(["1" if level else "-" for level in board.modems.levels])
    return (
        "PANTAU probe",
        clock(sky) + " UTC",
        "modems " + bits,
        "Pi " + PI_STATES[board.pi.state],
        "mains " + ("ok" if board.levels.mains else "LOST"),
        "GNSS " + ("fix" if sky.has_fix() else "no fix"),
        "WINDOW OPEN" if board.window else "",
    )


def modems(shown: Shown) -> "tuple[str, ...]":
    """Each modem: its switch and its current."""
    lines = ["modem     mA"]
    for line in range(limits.LINES):
        current = shown.sensors.values[LINE_0 + line]
        state = MODEM_STATES[shown.board.modems.states[line]]
        lines.append("%d %-6s %5s" % (line, state, "--" if current == UNKNOWN else current))
    return tuple(lines)


def supply(shown: Shown) -> "tuple[str, ...]":
    """Mains, battery, rail, temperature, door."""
    values = shown.sensors.values
    return (
        "supply",
        "mains    " + ("ok" if shown.board.levels.mains else "LOST"),
        "battery  " + volts(values[BATTERY]),
        "rail     " + volts(values[RAIL]),
        "board    " + degrees(values[CORE]),
        "limits   " + ("WRONG" if shown.sensors.wrong() else "ok"),
    )


def gnss(shown: Shown) -> "tuple[str, ...]":
    """Receiver, time and its uncertainty, what the guard says."""
    sky = shown.sky
    time, receiver, flags = sky.time, sky.gnss, sky.guard.flags
    cn0 = receiver.mean_cn0_dbhz()
    said = ("jump " if flags & JUMPED else "") + ("away " if flags & AWAY else "")
    said += "time" if flags & TIME_JUMPED else ""
    return (
        "GNSS " + ("fix" if sky.has_fix() else "no fix"),
        "used %s of %s" % (receiver.used if receiver.used >= 0 else "--", receiver.in_view()),
        "C/N0 %s dBHz" % (cn0 if cn0 >= 0 else "--"),
        "UTC " + clock(sky),
        "by " + QUALITIES[time.quality],
        "+- " + ("--" if time.quality == NONE else span(time.uncertainty_us())),
        "guard " + (said or "ok"),
    )


def pi(shown: Shown) -> "tuple[str, ...]":
    """The watch over the Pi."""
    watch = shown.board.pi
    return (
        "Pi " + PI_STATES[watch.state],
        "silent %d s" % (watch.silent_ms // 1000),
        "power " + ("on" if watch.power else "CUT"),
    )


def about(shown: Shown) -> "tuple[str, ...]":
    """Which image runs, and why the board was reset."""
    return ("about",) + shown.about


PAGES: "tuple[Callable[[Shown], tuple[str, ...]], ...]" = (overview, modems, supply, gnss, pi, about)


def draw(canvas: "Canvas", number: int, shown: Shown) -> None:
    """Draw page *number* (any; they go round), its first line on a bar."""
    lines = PAGES[number % len(PAGES)](shown)
    canvas.fill(0)
    canvas.fill_rect(0, 0, WIDTH, CHARACTER, 1)
    for row in range(min(ROWS - 1, len(lines))):
        canvas.text(lines[row][:COLUMNS], 0, row * CHARACTER, 0 if row == 0 else 1)
    if shown.simulated:
        canvas.text("SIMULATED", 0, (ROWS - 1) * CHARACTER, 1)
