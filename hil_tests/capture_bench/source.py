"""The packet source: `python -m hil_tests.capture_bench.source ORDER`, one process for all interfaces.

Frames of 66 and 1400 bytes in a seeded order, 40 small in 100, sent by sendmmsg(2) at an absolute pace. ORDER
is JSON (Order); the last line printed is JSON (Sent).
"""

import ctypes
import random
import socket
import sys
import time

import msgspec

PORT = 8620
BATCH = 100
SMALL_IN_BATCH = 40
SMALL_BYTES, LARGE_BYTES, HEADERS_BYTES = 66, 1400, 42  # frames without FCS; Ethernet, IPv4 and UDP headers
TICK_S = 0.001
SEND_BUFFER_BYTES = 8 << 20


class Order(msgspec.Struct, frozen=True):
    """What to send to each address: pps packets a second for seconds."""

    addresses: tuple[str, ...]
    pps: int
    seconds: float
    seed: int


class Sent(msgspec.Struct, frozen=True):
    """Packets to each address, and how long it took."""

    packets: tuple[int, ...]
    seconds: float


class Iovec(ctypes.Structure):
    """struct iovec (readv(2))."""

    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):
    """struct mmsghdr (sendmmsg(2)) of a 64-bit kernel."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_size_t),
        ("iovec", ctypes.c_void_p),
        ("iovecs", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_size_t),
        ("sent_bytes", ctypes.c_size_t),
    ]


class Sender:
    """One connected socket and a batch of packets of both sizes in a drawn order."""

    def __init__(self, address: str, rng: random.Random) -> None:
        self.sent = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._socket.connect((address, PORT))
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._payload = ctypes.create_string_buffer(b"p" * LARGE_BYTES)
        sizes = [SMALL_BYTES] * SMALL_IN_BATCH + [LARGE_BYTES] * (BATCH - SMALL_IN_BATCH)
        rng.shuffle(sizes)
        at = ctypes.addressof(self._payload)
        self._iovecs = (Iovec * BATCH)(*(Iovec(at, size - HEADERS_BYTES) for size in sizes))
        at = ctypes.addressof(self._iovecs)
        step = ctypes.sizeof(Iovec)
        self._messages = (Message * BATCH)(*(Message(None, 0, at + n * step, 1) for n in range(BATCH)))

    def send(self, count: int) -> None:
        """Send the next *count* packets. Raises: OSError."""
        while count > 0:
            place = self.sent % BATCH
            wanted = min(count, BATCH - place)
            first = ctypes.byref(self._messages, place * ctypes.sizeof(Message))
            done = self._libc.sendmmsg(self._socket.fileno(), first, wanted, 0)
            if done < 0:
                code = ctypes.get_errno()
                raise OSError(code, "sendmmsg")
            self.sent += done
            count -= done


def run(order: Order) -> Sent:
    """Send everything at its time. Raises: OSError."""
    rng = random.Random(order.seed)
    senders = [Sender(address, rng) for address in order.addresses]
    start_s = time.monotonic()
    while (passed_s := time.monotonic() - start_s) < order.seconds:
        due = int(passed_s * order.pps)
        for sender in senders:
            sender.send(due - sender.sent)
        time.sleep(TICK_S)
    return Sent(tuple(sender.sent for sender in senders), time.monotonic() - start_s)


def main() -> None:
    """Obey the order on the command line."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    print(msgspec.json.encode(run(order)).decode(), flush=True)


if __name__ == "__main__":
    main()
