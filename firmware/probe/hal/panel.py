"""OLED (SSD1306), current monitors (INA3221) and LEDs. What is not there is left out, and asked again later.

One short transfer a step: a row of the OLED is 129 octets, 3 ms at 400 kHz.
"""

import framebuf
import machine
import pins

from probe.logic import lamps, limits, pages, sensors

OLED, MONITORS = 0x3C, (0x40, 0x41)
AGAIN_MS = 10_000  # until a device that did not answer is asked again
REDRAW_MS = 1_000
BACK_MS = 60_000  # without a press the first page comes back
# SSD1306 (memory): off, page addressing, start line, turned, 64 rows, pins, clock, charge pump, on
SETUP = (
    b"\x00\xae\x20\x02\x40\xa1\xa8\x3f\xc8\xd3\x00\xda\x12"
    b"\xd5\x80\xd9\xf1\xdb\x30\x81\x7f\xa4\xa6\x8d\x14\xaf"
)


class Panel:
    """Of one board."""

    def __init__(self, shown: "pages.Shown") -> None:
        self.shown = shown
        self.frame = bytearray(pages.WIDTH * pages.HEIGHT // 8)
        self._canvas = framebuf.FrameBuffer(self.frame, pages.WIDTH, pages.HEIGHT, framebuf.MONO_VLSB)
        self._row = bytearray(pages.WIDTH + 1)
        self._row[0] = 0x40
        self._place = bytearray(b"\x00\xb0\x00\x10")
        sda, scl = machine.Pin(pins.I2C_SDA), machine.Pin(pins.I2C_SCL)
        self._i2c = machine.I2C(pins.I2C, sda=sda, scl=scl, freq=400_000)
        self._green = machine.Pin(pins.LED_GREEN, machine.Pin.OUT, value=0)
        self._red = machine.Pin(pins.LED_RED, machine.Pin.OUT, value=0)
        self._silent_ms = [0] * 2  # of OLED and monitors: until they are asked again
        self._ready = False
        self._page = self._next_row = self._line = 0
        self._since_ms, self._idle_ms = REDRAW_MS, 0
        self._pressed = 0

    def step(self, elapsed_ms: int, now_ms: int, button: int) -> None:
        """Let time pass; *button* is 1 while it is pressed."""
        self._light(now_ms)
        self._turn(elapsed_ms, button)
        for device in range(2):
            self._silent_ms[device] = max(0, self._silent_ms[device] - elapsed_ms)
        self._since_ms += elapsed_ms
        if self._since_ms >= REDRAW_MS:
            self._since_ms = 0
            pages.draw(self._canvas, self._page, self.shown)
            self._next_row = 0
        try:
            self._show_row()
        except OSError:
            self._ready, self._silent_ms[0] = False, AGAIN_MS
        try:
            self._read_current()
        except OSError:
            self._silent_ms[1] = AGAIN_MS

    def _light(self, now_ms: int) -> None:
        board, felt = self.shown.board, self.shown.sensors
        silent = board.pi.silent_ms >= limits.PI_SILENT_MS
        green = lamps.green(window=board.window, silent=silent)
        red = lamps.red(alarm=bool(board.pi.alarm), mains=bool(board.levels.mains), wrong=felt.wrong())
        self._green.value(lamps.level(green, now_ms))
        self._red.value(lamps.level(red, now_ms))

    def _turn(self, elapsed_ms: int, button: int) -> None:
        self._idle_ms = min(BACK_MS, self._idle_ms + elapsed_ms)
        if button and not self._pressed:
            self._page, self._idle_ms, self._since_ms = (self._page + 1) % len(pages.PAGES), 0, REDRAW_MS
        elif self._idle_ms == BACK_MS:
            self._page = 0
        self._pressed = button

    def _show_row(self) -> None:
        row = self._next_row
        if row >= pages.ROWS or self._silent_ms[0]:
            return
        if not self._ready:
            self._i2c.writeto(OLED, SETUP)
            self._ready = True
        self._place[1] = 0xB0 | row
        self._i2c.writeto(OLED, self._place)
        self._row[1:] = memoryview(self.frame)[row * pages.WIDTH : (row + 1) * pages.WIDTH]
        self._i2c.writeto(OLED, self._row)
        self._next_row = row + 1

    def _read_current(self) -> None:
        if self._silent_ms[1]:
            return
        line = self._line
        self._line = (line + 1) % limits.LINES
        raw = self._i2c.readfrom_mem(MONITORS[line // 3], 1 + 2 * (line % 3), 2)
        current = sensors.shunt_ma(raw[0] << 8 | raw[1], limits.SHUNT_MOHM)
        self.shown.sensors.put(sensors.LINE_0 + line, current)
