"""The wiring diagram of one board as SVG: the way of the power above, pins and their far ends below."""

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from boards.chips import CHIPS

from tools.gen.pins import Wire, wires_of

WIDTH, ROW, TOP = 1080, 22, 210
BOARD_X, BOARD_W, FAR_X, FAR_W = 40, 250, 660, 380
COLOURS = {"out": "#c0392b", "in": "#2471a3", "adc": "#7d3c98", "uart": "#1e8449", "i2c": "#b9770e"}
MEANINGS = {"out": "output", "in": "input", "adc": "analogue", "uart": "serial", "i2c": "I2C"}
STYLE = "font-family='DejaVu Sans,Arial,sans-serif' font-size='12'"
POWER = (  # x, y, width, text, then which boxes it feeds
    (40, 60, 120, "mains adapter|12 V", (1,)),
    (200, 60, 130, "charger and|3S Li-ion pack", (2,)),
    (370, 60, 120, "converter|12 V to 5 V", (3, 4, 5)),
    (560, 20, 210, "5 load switches TPS22965|shunt 50 mOhm each", (6,)),
    (560, 80, 210, "load switch TPS22965|shunt 50 mOhm", (7,)),
    (560, 140, 210, "VSYS of this board|never switched", ()),
    (830, 20, 210, "5 modems|capacitor beside each", ()),
    (830, 80, 210, "Raspberry Pi|and USB hub", ()),
)


def picture(board: str) -> str:
    """Return the SVG of *board*."""
    wires = list(wires_of(board))
    height = TOP + 60 + _height(wires)
    body = [*_power(), *_pins(board, wires), *_legend(height - 14)]
    frame = f"<rect width='{WIDTH}' height='{height}' fill='white'/>"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' {STYLE}>"
    return "\n".join([head, frame, *body, "</svg>"]) + "\n"


def _height(wires: list[Wire]) -> int:
    groups = len({wire.far for wire in wires})
    return len(wires) * ROW + groups * (ROW + 10)


def _box(x: int, y: int, width: int, height: int, fill: str) -> str:
    return f"<rect x='{x}' y='{y}' width='{width}' height='{height}' rx='4' fill='{fill}' stroke='#444'/>"


def _text(x: int, y: int, text: str, more: str = "") -> str:
    return f"<text x='{x}' y='{y}' {more}>{escape(text)}</text>"


def _line(points: str, colour: str, width: float = 1.5) -> str:
    return f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='{width}'/>"


def _power() -> Iterator[str]:
    for x, y, width, _, feeds in POWER:
        for index in feeds:
            far_x, far_y = POWER[index][0], POWER[index][1]
            middle = (x + width + far_x) // 2
            points = f"{x + width},{y + 20} {middle},{y + 20} {middle},{far_y + 20} {far_x},{far_y + 20}"
            yield _line(points, "#222", 2.5)
    for x, y, width, text, _ in POWER:
        yield _box(x, y, width, 40, "#fdf2d0")
        for number, line in enumerate(text.split("|")):
            yield _text(x + width // 2, y + 17 + 15 * number, line, "text-anchor='middle'")


def _pins(board: str, wires: list[Wire]) -> Iterator[str]:
    yield _box(BOARD_X, TOP, BOARD_W, _height(wires) + 6, "#e8f1e4")
    title = f"{board} ({CHIPS[board].name})"
    yield _text(BOARD_X + 10, TOP + 18, title, "font-weight='bold'")
    y = TOP + 10
    for far, group in groupby(wires, key=lambda wire: wire.far):
        rows = list(group)
        yield _box(FAR_X, y, FAR_W, len(rows) * ROW + ROW, "#eef0f7")
        yield _text(FAR_X + 10, y + 16, far, "font-weight='bold'")
        y += ROW
        for wire in rows:
            yield from _wire(wire, y)
            y += ROW
        y += 10


def _wire(wire: Wire, y: int) -> Iterator[str]:
    colour = COLOURS[wire.kind.partition("_")[0]]
    end = BOARD_X + BOARD_W
    pin = f"GPIO {wire.gpio}" + (f", header {wire.header}" if wire.header != "-" else "")
    yield _line(f"{end},{y + 11} {FAR_X},{y + 11}", colour)
    yield _text(end - 8, y + 15, wire.label, "text-anchor='end'")
    yield f"<circle cx='{end}' cy='{y + 11}' r='3.5' fill='{colour}'/>"
    yield f"<circle cx='{FAR_X}' cy='{y + 11}' r='3.5' fill='{colour}'/>"
    yield _text(end + 14, y + 8, pin, f"fill='{colour}' font-size='10'")
    yield _text(FAR_X + 10, y + 15, wire.text, "font-size='11'")


def _legend(y: int) -> Iterator[str]:
    for number, (kind, colour) in enumerate(COLOURS.items()):
        x = BOARD_X + number * 130
        yield _line(f"{x},{y - 4} {x + 30},{y - 4}", colour, 3)
        yield _text(x + 38, y, MEANINGS[kind])
    yield _text(WIDTH - 40, y, "one ground for everything", "text-anchor='end'")
