"""tcpdump at both ends of a link, and its files as arrays.

Sources: tcpdump(1), pcap-savefile(5): 24 bytes of head, then 16 bytes and the frame for each packet.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hil_tests.emulator_bench.flows import LEAST_FRAME_BYTES, PORTS

HEAD_BYTES = 24
UNIT_NS = {0xA1B23C4D: 1, 0xA1B2C3D4: 1000}  # magic number: the second word of a time is in these units
BUFFER_KIB = 32_768
RECORD = np.dtype([
    ("sec", "<u4"), ("fraction", "<u4"), ("kept", "<u4"), ("length", "<u4"), ("ethernet", "V12"),
    ("type", ">u2"), ("version", "u1"), ("tos", "u1"), ("total", ">u2"), ("id", ">u2"), ("fragment", ">u2"),
    ("ttl", "u1"), ("protocol", "u1"), ("checksum", ">u2"), ("src", ">u4"), ("dst", ">u4"),
    ("sport", ">u2"), ("dport", ">u2"), ("udp", ">u2"), ("udp_sum", ">u2"), ("seq", ">u4"),
    ("rest", f"V{LEAST_FRAME_BYTES - 46}"),
])  # fmt: skip
DROPPED = re.compile(r"^(\d+) packets? dropped (?:by kernel|from )", re.MULTILINE)
ENDED = re.compile(r"^\d+ packets? captured", re.MULTILINE)
ALL_USERS = "4294967295"  # how many a user namespace has that is none


class CaptureError(Exception):
    """A capture cannot be had or read; the text names the file and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Packets of one interface in the order the kernel saw them: arrays of one length."""

    t_ns: NDArray[np.int64]
    dport: NDArray[np.int64]
    seq: NDArray[np.int64]
    length: NDArray[np.int64]

    def to_port(self, port: int) -> "Capture":
        """Return the packets to *port*."""
        chosen = self.dport == port
        return Capture(self.t_ns[chosen], self.dport[chosen], self.seq[chosen], self.length[chosen])


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that captures: its command without interface, file and filter, and its first words."""

    words: tuple[str, ...]
    filter_option: tuple[str, ...]
    ready: str


TCPDUMP = Tool(
    ("tcpdump", "-Z", "root", "--time-stamp-precision=nano", "-n", "-B", str(BUFFER_KIB)),
    (),
    "tcpdump: listening",
)
TSHARK = Tool(("tshark", "-F", "pcap", "-n", "-q", "-B", str(BUFFER_KIB // 1024)), ("-f",), " ** (tshark")


def tool(uid_map: str) -> Tool:
    """Return tcpdump; tshark in a user namespace (*uid_map*: /proc/self/uid_map), where tcpdump gives up.

    There a change of user, which tcpdump makes even to the same one, is forbidden (user_namespaces(7)).
    """
    return TCPDUMP if uid_map.split()[-1] == ALL_USERS else TSHARK


def command(capturer: Tool, interface: str, path: Path) -> list[str]:
    """Return the command that writes the test's packets on *interface* to *path*."""
    where = ["-i", interface, "-s", str(LEAST_FRAME_BYTES), "-w", str(path)]
    return [*capturer.words, *where, *capturer.filter_option, f"udp portrange {PORTS}"]


def dropped(words: str) -> int:
    """Return how many packets were missed, by the program's own *words*. Raises: CaptureError."""
    found = DROPPED.search(words)
    if found is not None:
        return int(found[1])
    if ENDED.search(words) is None:
        raise CaptureError(f"the capture did not end as it should: {words[-300:]}")
    return 0  # tshark has no word for none


def read(path: Path) -> Capture:
    """Return the packets in *path*. Raises: CaptureError, when its records are not all of one size."""
    data = path.read_bytes()
    unit_ns = UNIT_NS.get(int.from_bytes(data[:4], "little"))
    if len(data) < HEAD_BYTES or unit_ns is None:
        raise CaptureError(f"{path}: no pcap file of a little-endian machine")
    whole, rest = divmod(len(data) - HEAD_BYTES, RECORD.itemsize)
    packets = np.frombuffer(data, RECORD, count=whole, offset=HEAD_BYTES)
    if rest or bool(np.any(packets["kept"] != LEAST_FRAME_BYTES)):
        raise CaptureError(f"{path}: not every record keeps {LEAST_FRAME_BYTES} bytes of its packet")
    t_ns = packets["sec"].astype(np.int64) * 1_000_000_000 + packets["fraction"].astype(np.int64) * unit_ns
    return Capture(
        t_ns,
        packets["dport"].astype(np.int64),
        packets["seq"].astype(np.int64),
        packets["length"].astype(np.int64),
    )
