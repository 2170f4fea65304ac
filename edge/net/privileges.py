"""Give up capabilities for good: the line workers and the service need none after start.

Sources: capabilities(7), capset(2) (version 3 structures), prctl(2) PR_SET_NO_NEW_PRIVS.
"""

import ctypes
import os
import struct
from pathlib import Path

CAPABILITY_VERSION_3 = 0x20080522
PR_SET_NO_NEW_PRIVS = 38
CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN = 12, 13, 21

_HEADER = struct.Struct("=Ii")
_DATA = struct.Struct("=6I")  # two of (effective, permitted, inheritable)


def _capset(mask: int) -> None:
    """Set effective and permitted to *mask* (bit n = capability n), inheritable to none."""
    libc = ctypes.CDLL(None, use_errno=True)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    header = ctypes.create_string_buffer(_HEADER.pack(CAPABILITY_VERSION_3, 0))
    data = ctypes.create_string_buffer(_DATA.pack(low, low, 0, high, high, 0))
    if libc.capset(header, data):
        code = ctypes.get_errno()
        raise OSError(code, f"capset: {os.strerror(code)}")


def keep_only(*capabilities: int) -> None:
    """Keep just these of the capabilities held; no later program start can raise them again. Raises:
    OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _capset(sum(1 << number for number in capabilities) & effective())


def effective() -> int:
    """Return the bit mask of the capabilities in force, from /proc/self/status."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
