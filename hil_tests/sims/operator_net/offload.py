"""Checksum and segmentation offload of an interface, switched off by ioctl (linux/ethtool.h, sockios.h).

A frame taken by AF_PACKET from an interface with offload on may be 64 KiB long, its checksum unfinished.
"""

import array
import fcntl
import socket
import struct

SIOCETHTOOL = 0x8946
SWITCHES = {  # name: (ETHTOOL_Gxxx, ETHTOOL_Sxxx); the ioctl commands
    "rx-checksum": (0x14, 0x15),
    "tx-checksum": (0x16, 0x17),
    "scatter-gather": (0x18, 0x19),
    "tso": (0x1E, 0x1F),
    "gso": (0x23, 0x24),
    "gro": (0x2B, 0x2C),
}


def _ioctl(sock: socket.socket, interface: str, command: int, value: int) -> int:
    words = array.array("I", (command, value))  # struct ethtool_value
    request = struct.pack("16sP16x", interface.encode(), words.buffer_info()[0])  # struct ifreq
    fcntl.ioctl(sock, SIOCETHTOOL, request)
    return words[1]


def still_on(sock: socket.socket, interface: str) -> list[str]:
    """Return the offloads that are on; *sock* is any socket of the interface's namespace. Raises: OSError."""
    return [name for name, (get, _set) in SWITCHES.items() if _ioctl(sock, interface, get, 0)]


def switch_off(sock: socket.socket, interface: str) -> None:
    """Switch every offload of *interface* off. Raises: OSError, with the interface and what stayed on."""
    for _get, put in SWITCHES.values():
        _ioctl(sock, interface, put, 0)
    if on := still_on(sock, interface):
        raise OSError(
            f"interface {interface}: {', '.join(on)} cannot be switched off; use another driver than this"
        )
