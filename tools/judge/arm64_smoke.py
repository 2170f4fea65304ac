"""Imports and unit tests on an emulated arm64 Debian (`make arm64-smoke`, as root).

A minimal Debian for arm64 (debootstrap, kept as a tarball for the next time) is unpacked into
build/arm64/root; it gets the locked aarch64 wheels, checked by hash, and what git knows of the repository.
qemu-user-static runs its programs; the kernel knows of it in a user namespace of the run alone, which needs
Linux 6.7 or newer. Its words are in build/arm64-smoke.log.
Timings mean nothing there: pure Python is about ten times slower than on this machine.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from tools.judge import programs
from tools.judge.arm64 import PLATFORM
from tools.judge.clean_root import CleanRootError, debian_sources, debootstrap, run
from tools.judge.sabotage import copy_tree

REPOSITORY = Path(__file__).resolve().parents[2]
HOME = REPOSITORY / "build/arm64"
LOG = REPOSITORY / "build/arm64-smoke.log"
SUITE, PYTHON = "bookworm", "3.11"
LEAST_KERNEL = (6, 7)  # binfmt_misc in a user namespace
CANNOT = 77  # what arm64_smoke.sh ends with where the kernel refuses
UNSHARE = ("unshare", "--user", "--mount", "--pid", "--fork", "--kill-child")
ALL_USERS = "0 0 65536\n"
IMPORTS = """\
import importlib, pkgutil, platform
names = [m.name for p in ("edge", "modem_drivers") for m in pkgutil.walk_packages([p], p + ".")]
names = [name for name in names if ".tests" not in name]
for name in names:
    importlib.import_module(name)
print(f"{platform.machine()} Python {platform.python_version()}: {len(names)} modules imported")
"""
SUMMARY = re.compile(r"^aarch64 Python|\b(passed|failed|error)\b.* in ")
TESTS = (
    "modem_drivers/tests/at",
    "modem_drivers/tests/families",
    "modem_drivers/tests/ports",
    "modem_drivers/tests/radio",
    "edge/tests/measure",
    "edge/tests/schema",
    "edge/tests/stats",
    "edge/tests/outbox",
)


class SmokeError(Exception):
    """It cannot be tried here; the text says why, and what to do."""


def kernel_version(release: str) -> tuple[int, int]:
    """Return major and minor of a kernel's *release*: "6.1.0-50-amd64" is (6, 1)."""
    found = re.match(r"(\d+)\.(\d+)", release)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def check_machine(user: int, release: str) -> None:
    """Raise SmokeError, unless *user* id and kernel *release* allow for it."""
    if user:
        raise SmokeError("debootstrap and the map of users need root: run `sudo make arm64-smoke`")
    if kernel_version(release) < LEAST_KERNEL:
        wanted = ".".join(map(str, LEAST_KERNEL))
        raise SmokeError(
            f"this kernel is {release}: binfmt_misc in a user namespace came with {wanted};"
            " `make arm64-check` works here, and a Raspberry Pi runs the tests itself"
        )


def qemu() -> Path:
    """Return qemu-aarch64-static, unpacked in build/arm64 once."""
    found = HOME / "qemu/usr/bin/qemu-aarch64-static"
    if not found.exists():
        archives = HOME / "archives"
        shutil.rmtree(archives, ignore_errors=True)
        archives.mkdir(parents=True)
        programs.Apt(REPOSITORY / "build").checked("download", "qemu-user-static", cwd=archives)
        programs.unpack(archives.glob("*.deb"), HOME / "qemu")
        shutil.rmtree(archives)
    return found


def inside(root: Path, command: Sequence[str], log: TextIO) -> int:
    """Run *command* in the arm64 *root*, what it prints into *log*; return its exit status.

    Raises: SmokeError, if this kernel refuses.
    """
    script = Path(__file__).with_suffix(".sh")
    words = [*UNSHARE, "sh", str(script), str(root), str(qemu()), *command]
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "CI": "true"}
    environ |= {"container": "lxc", "PYTHONPATH": "/wheels:/pantau:/pantau/firmware/shared"}
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environ)
    assert child.stdin is not None
    try:
        await_own_users(child)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{child.pid}/{name}").write_text(ALL_USERS)
        child.stdin.write(b"mapped\n")
        child.stdin.close()
        status = child.wait()
    finally:
        child.kill()
        child.wait()
    if status == CANNOT:
        raise SmokeError(f"this kernel ({platform.release()}) mounts no binfmt_misc in a user namespace")
    return status


