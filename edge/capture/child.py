"""A capture file written by a short-lived child of the line's worker, so that the worker's own work is never
delayed by a disk, and a file that grows costs the worker nothing.

The child is forked: it has the packet socket, the machine code and nothing to import. It ends when it is told
so, when its worker is gone, or when its bound in seconds is reached.
"""

import asyncio
import gc
import os
import select
import signal
import socket
import time
from dataclasses import dataclass

import msgspec

from edge.capture.file import CaptureFile, FileOrder, Recorded, settle
from edge.capture.ring import PacketRing, RingSetting

ANSWER_S = 3.0
AWAY_S = 1.0
MAX_MESSAGE = 65536
STANDARD = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a child captures, and for how long at most."""

    interface: str
    setting: RingSetting
    max_s: float


class CaptureChild:
    """The worker's side of a child that writes one file."""

    def __init__(self, pid: int, control: socket.socket, path: str) -> None:
        self.pid, self.path = pid, path
        self._control = control

    async def finish(self, comment: str) -> Recorded:
        """Let the child end its file, with *comment* at the end, and return what it holds."""
        loop = asyncio.get_running_loop()
        self._control.setblocking(False)
        try:
            async with asyncio.timeout(ANSWER_S):
                await loop.sock_sendall(self._control, comment.encode() or b" ")
                answer = await loop.sock_recv(self._control, MAX_MESSAGE)
        except (OSError, TimeoutError):
            answer = b""
        self.kill()
        if not answer:
            return Recorded(self.path, err=f"{self.path}: the capture's process ended before its file did")
        return msgspec.json.decode(answer, type=Recorded)

    def kill(self) -> None:
        """End the child at once, whatever it does, and collect it."""
        self._control.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def start_child(sock: socket.socket, bound: Bound, order: FileOrder) -> CaptureChild:
    """Fork a child that captures on *sock* (ring.open_packet_socket) into a new file.

    Raises: OSError when the file or the ring cannot be made.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _live(sock, theirs, bound, order)
            status = 0
        finally:
            os._exit(status)
    theirs.close()
    child = CaptureChild(pid, ours, str(order.path))
    ready = ours.recv(MAX_MESSAGE)
    if ready != b"ready":
        child.kill()
        raise OSError(ready.decode() or f"{order.path}: the capture's process ended at once")
    return child


def _live(sock: socket.socket, control: socket.socket, bound: Bound, order: FileOrder) -> None:
    """The child's life."""
    gc.disable()  # no collection: it would copy the parent's pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    _close_all_but(sock.fileno(), control.fileno())
    try:
        ring = PacketRing(bound.interface, bound.setting, sock, may_be_away=True)
        file = CaptureFile(ring, order)
    except OSError as exc:
        control.send(str(exc).encode())
        return
    control.send(b"ready")
    comment = _capture(ring, file, control, time.monotonic() + bound.max_s)
    settle(ring, file)
    told = file.end(time.time_ns(), comment)
    control.send(msgspec.json.encode(told))


def _capture(ring: PacketRing, file: CaptureFile, control: socket.socket, until_s: float) -> str:
    """Store packets until told to end or a bound is reached; return the comment for the end of the file."""
    poll = select.poll()
    poll.register(ring.fileno(), select.POLLIN)
    poll.register(control, select.POLLIN)
    away = True  # perhaps: the interface may go and come again, and is asked for until it is there
    while (left_s := until_s - time.monotonic()) > 0:
        ready = dict(poll.poll(1000 * min(left_s, AWAY_S if away else left_s)))
        file.pump()
        if away or ready.get(ring.fileno(), 0) & select.POLLERR:
            away = not ring.follow()
        if control.fileno() in ready:
            return control.recv(MAX_MESSAGE).decode().strip()
    return ""


def _close_all_but(*descriptors: int) -> None:
    kept = sorted({*STANDARD, *descriptors})
    for low, high in zip(kept, [*kept[1:], os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(low + 1, high)
