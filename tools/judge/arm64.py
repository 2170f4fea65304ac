"""Whether every locked package has a wheel for the box: aarch64, Python 3.11 and 3.13 (`make arm64-check`).

uv resolves the entries of requirements/*.txt for that platform from the index's own lists of files; no file
is downloaded. A package without a wheel would be compiled on a Raspberry Pi, or not install at all.
Source: `uv pip install --help` (--dry-run, --python-platform, --only-binary).
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = "aarch64-manylinux_2_36"  # glibc 2.36: Debian 12 and the Raspberry Pi OS made of it
PYTHONS = ("3.11", "3.13")  # Debian 12, Debian 13
ENTRY = re.compile(r"^(?P<pin>\S+==\S+)(?P<marker>[^\\\n]*)", re.MULTILINE)


class UvError(Exception):
    """uv could not say whether there is a wheel; the text is its own."""


def parse_lock(text: str) -> list[str]:
    """Return the entries of a hashed lock, "name==version ; marker", without their hashes."""
    return [f"{found['pin']} {found['marker'].strip()}".strip() for found in ENTRY.finditer(text)]


def resolve(entries: Sequence[str], python: str) -> str:
    """Return uv's words of refusal, empty if each of *entries* has a wheel for *python* on PLATFORM.

    An entry whose marker leaves this platform out has nothing to prove. Raises: UvError.
    """
    with tempfile.TemporaryDirectory(prefix="arm64-") as folder:
        listed = Path(folder) / "entries.txt"
        listed.write_text("\n".join(entries) + "\n")
        uv = str(Path(sys.executable).with_name("uv"))
        words = [uv, "pip", "install", "--dry-run", "--no-deps", "--only-binary", ":all:"]
        words += ["--python-platform", PLATFORM, "--python-version", python]
        words += ["--target", f"{folder}/target", "-r", str(listed)]
        said = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if said.returncode == 0:
        return ""
    if "No solution found" not in said.stderr:
        raise UvError(f"{' '.join(words)} failed: {said.stderr.strip()}")
    return said.stderr.strip()


def without_wheel(entries: Sequence[str], python: str) -> list[tuple[str, str]]:
    """Return those *entries* that have no wheel for *python* on PLATFORM, each with uv's words.

    Raises: UvError.
    """
    if not resolve(entries, python):
        return []
    refused = ((entry, resolve([entry], python)) for entry in entries)
    return [(entry, words) for entry, words in refused if words]


def read_locks(locks: Iterable[Path]) -> list[str]:
    """Return the entries of all *locks*, each once."""
    return sorted({entry for lock in locks for entry in parse_lock(lock.read_text(encoding="utf-8"))})


def judge(entries: Sequence[str]) -> list[str]:
    """Print what is missing of *entries*; return it, a sentence each. Raises UvError."""
    missing = []
    for python in PYTHONS:
        for entry, words in without_wheel(entries, python):
            missing.append(f"{entry}: no aarch64 wheel for Python {python}")
            print(f"arm64-check: {missing[-1]}\n  {words}")
    return missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the locks; return 1 if a wheel is missing or uv cannot tell."""
    parser = argparse.ArgumentParser(prog="arm64-check", description=__doc__)
    parser.add_argument(
        "--also", action="append", default=[], help="one more entry, to see it fail: mkl==2025.2.0"
    )
    parser.add_argument("--json", action="store_true", help="print the measurement as the last line")
    given = parser.parse_args(arguments)
    os.environ.pop("VIRTUAL_ENV", None)
    entries = [*read_locks(sorted((ROOT / "requirements").glob("*.txt"))), *given.also]
    try:
        missing = judge(entries)
    except UvError as error:
        print(f"arm64-check: {error}", file=sys.stderr)
        return 1
    pythons = " and ".join(PYTHONS)
    print(f"arm64-check: {len(entries)} locked packages, Python {pythons}: {len(missing)} wheels missing")
    if given.json:
        print(
            json.dumps({"result": len(missing), "n": len(entries), "invalid": 0, "detail": missing or None})
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
