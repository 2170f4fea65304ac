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
NANOSECONDS = 0xA1B23C4D  # magic number of a file in nanoseconds, in this machine's byte order
BUFFER_KIB = 32_768
RECORD = np.dtype([
    ("sec", "<u4"), ("nsec", "<u4"), ("kept", "<u4"), ("length", "<u4"), ("ethernet", "V12"), ("type", ">u2"),
    ("version", "u1"), ("tos", "u1"), ("total", ">u2"), ("id", ">u2"), ("fragment", ">u2"),
    ("ttl", "u1"), ("protocol", "u1"), ("checksum", ">u2"), ("src", ">u4"), ("dst", ">u4"),
    ("sport", ">u2"), ("dport", ">u2"), ("udp", ">u2"), ("udp_sum", ">u2"), ("seq", ">u4"),
    ("rest", f"V{LEAST_FRAME_BYTES - 46}"),
])  # fmt: skip
DROPPED = re.compile(r"^(\d+) packets? dropped by kernel", re.MULTILINE)


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


def command(interface: str, path: Path) -> list[str]:
    """Return the tcpdump command for the test's packets on *interface*."""
    how = [
        "-s",
        str(LEAST_FRAME_BYTES),
        "-B",
        str(BUFFER_KIB),
        "--time-stamp-precision=nano",
        "-n",
        "-Z",
        "root",
    ]
    return ["tcpdump", "-i", interface, *how, "-w", str(path), f"udp portrange {PORTS}"]


def dropped(words: str) -> int:
    """Return how many packets tcpdump says the kernel had no room for. Raises: CaptureError."""
    found = DROPPED.search(words)
    if found is None:
        raise CaptureError(f"tcpdump did not say what it dropped: {words[-300:]}")
    return int(found[1])


def read(path: Path) -> Capture:
    """Return the packets in *path*. Raises: CaptureError, when its records are not all of one size."""
    data = path.read_bytes()
    if len(data) < HEAD_BYTES or int.from_bytes(data[:4], "little") != NANOSECONDS:
        raise CaptureError(f"{path}: no pcap file in nanoseconds of a little-endian machine")
    whole, rest = divmod(len(data) - HEAD_BYTES, RECORD.itemsize)
    packets = np.frombuffer(data, RECORD, count=whole, offset=HEAD_BYTES)
    if rest or bool(np.any(packets["kept"] != LEAST_FRAME_BYTES)):
        raise CaptureError(f"{path}: not every record keeps {LEAST_FRAME_BYTES} bytes of its packet")
    t_ns = packets["sec"].astype(np.int64) * 1_000_000_000 + packets["nsec"]
    return Capture(
        t_ns,
        packets["dport"].astype(np.int64),
        packets["seq"].astype(np.int64),
        packets["length"].astype(np.int64),
    )
