"""The privileged helper `netd`: it makes the lines' networks and starts a worker inside each; nothing else.

A process of its own, forked before the service has threads or a loop. It talks over a Unix socketpair, a JSON
object a message:

    {"do":"up","slot":s}   -> {"ok":true} and the worker's socket (SCM_RIGHTS), or {"ok":false,"text":why}
    {"do":"down","slot":s} -> {"ok":true}
    {"do":"usb-rebind"|"usb-modeswitch","slot":s} -> {"ok":true}, or {"ok":false,"text":why}

Meanwhile it hears of interfaces that come (edge.net.link_news) and moves a line's own in again: after a
replug, a rebind or a modem's restart the kernel makes it in the helper's namespace, not in the line's.
When the service is gone (end of file, also after kill -9) it takes every line down and ends.
"""

import errno
import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

import msgspec

from edge.net import usb
from edge.net.lines import LineDown, LineNetwork, bring_back, bring_up, take_down
from edge.net.link_news import LinkNews
from edge.net.netns import NetnsMissing, cookie_of_netns, inside
from edge.net.privileges import CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN, keep_only

MAX_MESSAGE = 64 * 1024
WORKER_GRACE_S = 1.0
TURN_S, TURN_POLL_S = 8.0, 0.02
LOOK_EVERY_S = 5.0  # without news too: what could not be done at the first sight is tried again
CAP_KILL, CAP_DAC_OVERRIDE = 5, 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Worker = Callable[[str, socket.socket, int], int]
"""(slot, the worker's end of its socketpair, the cookie of its namespace) -> exit status; runs inside the
namespace.
"""


class Request(msgspec.Struct, frozen=True):
    """What the service asks."""

    do: str
    slot: str


class Reply(msgspec.Struct, frozen=True):
    """What the helper answers; text says why not and what to do."""

    ok: bool
    text: str = ""


class HelperGone(OSError):
    """The privileged helper ended; the service cannot go on without it."""


@dataclass(slots=True)
class Running:
    """A line that is up, and its worker's process; settled: its interface was in at the last look."""

    network: LineNetwork
    pid: int
    settled: bool


class NetHelper:
    """The service's end."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control, self.pid = control, pid

    def up(self, slot: str) -> socket.socket:
        """Bring line *slot* up, its interface now or when it comes; return the socket to its worker.

        Raises: LineDown, HelperGone.
        """
        reply, descriptors = self._ask(Request("up", slot))
        if not reply.ok:
            raise LineDown(reply.text)
        return socket.socket(fileno=descriptors[0])

    def down(self, slot: str) -> None:
        """End the worker of *slot* and give its interface back. Raises: HelperGone."""
        self._ask(Request("down", slot))

    def usb(self, slot: str, verb: str) -> str:
        """Do *verb* at the USB place *slot*; return "", or why it could not be done. Raises: HelperGone."""
        reply, _ = self._ask(Request(verb, slot))
        return "" if reply.ok else reply.text or f"{verb} at {slot} was refused"

    def close(self) -> None:
        """Let the helper take everything down, and wait for its end."""
        self._control.close()
        os.waitpid(self.pid, 0)

    def _ask(self, request: Request) -> tuple[Reply, list[int]]:
        try:
            self._control.send(msgspec.json.encode(request))
            data, descriptors, _, _ = socket.recv_fds(self._control, MAX_MESSAGE, 1)
        except OSError as exc:
            raise HelperGone("the privileged helper ended; restart pantau") from exc
        if not data:
            raise HelperGone("the privileged helper ended; restart pantau")
        return msgspec.json.decode(data, type=Reply), descriptors


def start_helper(networks: Mapping[str, LineNetwork], worker: Worker) -> NetHelper:
    """Fork the helper. Call before any thread or event loop exists."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    gc.collect()
    gc.freeze()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # none may end the child before it ignores them
    pid = os.fork()
    if pid == 0:
        ours.close()
        status = 1
        try:
            status = serve(theirs, networks, worker)
        finally:
            os._exit(status)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    theirs.close()
    return NetHelper(ours, pid)


