"""The virtual machine: how qemu is called, and its kernel's log, line by line, with a deadline.

qemu's own emulation of the processor (TCG) is used also where KVM is there: it is the same everywhere, and
some hosts' KVM does not boot this kernel. Options: qemu(1) of QEMU 7.2.
"""

import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hil_tests.usb_lab.errors import GuestFailed

READ_BYTES = 65536
LAST_LINES = 15
KERNEL_WORDS = "console=ttyS0 printk.devkmsg=on loglevel=7 panic=-1 net.ifnames=0 mitigations=off"
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")


def unpacked_folders(root: Path) -> list[str]:
    """Return the options that show a qemu unpacked in *root* its firmware; none for an installed one."""
    shares = (root / "usr/share" / name for name in ("qemu", "seabios"))
    return [word for share in shares if share.is_dir() for word in ("-L", str(share))]


def unpacked_environment(root: Path) -> dict[str, str]:
    """Return the variables that show a qemu unpacked in *root* its plug-ins; none for an installed one."""
    folders = sorted(root.glob("usr/lib/*/qemu"))
    return {"QEMU_MODULE_DIR": str(folders[0])} if folders else {}


def command(qemu: str, firmware: Sequence[str], kernel: Path, image: Path, *, cores: int) -> list[str]:
    """Return the words that start the machine: log on standard output, the host's files read-only."""
    share = "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
    return [
        *DIES_WITH_US, qemu, *firmware,
        "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(cores), "-m", "768",
        "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio", "-virtfs", share,
        "-kernel", str(kernel), "-initrd", str(image), "-append", KERNEL_WORDS,
    ]  # fmt: skip


@contextmanager
def running(words: Sequence[str], environ: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield the started machine; it is gone afterwards, whatever happened."""
    child = subprocess.Popen(
        words,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def read_lines(descriptor: int, deadline_s: float) -> Iterator[str]:
    """Yield the lines of *descriptor* to its end. Raises TimeoutError after *deadline_s*."""
    end_s, rest = time.monotonic() + deadline_s, b""
    while True:
        left_s = end_s - time.monotonic()
        if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
            raise TimeoutError
        data = os.read(descriptor, READ_BYTES)
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode(errors="replace").rstrip("\r") for line in lines)
        if not data:
            yield from [rest.decode(errors="replace")] if rest else []
            return


def boot(words: Sequence[str], environ: Mapping[str, str], deadline_s: float) -> Iterator[str]:
    """Yield each line of the guest's log.

    Raises: GuestFailed, with the last lines, if it has not powered itself off within *deadline_s*.
    """
    last: list[str] = []
    with running(words, environ) as child:
        assert child.stdout is not None
        try:
            for line in read_lines(child.stdout.fileno(), deadline_s):
                last = [*last[1 - LAST_LINES :], line]
                yield line
        except TimeoutError:
            tail = "\n  ".join(last)
            raise GuestFailed(
                f"the guest hangs: not done after {deadline_s:g} s. Its last lines:\n  {tail}"
            ) from None
