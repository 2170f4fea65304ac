"""Makes and renews `.venv` from a hashed lock: `python3 tools/judge/venv.py demo|dev`.

Runs on the machine's own Python, so it uses the standard library alone and no other module of Pantau.
A stamp holds the hash of what was installed: a second run costs nothing, a changed lock installs again.
"""

import fcntl
import hashlib
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SUPERSETS = {"demo": ("demo", "dev"), "dev": ("dev",)}  # an installed `dev` also serves who asks for `demo`
LEAST_PYTHON = (3, 11)


class SetupError(Exception):
    """The environment cannot be made; the text says what to do."""


def fingerprint(root: Path, lock: str) -> str:
    """Return the hash of what decides the contents of `.venv`: the lock, how we are packaged, the Python."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    digest.update((root / "requirements" / f"{lock}.txt").read_bytes())
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    parts = (settings["build-system"], settings["project"], settings["tool"]["hatch"])
    digest.update(json.dumps(parts).encode())
    return digest.hexdigest()


def is_current(root: Path, lock: str) -> bool:
    """Return whether `.venv` already holds *lock* (or a lock that includes it)."""
    if not (root / ".venv/bin/python").exists():
        return False
    for name in SUPERSETS[lock]:
        stamp = root / f".venv/.stamp-{name}"
        if stamp.exists() and stamp.read_text() == fingerprint(root, name):
            return True
    return False


def check_python(version: tuple[int, int], has_ensurepip: bool) -> None:
    """Raise SetupError unless this Python can make an environment with pip in it."""
    if version < LEAST_PYTHON:
        found = ".".join(map(str, version))
        raise SetupError(f"python3 is {found}, Pantau needs 3.11 or newer: use Debian 12 or newer")
    if not has_ensurepip:
        raise SetupError("python3 cannot make a virtual environment: run `sudo apt install python3-venv`")


def run(*command: str | Path) -> None:
    """Run *command*; raise SetupError with its words when it fails."""
    words = [str(part) for part in command]
    if subprocess.run(words, check=False, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(f"failed: {' '.join(words)} (its own words stand above)")


def has_pip(python: Path) -> bool:
    """Return whether *python* exists, starts and has pip: a half-made environment does not."""
    if not python.exists():
        return False
    return not subprocess.run([python, "-c", "import pip"], check=False, stderr=subprocess.DEVNULL).returncode


def install(root: Path, lock: str) -> None:
    """Create `.venv` if it is missing or broken, install *lock* by hash, then the checkout in place."""
    check_python(sys.version_info[:2], find_spec("ensurepip") is not None)
    python = root / ".venv/bin/python"
    if not has_pip(python):
        run(sys.executable, "-m", "venv", "--clear", root / ".venv")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", root / f"requirements/{lock}.txt")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", root)
    (root / f".venv/.stamp-{lock}").write_text(fingerprint(root, lock))


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Hold the set-up's lock, so that two `make` at the same time do not install over each other."""
    (root / "build").mkdir(exist_ok=True)
    with (root / "build/venv.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Bring `.venv` up to date with the lock named on the command line; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in SUPERSETS:
        print(f"usage: python3 tools/judge/venv.py {'|'.join(SUPERSETS)}", file=sys.stderr)
        return 2
    root, lock = Path(__file__).resolve().parents[2], arguments[0]
    if is_current(root, lock):
        return 0
    try:
        with only_one(root):
            if not is_current(root, lock):
                print(f"setting up .venv from requirements/{lock}.txt", flush=True)
                install(root, lock)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
