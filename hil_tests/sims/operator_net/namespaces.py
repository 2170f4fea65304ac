"""Network namespaces by name, through ip(8) and, for what ip cannot do, a thread that steps inside.

Sources: ip-netns(8), ip-link(8), setns(2). Works as root and as root of a user namespace with its own /run.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

NETNS_FOLDER = Path("/run/netns")
CLONE_NEWNET = 0x40000000  # linux/sched.h
PACKAGES = {"ip": "iproute2", "nft": "nftables", "setpriv": "util-linux"}
T = TypeVar("T")


class NetworkError(Exception):
    """A namespace or interface could not be made; the text has the command, its answer and what to do."""


def need(program: str) -> str:
    """Return the path of *program*. Raises: NetworkError, with what to install."""
    folders = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    path = shutil.which(program, path=folders)
    if path is None:
        raise NetworkError(f"program {program} is missing; apt-get install {PACKAGES.get(program, program)}")
    return path


def run(command: Sequence[str], *, stdin: str = "") -> str:
    """Return what *command* printed. Raises: NetworkError."""
    done = subprocess.run(
        [need(command[0]), *command[1:]], input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        hint = "; root, or `unshare -Urnm` with a tmpfs on /run, is needed" if "permitted" in words else ""
        raise NetworkError(f"{' '.join(command)}: {words or f'exit {done.returncode}'}{hint}")
    return done.stdout


def ip_batch(namespace: str | None, lines: Iterable[str]) -> None:
    """Run ip(8) commands in one go; in the caller's namespace when None. Raises: NetworkError."""
    where = [] if namespace is None else ["-n", namespace]
    run(["ip", *where, "-batch", "-"], stdin="\n".join(lines) + "\n")


def existing(prefix: str) -> list[str]:
    """Return the named namespaces that begin with *prefix*, sorted."""
    if not NETNS_FOLDER.is_dir():
        return []
    return sorted(path.name for path in NETNS_FOLDER.iterdir() if path.name.startswith(prefix))


def inside(namespace: str, action: Callable[[], T]) -> T:
    """Return action() run by a thread of its own inside *namespace*; sockets it makes stay there.

    Raises: NetworkError, if there is no such namespace; whatever OSError the action raises.
    """
    result: list[T] = []
    failure: list[OSError | NetworkError] = []

    def work() -> None:
        try:
            _enter(namespace)
            result.append(action())
        except (OSError, NetworkError) as error:
            failure.append(error)

    thread = threading.Thread(target=work, name=f"inside {namespace}")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


def _enter(namespace: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    path = NETNS_FOLDER / namespace
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NetworkError(f"no namespace {namespace} ({path} is missing); `ip netns` lists them") from error
    try:
        if libc.setns(descriptor, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter namespace {namespace}; this needs root")
    finally:
        os.close(descriptor)


def set_sysctls(namespace: str, values: Mapping[str, str]) -> None:
    """Write /proc/sys/net/<key> inside *namespace*. Raises: NetworkError, OSError."""

    def write() -> None:
        for key, value in values.items():
            (Path("/proc/sys/net") / key).write_text(value, encoding="ascii")

    inside(namespace, write)


def udp_socket(namespace: str) -> socket.socket:
    """Return an IPv4 UDP socket that lives in *namespace*."""
    return inside(namespace, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


def processes_in(namespace: str) -> list[int]:
    """Return the ids of the processes whose namespace is *namespace*, as far as this user may see."""
    try:
        wanted = (NETNS_FOLDER / namespace).stat()
    except FileNotFoundError:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_in(entry, wanted):
            found.append(int(entry.name))
    return found


def _is_in(process: Path, namespace: os.stat_result) -> bool:
    try:
        own = (process / "ns/net").stat()
    except OSError:
        return False  # it ended, or is another user's
    return (own.st_dev, own.st_ino) == (namespace.st_dev, namespace.st_ino)


def remove(namespaces: Sequence[str], *, deadline_s: float = 3.0) -> None:
    """End the processes in *namespaces* and remove them; those that are gone already count as removed.

    Raises: NetworkError, if one stays.
    """
    for namespace in namespaces:
        _end_processes(namespace, deadline_s)
    for namespace in namespaces:
        if (NETNS_FOLDER / namespace).exists():
            _delete(namespace)


def _delete(namespace: str) -> None:
    """Delete *namespace*; somebody else may do the same at the same moment."""
    try:
        run(["ip", "netns", "delete", namespace])
    except NetworkError:
        if (NETNS_FOLDER / namespace).exists():
            raise


def _end_processes(namespace: str, deadline_s: float) -> None:
    until_s = time.monotonic() + deadline_s
    number = signal.SIGTERM
    while pids := processes_in(namespace):
        if time.monotonic() > until_s:
            number = signal.SIGKILL
        if time.monotonic() > until_s + deadline_s:
            raise NetworkError(f"namespace {namespace}: processes {pids} do not end; end them and try again")
        for pid in pids:
            _kill(pid, number)
        time.sleep(0.02)


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
