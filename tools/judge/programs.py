"""The foreign programs that demo, tests and interop start, and how a machine without them gets them.

`python -m tools.judge.programs USE` (a word of USES) looks each one up; those the machine lacks are fetched
with their missing libraries by apt-get, unpacked with dpkg into build/apt, and get a small starter in
build/apt/bin that sets their library path. Nothing is installed and no service starts. Sources:
apt-get(8) `--simulate`, `download`; dpkg(1) `-x`; apt.conf(5) Dir.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Program(NamedTuple):
    """A program: its name, its Debian package, what for, and who needs it: a word of USES."""

    name: str
    package: str
    what_for: str
    uses: tuple[str, ...] = ("test",)


USES = ("demo", "test", "interop", "usb-lab")
EVERYWHERE = ("demo", "test")
PROGRAMS = (
    Program("ip", "iproute2", "makes and looks into network namespaces", EVERYWHERE),
    Program("unshare", "util-linux", "namespaces for an ordinary user", EVERYWHERE),
    Program("nft", "nftables", "masquerades behind the simulated operators' routers", EVERYWHERE),
    Program("ethtool", "ethtool", "switches segmentation offload off on simulated links", EVERYWHERE),
    Program("mosquitto", "mosquitto", "the MQTT broker of the tests"),
    Program("mosquitto_sub", "mosquitto-clients", "a subscriber that is not ours"),
    Program("tshark", "tshark", "a second opinion on every capture"),
    Program("tcpdump", "tcpdump", "captures beside ours, at both ends of a link"),
    Program("busybox", "busybox", "its udhcpc: a DHCP client that is not ours"),
    Program("iperf3", "iperf3", "a second opinion on throughput"),
    Program("irtt", "irtt", "a second opinion on round trips and loss"),
    Program("ss", "iproute2", "sees what becomes of a connection"),
    Program("faketime", "faketime", "lets the clock of one program jump"),
    Program("tc", "iproute2", "the kernel's own shaper, a second opinion on rate"),
    Program("qmicli", "libqmi-utils", "speaks QMI for the drivers", ("test", "interop")),
    Program("mbimcli", "libmbim-utils", "speaks MBIM for the drivers", ("test", "interop")),
    Program("gammu", "gammu", "a client of the simulated modems that is not ours", ("interop",)),
    Program("gammu-smsd", "gammu-smsd", "gammu's daemon: takes messages off a modem", ("interop",)),
    Program("gammu-smsd-inject", "gammu-smsd", "gives that daemon a message to send", ("interop",)),
    Program("smsd", "smstools", "another such daemon, with its own PDU code", ("interop",)),
    Program("gnokii", "gnokii-cli", "another client, with its own PDU code", ("interop",)),
    Program("comgt", "comgt", "asks a modem for signal and registration", ("interop",)),
    Program("ModemManager", "modemmanager", "what desktops have between them and a modem", ("interop",)),
    Program("mmcli", "modemmanager", "ModemManager's own command line", ("interop",)),
    Program("dbus-daemon", "dbus-daemon", "a private bus for ModemManager", ("interop",)),
    Program("dbus-send", "dbus-bin", "tells ModemManager of a port that has no kernel event", ("interop",)),
    Program("qemu-system-x86_64", "qemu-system-x86", "the machine of the USB lab, emulated", ("usb-lab",)),
)
NEVER_UNPACKED = ("libc6", "libc-bin")  # must be the machine's own: they belong to its dynamic loader
LIBRARY = re.compile(r"\.so(\.[0-9]+)*$")
SIMULATED = re.compile(r"^Inst (?P<name>\S+) (?:\[[^]]*\] )?\((?P<version>\S+) ")


class ProgramsError(Exception):
    """A program cannot be had; the text says what to do."""


def wanted(use: str) -> list[Program]:
    """Return the programs that *use*, a word of USES, needs."""
    return [program for program in PROGRAMS if use in program.uses]


def search_path(environ_path: str) -> str:
    """Return *environ_path* with the folders of system programs, which an ordinary user's lacks."""
    return f"{environ_path}:/usr/sbin:/sbin"


def missing(programs: Iterable[Program], path: str) -> list[Program]:
    """Return those *programs* that are on no folder of *path*."""
    return [program for program in programs if shutil.which(program.name, path=path) is None]


def simulated_packages(text: str) -> list[tuple[str, str]]:
    """Return (package, version) of each `Inst` line that `apt-get --simulate install` printed."""
    rows = [match for line in text.splitlines() if (match := SIMULATED.match(line))]
    return [(row["name"], row["version"]) for row in rows if row["name"] not in NEVER_UNPACKED]


