"""Named network namespaces: enter one, tell two apart.

Sources: setns(2); ip-netns(8): names are bind mounts in /run/netns; asm-generic/socket.h (SO_NETNS_COOKIE).
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NETNS_FOLDER = Path("/run/netns")
OWN_NETNS = "/proc/thread-self/ns/net"
CLONE_NEWNET = 0x40000000
SO_NETNS_COOKIE = 71


class NetnsMissing(OSError):
    """There is no namespace of that name."""


def enter(name: str) -> None:
    """Move the calling thread into the namespace *name*; sockets it makes from now on live there.

    Raises: NetnsMissing, if it does not exist; PermissionError without CAP_SYS_ADMIN.
    """
    try:
        descriptor = os.open(NETNS_FOLDER / name, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as exc:
        raise NetnsMissing(
            f'there is no network namespace "{name}" (ip netns list shows those that exist)'
        ) from exc
    try:
        enter_descriptor(descriptor)
    finally:
        os.close(descriptor)


def enter_descriptor(descriptor: int) -> None:
    """Move the calling thread into the namespace behind an open file. Raises: OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, f"setns: {os.strerror(code)}")


def cookie_of(sock: socket.socket) -> int:
    """Return the kernel's number of the network namespace in which *sock* was made."""
    return int(struct.unpack("=Q", sock.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8))[0])


def own_cookie() -> int:
    """Return the number of the caller's own network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return cookie_of(sock)


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Run the body in namespace *name*, then step back. Raises: NetnsMissing, PermissionError."""
    home = os.open(OWN_NETNS, os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(name)
        yield
    finally:
        enter_descriptor(home)
        os.close(home)


def cookie_of_netns(name: str) -> int:
    """Return the number of namespace *name*, seen from a thread that stays where it is.

    Raises: NetnsMissing, PermissionError.
    """
    with inside(name):
        return own_cookie()
