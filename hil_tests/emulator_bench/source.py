"""The packet source: `python -m hil_tests.emulator_bench.source PLAN`, one process for all flows.

sendmmsg(2) through ctypes: one call a flow and tick. Prints one line of JSON (flows.Sent) at its end.
"""

import contextlib
import ctypes
import os
import socket
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from hil_tests.emulator_bench.flows import FRAME_OVERHEAD_BYTES, SMALL_EVERY, Flow, Place, Plan, Sent
from hil_tests.sims.operator_net import namespaces

TICK_S = 0.001
NICENESS = -9
BATCH = 64  # packets a call
SEND_BUFFER_BYTES = 4 << 20
WARM_UP_S = 0.3  # after packet 0, which makes both ends learn their addresses
NS_PER_S = 1_000_000_000


IOVEC = np.dtype([("base", "u8"), ("length", "u8")])
MESSAGE = np.dtype([  # struct mmsghdr (sendmmsg(2)) of a 64-bit kernel
    ("name", "u8"), ("name_length", "u8"), ("iovec", "u8"), ("iovecs", "u8"), ("control", "u8"),
    ("control_length", "u8"), ("flags", "u8"), ("sent_bytes", "u8"),
])  # fmt: skip


class Sender:
    """One flow's socket and its buffers; `send` puts the next packets on the wire."""

    def __init__(self, flow: Flow, sock: socket.socket) -> None:
        self.flow, self.sent = flow, 0
        self._socket = sock
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._payload = np.zeros((BATCH, flow.frame_bytes - FRAME_OVERHEAD_BYTES), np.uint8)
        self._numbers = np.arange(BATCH, dtype=np.uint32)
        self._iovecs = np.zeros(BATCH, IOVEC)
        self._iovecs["base"] = self._payload.ctypes.data + np.arange(BATCH) * self._payload.shape[1]
        self._messages = np.zeros(BATCH, MESSAGE)
        self._messages["iovec"] = self._iovecs.ctypes.data + np.arange(BATCH) * IOVEC.itemsize
        self._messages["iovecs"] = 1

    def send(self, count: int) -> None:
        """Send the next *count* packets. Raises: OSError."""
        while count > 0:
            wanted = min(count, BATCH)
            self._fill(wanted)
            done = self._libc.sendmmsg(
                self._socket.fileno(), ctypes.c_void_p(self._messages.ctypes.data), wanted, 0
            )
            if done < 0:
                code = ctypes.get_errno()
                raise OSError(code, f"sendmmsg of line {self.flow.line}: {os.strerror(code)}")
            self.sent += done
            count -= done

    def _fill(self, count: int) -> None:
        numbers = (self._numbers[:count] + np.uint32(self.sent)).astype(">u4")
        self._payload[:count, :4] = numbers.view(np.uint8).reshape(count, 4)
        flow, small = self.flow, (self._numbers[:count] + self.sent) % SMALL_EVERY == 0
        self._iovecs["length"][:count] = (
            np.where(small, flow.small_bytes, flow.frame_bytes) - FRAME_OVERHEAD_BYTES
        )


def run(plan: Plan) -> Sent:
    """Send everything of *plan* at its time. Raises: OSError, NetworkError."""
    senders = [Sender(flow, _socket(place)) for flow, place in zip(plan.flows, plan.places, strict=True)]
    for sender in senders:
        sender.send(1)
    time.sleep(WARM_UP_S)
    begun_ns, cpu_s = time.time_ns(), time.process_time()
    worst_s = _pace(senders, plan.seconds)
    return Sent(
        packets=tuple(sender.sent for sender in senders),
        begun_ns=begun_ns,
        ended_ns=time.time_ns(),
        cpu_s=round(time.process_time() - cpu_s, 3),
        worst_tick_ms=round(worst_s * 1000, 3),
    )


def _pace(senders: list[Sender], seconds: float) -> float:
    """Send what is due at each tick for so long; return the longest time between two ticks."""
    start_s = last_s = time.monotonic()
    worst_s = 0.0
    while (passed_s := time.monotonic() - start_s) < seconds:
        for sender in senders:
            sender.send(sender.flow.due(passed_s) + 1 - sender.sent)
        worst_s, last_s = max(worst_s, start_s + passed_s - last_s), start_s + passed_s
        time.sleep(max(0.0, passed_s + TICK_S - (time.monotonic() - start_s)))
    return worst_s


def _socket(place: Place) -> socket.socket:
    sock = namespaces.udp_socket(place.namespace)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    sock.bind(place.here)
    sock.connect(place.there)
    return sock


def main() -> None:
    """Obey the plan in the file named by the first argument."""
    with contextlib.suppress(PermissionError):  # an ordinary user's source is paused more often
        os.nice(NICENESS)
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    print(msgspec.json.encode(run(plan)).decode(), flush=True)


if __name__ == "__main__":
    main()