class Apt:
    """apt-get with the machine's sources; with state of its own where the machine's lists are no use."""

    def __init__(self, build: Path) -> None:
        self.build = build
        self.options: list[str] = []

    def run(self, *words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run apt-get with *words*; return its status and words."""
        environ = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(
            ["apt-get", *self.options, *words],
            cwd=cwd, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def use_own_lists(self) -> None:
        """Fetch the package lists into build/apt-state and use them from now on."""
        state = self.build / "apt-state"
        for folder in ("lists/partial", "cache/archives/partial"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        self.options = [
            *("-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}/cache"),
            *("-o", "Debug::NoLocking=true", "-o", "APT::Sandbox::User="),
        ]
        self.checked("update")

    def checked(self, *words: str, cwd: Path | None = None) -> str:
        """Run apt-get and return what it printed. Raises ProgramsError."""
        said = self.run(*words, cwd=cwd)
        if said.returncode:
            raise ProgramsError(f"apt-get {' '.join(words)} failed: {said.stderr.strip()}")
        return said.stdout

    def resolve(self, packages: Sequence[str]) -> list[tuple[str, str]]:
        """Return every package to fetch for *packages*, dependencies included, with its version."""
        words = ("install", "--simulate", "--no-install-recommends", *packages)
        return simulated_packages(self.checked(*words))

    def fetch(self, packages: Sequence[str], folder: Path) -> list[Path]:
        """Return the archives of *packages* and of what they need, fetched into an empty *folder*.

        The machine's own package lists may be missing or old: then once more with fresh ones of our own.
        """
        for own_lists in (False, True):
            if own_lists:
                self.use_own_lists()
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                names = [f"{name}={version}" for name, version in self.resolve(packages)]
                self.checked("download", *names, cwd=folder)
            except ProgramsError:
                if own_lists:
                    raise
            else:
                break
        return sorted(folder.glob("*.deb"))


def unpack(archives: Iterable[Path], root: Path) -> None:
    """Unpack Debian *archives* into *root*; no script of theirs runs."""
    root.mkdir(parents=True, exist_ok=True)
    for archive in archives:
        subprocess.run(["dpkg", "-x", archive, root], check=True, stdin=subprocess.DEVNULL)


def library_folders(root: Path) -> list[Path]:
    """Return the folders under *root* that hold shared libraries, but not those of plugins."""
    libraries = (path for path in root.rglob("lib*.so*") if LIBRARY.search(path.name))
    return sorted({path.parent for path in libraries if "plugins" not in path.parts})


def write_starter(name: str, root: Path, folder: Path) -> bool:
    """Write into *folder* a starter of program *name* of *root*; return whether *root* has the program."""
    for place in ("usr/bin", "usr/sbin", "bin", "sbin"):
        real = root / place / name
        if real.exists():
            break
    else:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    libraries = ":".join(str(path) for path in library_folders(root))
    lines = [
        "#!/bin/sh",
        f"export LD_LIBRARY_PATH='{libraries}'${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}",
        f"export WIRESHARK_DATA_DIR='{root}/usr/share/wireshark'",
        f"exec '{real}' \"$@\"",
    ]
    starter = folder / name
    starter.write_text("\n".join(lines) + "\n")
    starter.chmod(0o755)
    return True


@contextmanager
def only_one(build: Path) -> Iterator[None]:
    """Hold the lock of build/apt, so that two `make` at the same time do not unpack over each other."""
    build.mkdir(exist_ok=True)
    with (build / "apt.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fetch(programs: Sequence[Program], build: Path) -> None:
    """Bring *programs* to build/apt. Raises ProgramsError, with what to do, where that is impossible."""
    if not programs:
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        lines = [f"{program.name} is missing: install {program.package}" for program in programs]
        raise ProgramsError("\n".join([*lines, "(this system has no apt-get that could fetch them)"]))
    root, archives = build / "apt/root", build / "apt/archives"
    packages = sorted({program.package for program in programs})
    print(f"fetching for build/apt (nothing is installed): {' '.join(packages)}", flush=True)
    unpack(Apt(build).fetch(packages, archives), root)
    shutil.rmtree(archives)
    absent = [
        program.name for program in programs if not write_starter(program.name, root, build / "apt/bin")
    ]
    if absent:
        raise ProgramsError(
            f"not in the packages fetched: {', '.join(absent)}: run `sudo apt install {' '.join(packages)}`"
        )


def main(arguments: list[str]) -> int:
    """Make sure that what the use on the command line needs is there; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in USES:
        print(f"usage: python -m tools.judge.programs {'|'.join(USES)}", file=sys.stderr)
        return 2
    build = Path(__file__).resolve().parents[2] / "build"
    path = search_path(f"{build}/apt/bin:{os.environ.get('PATH', '')}")
    programs = wanted(arguments[0])
    try:
        if missing(programs, path):
            with only_one(build):
                fetch(missing(programs, path), build)
    except ProgramsError as error:
        print(f"programs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
