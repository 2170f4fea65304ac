"""The VM boots what power cuts left of an update: `python -m hil_tests.holds.slot_boots --seed N`.

The shipped files on littlefs, and an update to an image with one file more; power is cut before each program
and erase, and within it. What a board then finds on its file system is booted by the real VM; its HELLO tells
the slot and the sum of the manifest that runs. A cut is failed unless that is the old or the new image,
whole, and in its order: the new one not before it may, the old one not after the confirmation.
"""

import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from random import Random

from probelink.frame import FrameDecoder
from probelink.messages import decode_payload

from hil_tests.bench.probe_board import Control, probe_board
from hil_tests.flash_cuts import Cutter, Image, Run, manifest, record
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from hil_tests.sims.flash import BoardFiles, Flash

BOOT_MS = 3_000


def tree_of(folder: Path) -> Image:
    """Return {path: contents} of every file below *folder*."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shipped(folder: Path) -> tuple[Image, Image]:
    """Return the files of the Pico's image: those of slot 0 without its manifest, and those of the root."""
    words = [sys.executable, "-m", "tools.kit.image", "--board", "pico", "--out", str(folder)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    slot = tree_of(folder / "slot0")
    del slot["manifest"]
    root = {path: data for path, data in tree_of(folder).items() if not path.startswith("slot0/")}
    return slot, root


def hello_of(control: Control) -> tuple[int, ...]:
    """Give the board power; return the values of its HELLO, () if it said none."""
    control.ask("power", on=True)
    uart = control.ask("advance", ms=BOOT_MS)["uart"]
    decoder = FrameDecoder()
    for byte in bytes.fromhex(uart[0]) if isinstance(uart, list) else b"":
        if decoder.feed(byte):
            found = decode_payload(decoder.kind, decoder.payload[: decoder.length])
            if found is not None and found[0] == "hello":
                return found[1]
    return ()


def lay(folder: Path, image: bytes) -> None:
    """Make *folder* what a board finds on the flash *image*."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, data in BoardFiles(Flash(image)).tree().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def wrong(run: Run, cut: int, hello: tuple[int, ...]) -> str:
    """Return what is wrong with the image that runs; "" if nothing is."""
    if not hello:
        return "no HELLO"
    sums = {zlib.crc32(manifest(run.old)): "old", zlib.crc32(manifest(run.new)): "new"}
    which = sums.get(hello[3], "neither")
    if which == "neither" or hello[5] != (which == "new"):
        return f"slot {hello[5]} runs, its image {which}"
    if which == "new" and not run.reached("may run", cut):
        return "the new image runs before it may"
    return (
        "the old image runs after the confirmation"
        if which == "old" and run.reached("confirmed", cut)
        else ""
    )


def boots(run: Run, rng: Random, folder: Path) -> tuple[list[str], int]:
    """Boot after every cut; return what failed, and how many boots there were."""
    failed, count, cutter = list[str](), 0, Cutter(run)
    flash = folder / "flash"
    flash.mkdir()
    lay(flash, run.before)
    with probe_board(folder, ["--flash", str(flash)]) as board:
        board.control.ask("clock", stepped=True)
        for cut in range(len(run.done)):
            for torn in (None, rng):
                board.control.ask("power", on=False)
                lay(flash, cutter.after_cut(cut, torn))
                why = wrong(run, cut, hello_of(board.control))
                count += 1
                if why:
                    failed.append(f"{'within' if torn else 'before'} operation {cut}: {why}")
    return failed, count


def main() -> None:
    """Boot after every cut; the last line is the figure."""
    seed = seed_from_arguments("Boot the VM after every power cut of an update.")
    rng = Random(seed)
    with tempfile.TemporaryDirectory(prefix="slot-boots-") as name:
        folder = Path(name)
        old, root = shipped(folder / "image")
        new = {**old, "more": rng.randbytes(3000)}
        run = record("good", old, new, root)
        failed, count = boots(run, rng, folder)
    for line in failed[:20]:
        print(line)
    print(f"seed {seed}; {len(run.done)} programs and erases of {len(old)} files; {count} boots of the VM")
    print_figures({"failed": figure(len(failed), n=count, invalid=0, detail="; ".join(failed[:3]))})


if __name__ == "__main__":
    main()
