"""Brings the foreign programs that come from PyPI: `python -m tools.judge.pypi_programs`.

They go by hash from requirements/interop.txt into build/interop/venv, apart from what Pantau runs on.
"""

import fcntl
import shutil
import sys
from pathlib import Path

from tools.judge.venv import SetupError, has_pip, run

ROOT = Path(__file__).resolve().parents[2]


def bring(lock: Path, venv: Path, interpreter: str) -> bool:
    """Make *venv* hold what *lock* says; return whether there was something to do. Raises SetupError.

    A copy of the lock in the environment tells what it holds, with the interpreter that made it.
    """
    stamp, wanted = venv / "installed.txt", f"{interpreter}\n{lock.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted and has_pip(venv / "bin/python"):
        return False
    shutil.rmtree(venv, ignore_errors=True)
    run(interpreter, "-m", "venv", venv)
    pip = (venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", lock)
    stamp.write_text(wanted)
    return True


def main() -> int:
    """Bring them; return the exit status."""
    place = ROOT / "build/interop"
    place.mkdir(parents=True, exist_ok=True)
    try:
        with (place / "venv.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            bring(ROOT / "requirements/interop.txt", place / "venv", sys.executable)
    except SetupError as error:
        print(f"pypi_programs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
