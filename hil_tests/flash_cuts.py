"""An update of the board's firmware on simulated flash, and that flash after a cut anywhere in it.

`record` runs an update once and keeps each operation on the flash; `Cutter` gives the image with the first n
of them done, and the next one not begun or torn. Who wants to boot from there takes `BoardFiles.tree()`.
"""

import hashlib
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from probe.logic.events import EventRing
from probe.logic.images import Images, folder_of

from hil_tests.sims.flash import BoardFiles, Done, Flash, apply, blank, tear

Image = dict[str, bytes]
SECTORS = 352  # 1,441,792 octets, as a Pico has them for files
NAMES = ("main.py", "probe/__init__.py", "probe/main.mpy", "probe/logic/board.mpy", "probe/logic/slots.mpy")
MORE = tuple(f"probe/logic/part{n}.mpy" for n in range(7))


def draw_image(rng: Random) -> Image:
    """Return an image of 12 files, some 40 kB."""
    return {name: rng.randbytes(rng.choice((0, 40, 256, 1500, 4096, 9000))) for name in NAMES + MORE}


def manifest(image: Image) -> bytes:
    """Return the manifest of *image*."""
    text = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(image.items()))
    return f"{text}{hashlib.sha256(text.encode()).hexdigest()}  manifest\n".encode()


def copy(files: BoardFiles, image: Image, slot: int) -> None:
    """Copy *image* into a slot, the manifest last."""
    put(files, folder_of(slot) + "/", image)
    put(files, folder_of(slot) + "/", {"manifest": manifest(image)})


def put(files: BoardFiles, below: str, image: Image) -> None:
    """Copy files as mpremote does: one by one, in pieces."""
    for path, data in sorted(image.items()):
        parts = f"{below}{path}".split("/")
        for depth in range(1, len(parts)):
            if parts[depth - 1] not in files.listdir("/" + "/".join(parts[: depth - 1])):
                files.mkdir("/".join(parts[:depth]))
        with files.open("/".join(parts), "wb") as file:
            for start in range(0, len(data), 512):
                file.write(data[start : start + 512])


def value_of(number: int) -> int:
    """Return what event *number* says in these runs."""
    return (number * 2_654_435_761) % 2**31 - 2**30


class Mark(NamedTuple):
    """How far a run was before the operation number *done*."""

    done: int
    what: str  # event | may run | runs | confirmed
    number: int = 0


class Run(NamedTuple):
    """An update: the flash before it, what was done to it, and when what was achieved."""

    name: str
    before: bytes
    done: list[Done]
    marks: list[Mark]
    old: Image
    new: Image

    def reached(self, what: str, cut: int) -> list[int]:
        """Return the numbers of the marks *what* that were certainly passed at *cut*."""
        return [mark.number for mark in self.marks if mark.what == what and mark.done <= cut]


class Bench:
    """One mounted flash, the board's logic on it, and the marks."""

    def __init__(self, image: bytes) -> None:
        self.flash = Flash(image)
        self.files = BoardFiles(self.flash)
        self.marks: list[Mark] = []
        self.restart()

    def restart(self) -> None:
        """Begin anew, as after a reset."""
        self.images = Images(self.files)
        self.ring = EventRing(self.files, "log")

    def mark(self, what: str, number: int = 0) -> None:
        """Note that *what* is achieved."""
        self.marks.append(Mark(len(self.flash.done), what, number))

    def log(self, count: int) -> None:
        """Put *count* events into the ring."""
        for _ in range(count):
            number = self.ring.next_number
            self.ring.note(number * 10, 1 + number % 63, number % 6, value_of(number))
            self.mark("event begun", number)
            if self.ring.flush(may_write=True):
                self.mark("event", number)

    def boot(self) -> None:
        """Boot; the image that runs is marked."""
        self.restart()
        slot = self.images.boot(may_write=True)
        self.mark("runs", slot)


def factory(old: Image, root: Image) -> bytes:
    """Return the flash of a board: *old* in slot 0, *root* beside it, its event ring gone round once."""
    flash = Flash(blank(SECTORS))
    files = BoardFiles(flash, make=True)
    put(files, "", root)
    files.mkdir(folder_of(0))
    copy(files, old, 0)
    bench = Bench(bytes(flash.buffer))
    bench.log(380)
    return bytes(bench.flash.buffer)


def update(bench: Bench, new: Image) -> None:
    """Copy *new* and let it take over."""
    slot = bench.images.begin()
    bench.log(2)
    copy(bench.files, new, slot)
    bench.log(2)
    bench.mark("may run")
    damage = bench.images.finish()
    if damage:
        raise ValueError(f"{damage} is damaged, though nothing cut the copying")


def good(bench: Bench, new: Image) -> None:
    """An update whose image confirms itself."""
    update(bench, new)
    bench.boot()
    bench.log(1)
    bench.images.confirm()
    bench.mark("confirmed")
    bench.log(1)
    bench.boot()


def bad(bench: Bench, new: Image) -> None:
    """An update whose image never comes so far as to confirm itself."""
    update(bench, new)
    for _ in range(5):
        bench.boot()
        bench.log(1)


STORIES: dict[str, Callable[[Bench, Image], None]] = {"good": good, "bad": bad}


def record(name: str, old: Image, new: Image, root: Image) -> Run:
    """Run the story *name* once."""
    before = factory(old, root)
    bench = Bench(before)
    bench.flash.done.clear()
    STORIES[name](bench, new)
    return Run(name, before, bench.flash.done, bench.marks, old, new)


class Cutter:
    """Gives the images of a run's cuts, in order."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._image = bytearray(run.before)
        self._at = 0

    def after_cut(self, cut: int, rng: Random | None) -> bytes:
        """Return the image with the first *cut* operations done and, with *rng*, the next one torn."""
        for operation in self._run.done[self._at : cut]:
            apply(self._image, operation)
        self._at = max(self._at, cut)
        if rng is None:
            return bytes(self._image)
        image = bytearray(self._image)
        tear(image, self._run.done[cut], rng)
        return bytes(image)