def serve(control: socket.socket, networks: Mapping[str, LineNetwork], worker: Worker) -> int:
    """The helper's life: answer requests until the service is gone, then leave nothing behind."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    running: dict[str, Running] = {}
    with ExitStack() as stack:
        turn = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        news = stack.enter_context(closing(LinkNews()))
        stack.callback(_end_all, running)
        while data := _receive(control, news, running):
            request = msgspec.json.decode(data, type=Request)
            if request.do == "up":
                _up(control, networks, request.slot, worker, running, (turn, news))
            elif request.do in usb.VERBS:
                why = usb.do(request.do, request.slot) if request.slot in networks else "not one of our lines"
                control.send(msgspec.json.encode(Reply(not why, why)))
            else:
                _end(running.pop(request.slot, None))
                control.send(msgspec.json.encode(Reply(True)))
    return 0


def _take_turn(turn: socket.socket, name: str, control: socket.socket) -> None:
    """Wait until the helper of a box of this name that was killed has cleaned up; the name frees itself at
    its end.

    Raises: LineDown after TURN_S; also when the service is gone meanwhile.
    """
    until_s = time.monotonic() + TURN_S
    while not turn.getsockname():
        try:
            turn.bind(f"\0pantau-netd-{name}")
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                raise
            if time.monotonic() > until_s or _gone(control, TURN_POLL_S):
                text = f"another pantau still holds the networks of {name}; stop it, then start again"
                raise LineDown(text) from exc


def _gone(control: socket.socket, wait_s: float) -> bool:
    """Return whether the other end of *control* hung up within *wait_s*."""
    poll = select.poll()
    poll.register(control, select.POLLHUP)
    return bool(poll.poll(wait_s * 1000))


def _receive(control: socket.socket, news: LinkNews, running: Mapping[str, Running]) -> bytes:
    """Return the next request, b"" when the service is gone; meanwhile let interfaces come back."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(news, select.POLLIN)
    while not any(descriptor == control.fileno() for descriptor, _ in poll.poll(LOOK_EVERY_S * 1000)):
        news.drain()
        for line in running.values():
            line.settled = bring_back(line.network, settled=line.settled)
    try:
        return control.recv(MAX_MESSAGE)
    except ConnectionResetError:
        return b""


def _up(
    control: socket.socket,
    networks: Mapping[str, LineNetwork],
    slot: str,
    worker: Worker,
    running: dict[str, Running],
    own: tuple[socket.socket, LinkNews],
) -> None:
    _end(running.pop(slot, None))
    network = networks[slot]
    try:
        _take_turn(own[0], next(iter(networks.values())).netns, control)
        settled = bring_up(network)
    except (LineDown, NetnsMissing) as exc:
        control.send(msgspec.json.encode(Reply(False, str(exc))))
        return
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        for mine in (control, ours, *own):
            mine.close()
        _run_worker(slot, network, theirs, worker)
    theirs.close()
    running[slot] = Running(network, pid, settled)
    socket.send_fds(control, [msgspec.json.encode(Reply(True))], [ours.fileno()])
    ours.close()


def _run_worker(slot: str, network: LineNetwork, control: socket.socket, worker: Worker) -> None:
    """In the forked child: step into the namespace and never return."""
    status = 1
    try:
        cookie = cookie_of_netns(network.netns)
        with inside(network.netns):
            status = worker(slot, control, cookie)
    finally:
        os._exit(status)


def _end(line: Running | None) -> None:
    """Wait a moment for the worker to end by itself (its socket is closed), then end it; give the interface
    back.
    """
    if line is None:
        return
    _reap(line.pid)
    take_down(line.network)


def _end_all(running: dict[str, Running]) -> None:
    for line in running.values():
        os.kill(line.pid, signal.SIGTERM)
    for line in running.values():
        _end(line)
    running.clear()


def _reap(pid: int) -> None:
    """End process *pid*, a child of ours: SIGKILL when it has not ended within WORKER_GRACE_S."""
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        if not _ended(descriptor, WORKER_GRACE_S):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it ended before us
    finally:
        os.close(descriptor)
        os.waitpid(pid, 0)


def _ended(descriptor: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def limit_helper() -> None:
    """Keep of root's powers only what making namespaces takes."""
    keep_only(CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN, CAP_KILL, CAP_DAC_OVERRIDE)
