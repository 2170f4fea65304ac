"""What the USB lab boots: qemu, Debian's own kernel with its modules, a static busybox (`make usb-lab`).

`python -m tools.judge.kernel` brings qemu to build/apt as every other program (tools/judge/programs.py), and
unpacks kernel and busybox into build/usb-lab/root: they run in the virtual machine, so what this machine has
installed of them does not count. A second run costs nothing; remove build/usb-lab for a newer kernel.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.judge.programs import (
    Apt,
    ProgramsError,
    fetch,
    missing,
    only_one,
    search_path,
    unpack,
    wanted,
)

ARCHITECTURE = "amd64"
NEWEST_KERNEL = "linux-image-amd64"  # depends on the newest kernel's package, and holds nothing itself
BUSYBOX = "busybox-static"
DEPENDENCY = re.compile(r"^ +Depends: (?P<name>linux-image-\S+)$", re.MULTILINE)


def kernel_package(text: str) -> str:
    """Return the kernel's package from what `apt-cache depends linux-image-amd64` printed.

    Raises: ProgramsError, if none is named.
    """
    found = DEPENDENCY.search(text)
    if found is None:
        raise ProgramsError(f"apt-cache names no kernel behind {NEWEST_KERNEL}: is {ARCHITECTURE} a source?")
    return found["name"]


def depends(apt: Apt) -> str:
    """Return what apt-cache says of the newest kernel, from the lists *apt* uses."""
    words = ["apt-cache", *apt.options, "depends", NEWEST_KERNEL]
    said = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return said.stdout


def download(apt: Apt, folder: Path) -> list[Path]:
    """Return the archives of kernel and busybox, in *folder*. Raises ProgramsError."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    apt.checked("download", kernel_package(depends(apt)), BUSYBOX, cwd=folder)
    return sorted(folder.glob("*.deb"))


def fetch_kernel(build: Path) -> None:
    """Unpack kernel and busybox into build/usb-lab/root, unless they are there. Raises ProgramsError."""
    home = build / "usb-lab"
    if (home / "root").is_dir():
        return
    apt = Apt(build)
    print("fetching for build/usb-lab (nothing is installed): Debian's kernel, busybox", flush=True)
    try:
        archives = download(apt, home / "archives")
    except ProgramsError:
        apt.use_own_lists()
        archives = download(apt, home / "archives")
    shutil.rmtree(home / "partial", ignore_errors=True)
    unpack(archives, home / "partial")
    (home / "partial").rename(home / "root")
    shutil.rmtree(home / "archives")


def main() -> int:
    """Make sure that all is there; return the exit status."""
    build = Path(__file__).resolve().parents[2] / "build"
    path = search_path(f"{build}/apt/bin:{os.environ.get('PATH', '')}")
    try:
        with only_one(build):
            fetch(missing(wanted("usb-lab"), path), build)
            fetch_kernel(build)
    except ProgramsError as error:
        print(f"kernel: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
