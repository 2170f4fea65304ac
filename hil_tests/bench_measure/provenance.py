"""On what machine, with what code and programs, a figure was got."""

import datetime
import platform
import subprocess
from pathlib import Path

import msgspec

from hil_tests.bench.machine import Watch

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = (("iperf3", "--version"), ("irtt", "version"), ("ip", "-V"))


def now_utc() -> str:
    """Return the time as ISO 8601, seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def commit() -> str:
    """Return the commit of this tree, with + where it was changed since; "unknown" outside of git."""
    head = _said("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD")
    changed = _said("git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def session() -> dict[str, object]:
    """Return machine, versions, commit and date."""
    with Watch() as watch:
        versions = {name: _said(name, option).splitlines()[:1] for name, option in PROGRAMS}
    return {
        "date": now_utc(),
        "commit": commit(),
        "machine": msgspec.to_builtins(watch.machine()),
        "versions": {
            "python": platform.python_version(),
            **{n: " ".join(words) for n, words in versions.items()},
        },
    }


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip() if done.returncode == 0 or done.stdout else ""
