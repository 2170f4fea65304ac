"""The OLED's pages as pictures: `python -m hil_tests.oled --out DIR`, from what the firmware sent to it.

A simulated board runs the shipped files on a stepped clock, with a made-up receiver and PPS; the button turns
the pages. The pixels are those the firmware's framebuffer had, read from its I2C transfers.
"""

import argparse
import struct
import sys
import tempfile
import zlib
from datetime import timedelta
from pathlib import Path
from random import Random

from hil_tests.bench.probe_board import Control, probe_board
from hil_tests.gnss_world import BEGIN, sentence, talk

ROWS, COLUMNS = 8, 128
SETTLE_S = 12
OLED, PPS, BUTTON = 0x3C, 22, 11
PAGES = ("overview", "modems", "supply", "gnss", "pi", "about")


def frame_of(stream: bytes) -> bytes:
    """Return the 1024 octets (MONO_VLSB) on the display, from what was sent to it: the last of each row.

    Raises: ValueError, if a row was never sent whole.
    """
    rows: dict[int, bytes] = {}
    size = 5 + COLUMNS  # 00 b<row> 00 10, then 40 and the row
    for end in range(len(stream), size - 1, -size):
        head, data = stream[end - size : end - COLUMNS], stream[end - COLUMNS : end]
        if head[0] != 0x00 or head[1] & 0xF8 != 0xB0 or head[2:] != b"\x00\x10\x40":
            break
        rows.setdefault(head[1] & 7, data)
    if len(rows) < ROWS:
        raise ValueError(f"the display got {len(rows)} of {ROWS} rows")
    return b"".join(rows[row] for row in range(ROWS))


def pixels_of(frame: bytes) -> list[list[int]]:
    """Return the 64 rows of 128 pixels, 0 or 1."""
    return [[frame[y // 8 * COLUMNS + x] >> (y % 8) & 1 for x in range(COLUMNS)] for y in range(ROWS * 8)]


def png_of(frame: bytes, scale: int = 4) -> bytes:
    """Return the frame as a PNG, light on dark, each pixel *scale* wide."""
    lines = []
    for row in pixels_of(frame):
        line = b"\x00" + bytes(235 if pixel else 16 for pixel in row for _ in range(scale))
        lines.append(line * scale)
    header = struct.pack(">IIBBBBB", COLUMNS * scale, ROWS * 8 * scale, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in chunks:
        parts.append(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return b"".join(parts)


def satellites(rng: Random) -> bytes:
    """Return GSV of twelve satellites, as a receiver says it."""
    cells = [
        f"{n + 1:02d},{rng.randrange(10, 85):02d},{rng.randrange(360):03d},{rng.randrange(28, 46)}"
        for n in range(12)
    ]
    return b"".join(sentence(f"GPGSV,3,{n + 1},12,{','.join(cells[4 * n : 4 * n + 4])}") for n in range(3))


class Scene:
    """A board, its clock in our hands, and a receiver at its port."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._second = 0
        self._rng = Random("oled")
        control.ask("clock", stepped=True)

    def second(self) -> None:
        """Let a second pass: pulse, then what the receiver says of it."""
        words = talk(BEGIN + timedelta(seconds=self._second), -6.2, 106.8)
        if self._second % 5 == 0:
            words += satellites(self._rng)
        self._control.ask("pulse", pin=PPS, level=1)
        self._control.ask("advance", ms=100)
        self._control.ask("uart", port=1, data=words.hex())
        self._control.ask("advance", ms=900)
        self._second += 1

    def press(self) -> None:
        """Press the button for 100 ms."""
        self._control.ask("pin", pin=BUTTON, level=0)
        self._control.ask("advance", ms=100)
        self._control.ask("pin", pin=BUTTON, level=1)
        self._control.ask("advance", ms=900)
        self._second += 1

    def frame_or_none(self) -> bytes | None:
        """Return what the display shows, or None before all of it was sent."""
        try:
            return self.frame()
        except ValueError:
            return None

    def frame(self) -> bytes:
        """Return what the display shows."""
        return frame_of(bytes.fromhex(str(self._control.ask("i2c", address=OLED)["data"])))


def frames() -> dict[str, bytes]:
    """Return the frame of every page of a board that has run SETTLE_S."""
    with tempfile.TemporaryDirectory(prefix="oled-") as folder, probe_board(Path(folder)) as board:
        scene, found = Scene(board.control), {}
        for _ in range(SETTLE_S):
            scene.second()
        for page in PAGES:
            scene.second()
            found[page] = scene.frame()
            scene.press()
    return found


def main() -> int:
    """Write a picture of each page."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.oled", description=__doc__)
    line.add_argument("--out", type=Path, required=True, help="folder for oled-<page>.png")
    out: Path = line.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for page, frame in frames().items():
        (out / f"oled-{page}.png").write_bytes(png_of(frame))
        print(f"{out}/oled-{page}.png: {sum(map(sum, pixels_of(frame)))} pixels lit")
    return 0


if __name__ == "__main__":
    sys.exit(main())
