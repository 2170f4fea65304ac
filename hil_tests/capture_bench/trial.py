"""One trial: every capturer on every interface while the source sends once."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from hil_tests.capture_bench.ours import Told
from hil_tests.capture_bench.place import Place
from hil_tests.capture_bench.source import Order, Sent

TCPDUMP = ("tcpdump", "-Z", "root", "-n", "-s", "96", "-B", "16384")
COUNTS = re.compile(r"(\d+) packets? captured.*?(\d+) packets? dropped by kernel", re.DOTALL)
CALM_S = 1.2  # tcpdump hands over what it holds once a second
LIMIT_S = 300.0


class Sniffed(msgspec.Struct, frozen=True):
    """What scapy's sniffer saw, and its CPU seconds."""

    packets: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Dumped:
    """What tcpdump says at its end, and its CPU seconds from exec to exit."""

    packets: int
    drops: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What was sent to each interface, and what each capturer made of it."""

    sent: Sent
    ours: tuple[Told, ...]
    tcpdump: tuple[Dumped, ...]
    scapy: tuple[Sniffed, ...]

    @property
    def ours_us(self) -> float:
        """CPU microseconds of our capture per captured packet."""
        return 1e6 * sum(one.cpu_s for one in self.ours) / sum(one.packets for one in self.ours)

    @property
    def tcpdump_us(self) -> float:
        """The same of tcpdump."""
        return 1e6 * sum(one.cpu_s for one in self.tcpdump) / sum(one.packets for one in self.tcpdump)


class Talker:
    """A program of ours that says "ready" and obeys lines on its standard input."""

    def __init__(self, process: "subprocess.Popen[str]", stdin: IO[str], stdout: IO[str]) -> None:
        self._process, self._stdin, self._stdout = process, stdin, stdout

    def hear(self, word: str) -> None:
        """Wait for its line *word*. Raises: RuntimeError when it says something else."""
        if (said := self._stdout.readline().strip()) != word:
            raise RuntimeError(f"{self._process.args!r}: said {said!r} instead of {word!r}")

    def tell(self) -> None:
        """Let it go on."""
        print(file=self._stdin, flush=True)

    def last(self) -> str:
        """Return its last line."""
        self.tell()
        said, _ = self._process.communicate(timeout=LIMIT_S)
        return said.strip().splitlines()[-1]


@contextlib.contextmanager
def talker(sink: str, module: str, *words: str) -> Iterator[Talker]:
    """Start `python -m module words` in namespace *sink*; it is gone afterwards."""
    command = ["ip", "netns", "exec", sink, sys.executable, "-m", module, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Talker(process, process.stdin, process.stdout)
        finally:
            process.kill()


@contextlib.contextmanager
def tcpdump(sink: str, interface: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start tcpdump on *interface*; it listens when this returns, and is gone afterwards."""
    command = ["ip", "netns", "exec", sink, *TCPDUMP, "-i", interface, "-w", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            if not any("listening on" in line for line in process.stderr):
                raise RuntimeError(f"tcpdump did not start on {interface}; apt-get install tcpdump")
            yield process
        finally:
            process.kill()


def end_tcpdump(process: "subprocess.Popen[str]") -> Dumped:
    """Let it finish its file; return its own counts and its CPU time (wait4(2))."""
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    words = process.stderr.read()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    found = COUNTS.search(words)
    if found is None:
        raise RuntimeError(f"tcpdump ended with: {words[-300:]}")
    return Dumped(int(found[1]), int(found[2]), used.ru_utime + used.ru_stime)


def send(place: Place, order: Order) -> Sent:
    """Run the source."""
    words = [sys.executable, "-m", "hil_tests.capture_bench.source", msgspec.json.encode(order).decode()]
    told = subprocess.run(
        ["ip", "netns", "exec", place.source, *words], stdout=subprocess.PIPE, check=True, timeout=LIMIT_S
    )
    return msgspec.json.decode(told.stdout, type=Sent)


def run(place: Place, folder: Path, order: Order, peers: Sequence[str]) -> Trial:
    """Capture what *order* sends with ours and *peers* ("tcpdump", "scapy") at the same time."""
    with contextlib.ExitStack() as stack:
        ours, dumps, sniffers = [], [], []
        for interface, address in zip(place.interfaces, place.addresses, strict=True):
            file = str(folder / f"{interface}.pcapng")
            words = ("hil_tests.capture_bench.ours", interface, file, address)
            ours.append(stack.enter_context(talker(place.sink, *words)))
            if "tcpdump" in peers:
                path = folder / f"{interface}.pcap"
                dumps.append(stack.enter_context(tcpdump(place.sink, interface, path)))
            if "scapy" in peers:
                module = "hil_tests.capture_bench.sniffer"
                sniffers.append(stack.enter_context(talker(place.sink, module, interface)))
        for one in ours:
            one.hear("loaded")
            one.tell()
        for one in (*ours, *sniffers):
            one.hear("ready")
        sent = send(place, order)
        time.sleep(CALM_S)
        return Trial(
            sent,
            tuple(msgspec.json.decode(one.last(), type=Told) for one in ours),
            tuple(end_tcpdump(one) for one in dumps),
            tuple(msgspec.json.decode(one.last(), type=Sniffed) for one in sniffers),
        )
