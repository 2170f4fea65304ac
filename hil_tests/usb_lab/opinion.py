"""Delay and loss of a link of known settings, seen by a few UDP packets: of the kernel's netem, and of ours.

The same packets over both, with the same judge: netem in the guest, the emulator on the host, each between
two namespaces. Sending time: our clock before sendto; arrival: the receiving kernel's stamp (SO_TIMESTAMPNS,
socket(7)) of the same machine's clock.
"""

import socket
import struct
import time
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from hil_tests.usb_lab.findings import Finding

DELAY_MS, LOSS = 20.0, 0.01
COUNT, INTERVAL_S = 10_000, 0.001
MOST_LATE_MS = 3.0  # more than the setting, of the median packet: what an emulated processor may add
SIGMAS = 4.0  # netem cannot be seeded: one honest run in 16 000 is outside
DRAIN_S = 1.0
PACKET = struct.Struct("!Iq")  # number, Unix nanoseconds
STAMP = struct.Struct("@ll")  # struct timespec
SO_TIMESTAMPNS = 35  # asm-generic/socket.h
ROOM_BYTES = 65536


class Opinion(NamedTuple):
    """What came of the packets."""

    sent: int
    delays_ms: tuple[float, ...]
    doubles: int

    @property
    def loss(self) -> float:
        """The share of packets that never came."""
        return 1 - len(self.delays_ms) / self.sent

    def percentile_ms(self, share: float) -> float:
        """Return the delay that *share* of the packets had at most; NaN if none came."""
        ordered = sorted(self.delays_ms)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


def loss_bounds(sent: int) -> tuple[float, float]:
    """Return the shares between which the loss of *sent* packets lies with SIGMAS."""
    spread = SIGMAS * sqrt(LOSS * (1 - LOSS) / sent)
    return LOSS - spread, LOSS + spread


def receive(receiver: socket.socket) -> list[tuple[int, float]]:
    """Return number and delay, ms, of each packet that waits in *receiver*."""
    found: list[tuple[int, float]] = []
    while True:
        try:
            data, notes, _, _ = receiver.recvmsg(PACKET.size, socket.CMSG_SPACE(STAMP.size))
        except BlockingIOError:
            return found
        number, sent_ns = PACKET.unpack(data)
        seconds, nanoseconds = STAMP.unpack(notes[0][2])
        found.append((number, (seconds * 1_000_000_000 + nanoseconds - sent_ns) / 1e6))


def measure(sender: socket.socket, receiver: socket.socket, address: tuple[str, int]) -> Opinion:
    """Send COUNT packets to *address*, where *receiver* is bound, one each INTERVAL_S if possible."""
    receiver.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    receiver.setblocking(False)
    came: dict[int, float] = {}
    doubles, due_s = 0, time.monotonic()
    for number in range(COUNT):
        sender.sendto(PACKET.pack(number, time.time_ns()), address)
        due_s += INTERVAL_S
        while True:
            found = receive(receiver)
            doubles += sum(number in came for number, _ in found)
            came.update(found)
            if (left_s := due_s - time.monotonic()) <= 0:
                break
            time.sleep(left_s)
    end_s = time.monotonic() + DRAIN_S
    while time.monotonic() < end_s:
        came.update(receive(receiver))
        time.sleep(INTERVAL_S)
    return Opinion(COUNT, tuple(came.values()), doubles)


def judge(check: str, what: str, opinion: Opinion) -> Sequence[Finding]:
    """Return the findings on *what*, of DELAY_MS and LOSS."""
    low, high = loss_bounds(opinion.sent)
    median_ms, p99_ms = opinion.percentile_ms(0.5), opinion.percentile_ms(0.99)
    fastest_ms, latest_ms = min(opinion.delays_ms, default=0.0), DELAY_MS + MOST_LATE_MS
    lost_as_set, late_as_set = low <= opinion.loss <= high, DELAY_MS <= median_ms <= latest_ms
    rows = (
        ("packets lost", f"{low:.2%} to {high:.2%}", f"{opinion.loss:.2%} of {opinion.sent}", lost_as_set),
        (
            "median delay",
            f"{DELAY_MS:g} to {latest_ms:g} ms",
            f"{median_ms:.2f} ms, p99 {p99_ms:.2f}",
            late_as_set,
        ),
        ("least delay", f"{DELAY_MS:g} ms or more", f"{fastest_ms:.3f} ms", fastest_ms >= DELAY_MS),
        ("packets that came twice", "0", str(opinion.doubles), opinion.doubles == 0),
    )
    return [Finding(check, f"{what}: {name}", wanted, seen, ok) for name, wanted, seen, ok in rows]