def await_own_users(child: "subprocess.Popen[bytes]") -> None:
    """Return once *child* is in a user namespace of its own. Raises SmokeError, if it ends before."""
    ours = Path("/proc/self/ns/user").readlink()
    while Path(f"/proc/{child.pid}/ns/user").readlink() == ours:
        if child.poll() is not None:
            raise SmokeError("unshare made no user namespace: its words are in the log")
        time.sleep(0.01)


def base_tarball(log: TextIO) -> Path:
    """Return the tarball of a minimal arm64 Debian, made once. Raises CleanRootError, SmokeError."""
    tarball, scratch = HOME / f"base-{SUITE}-arm64.tar", HOME / "base"
    if tarball.exists():
        return tarball
    shutil.rmtree(scratch, ignore_errors=True)
    mirror = next(source.site for source in debian_sources() if source.label == "Debian")
    command, environ = debootstrap()
    say(f"debootstrap of {SUITE} for arm64 (once; some ten minutes)", log)
    words = [
        *command,
        "--arch=arm64",
        "--variant=minbase",
        "--foreign",
        "--include=python3",
        SUITE,
        scratch,
        mirror,
    ]
    first = subprocess.run(words, env={**os.environ, **environ}, stdout=log, stderr=log, check=False)
    if first.returncode or inside(scratch, ["/debootstrap/debootstrap", "--second-stage"], log):
        raise SmokeError(f"debootstrap failed: see {LOG}")
    run("tar", "--numeric-owner", "-C", scratch, "-cf", tarball.with_suffix(".partial"), ".")
    tarball.with_suffix(".partial").rename(tarball)
    shutil.rmtree(scratch)
    return tarball


def prepare(log: TextIO) -> Path:
    """Return a fresh arm64 root with the locked wheels in /wheels and the repository in /pantau."""
    root, tarball = HOME / "root", base_tarball(log)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    run("tar", "--numeric-owner", "-C", root, "-xf", tarball)
    say("the locked aarch64 wheels, checked by hash", log)
    uv = Path(sys.executable).with_name("uv")
    words: list[str | Path] = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    words += ["--python-platform", PLATFORM, "--python-version", PYTHON, "--target", root / "wheels"]
    run(*words, "-r", REPOSITORY / "requirements/dev.txt")
    copy_tree(REPOSITORY, root / "pantau")
    return root


def say(text: str, log: TextIO) -> None:
    """Print *text*, to *log* too."""
    for file in (sys.stdout, log):
        print(f"arm64-smoke: {text}", file=file, flush=True)


def smoke(tests: Sequence[str], log: TextIO) -> int:
    """Import everything and run *tests* on arm64; return how many of the two failed."""
    say(f"host {platform.machine()}, kernel {platform.release()}", log)
    root = prepare(log)
    steps = {"imports": ["-c", IMPORTS], "tests": ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]}
    failed = 0
    for name, words in steps.items():
        started_s = time.monotonic()
        status = inside(root, ["env", "--chdir=/pantau", "python3", *words], log)
        failed += status != 0
        say(f"{name}: exit {status}, {time.monotonic() - started_s:.0f} s", log)
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the smoke test; return 1 if something fails, 3 if it cannot be tried on this machine."""
    parser = argparse.ArgumentParser(prog="arm64-smoke", description=__doc__)
    parser.add_argument("test", nargs="*", help=f"pytest arguments; default: {' '.join(TESTS)}")
    given = parser.parse_args(arguments)
    try:
        check_machine(os.geteuid(), platform.release())
        HOME.mkdir(parents=True, exist_ok=True)
        with LOG.open("w") as log:
            failed = smoke(given.test or TESTS, log)
    except (SmokeError, CleanRootError, programs.ProgramsError) as error:
        print(f"arm64-smoke: {error}", file=sys.stderr)
        return 3
    print("\n".join(line for line in LOG.read_text().splitlines() if SUMMARY.search(line)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
