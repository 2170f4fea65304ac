"""`python -m hil_tests.usb_lab [CHECK...]`: run the checks in the virtual machine (`make usb-lab`).

The kernel's log goes to build/usb-lab.log, the verdicts to standard output; exit status 1 if one is bad.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shutil import which

from hil_tests.usb_lab import emulated, findings, machine
from hil_tests.usb_lab.checks import CHECKS, NAMES, ON_HOST
from hil_tests.usb_lab.errors import MissingPart, UsbLabError
from hil_tests.usb_lab.image import build_image, only_one, settings

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = REPOSITORY / "build"
DEADLINE_S = 400.0  # a guest not done by then hangs; its goal is in holds.toml
CORES = 2
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.usb_lab", description=__doc__)
    line.add_argument("check", nargs="*", metavar="CHECK", help="default: all; see --list")
    line.add_argument("--list", action="store_true", help="show the checks; then end")
    line.add_argument("--log", type=Path, default=BUILD / "usb-lab.log", help="default: build/usb-lab.log")
    line.add_argument("--deadline-s", type=float, default=DEADLINE_S, help=f"default: {DEADLINE_S:g}")
    line.add_argument("--json", action="store_true", help="print the measurement as the last line")
    return line


def guest_environment() -> dict[str, str]:
    """Return the variables the checks run with: nothing of the caller's."""
    return {
        "PATH": f"{BUILD}/apt/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": "/run",
        "TMPDIR": "/run/tmp",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(REPOSITORY),
    }


def guest_lines(checks: Sequence[str], deadline_s: float) -> Iterator[str]:
    """Yield the lines of the guest's log. Raises UsbLabError."""
    qemu = which("qemu-system-x86_64", path=f"{BUILD}/apt/bin:{os.environ.get('PATH', '')}")
    if qemu is None:
        raise MissingPart(
            "there is no qemu-system-x86_64: `make usb-lab` fetches it, or install qemu-system-x86"
        )
    root, unpacked = BUILD / "usb-lab/root", BUILD / "apt/root"
    init_settings = settings(Path(sys.executable), REPOSITORY, guest_environment(), checks)
    with tempfile.TemporaryDirectory(prefix="usb-lab-") as folder:
        image = Path(folder) / "image.gz"
        image.write_bytes(build_image(root, init_settings))
        words = machine.command(
            qemu, machine.unpacked_folders(unpacked), only_one(root, "boot/vmlinuz-*"), image, cores=CORES
        )
        yield from machine.boot(words, machine.unpacked_environment(unpacked), deadline_s)


def show(report: findings.Report) -> None:
    """Print the findings of *report*."""
    print(*findings.table(report), sep="\n", flush=True)


def run_guest(checks: Sequence[str], log: Path, deadline_s: float) -> findings.Report:
    """Run *checks* in the guest, its log into *log*; return what it found. Raises UsbLabError."""
    said = []
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as file:
        for line in guest_lines(checks, deadline_s):
            print(line, file=file, flush=True)
            told = findings.parse_line(line)
            if told is not None:
                said.append(told)
            if isinstance(told, findings.Finding):
                show(findings.collect([told]))
    return findings.collect(said)


def run_host(_checks: Sequence[str]) -> findings.Report:
    """Run the host's check; return what it found. Raises UsbLabError."""
    report = emulated.look()
    show(report)
    return report


def judge(checks: Sequence[str], look: Callable[[Sequence[str]], findings.Report]) -> tuple[int, list[str]]:
    """Let *look* run *checks*; return how many findings there were, and what is wrong, a sentence each."""
    if not checks:
        return 0, []
    try:
        report = look(checks)
    except UsbLabError as error:
        return 0, [str(error)]
    print(*(f"{row.end}: {row.seconds:.1f} s" for row in report.ends), sep=", ")
    return len(report.findings), findings.faults(report, checks)


def judge_all(checks: Sequence[str], log: Path, deadline_s: float) -> tuple[int, list[str]]:
    """Run *checks* where they belong; return as judge."""
    on_host = [name for name in checks if name in ON_HOST]
    in_guest = [name for name in checks if name not in ON_HOST]
    host_count, host_wrong = judge(on_host, run_host)
    count, wrong = judge(in_guest, lambda names: run_guest(names, log, deadline_s))
    return host_count + count, host_wrong + wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 0 if all is well, 1 if not, 2 for arguments that cannot be used."""
    line = parser()
    given = line.parse_args(arguments)
    if given.list:
        print(*(f"{check.name:<12} {check.shows}" for check in CHECKS), sep="\n")
        return 0
    if unknown := sorted(set(given.check) - set(NAMES)):
        line.error(f"no check {unknown[0]!r}; choose from {', '.join(NAMES)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the machine goes with us
    checks, started_s = given.check or list(NAMES), time.monotonic()
    try:
        count, wrong = judge_all(checks, given.log, given.deadline_s)
    except KeyboardInterrupt:
        print("usb-lab: interrupted; the virtual machine is gone", file=sys.stderr)
        return INTERRUPTED
    seconds = time.monotonic() - started_s
    for sentence in wrong:
        print(f"usb-lab: FAILED: {sentence}")
    print(f"usb-lab: {len(checks)} checks, {len(wrong)} faults, {seconds:.0f} s; log: {given.log}")
    if given.json:
        print(json.dumps(figures(count, wrong, seconds)))
    return 1 if wrong else 0


def figures(count: int, wrong: Sequence[str], seconds: float) -> dict[str, object]:
    """Return the measurement as `make holds` reads it."""
    detail = "; ".join(wrong) or None
    return {
        "failed": {"result": len(wrong), "n": count, "invalid": 0, "detail": detail},
        "seconds": {"result": seconds, "n": 1, "invalid": 0, "detail": detail},
    }


if __name__ == "__main__":
    sys.exit(main())
