"""Blocks of a pcapng file, little-endian, nanosecond stamps.

Source: draft-ietf-opsawg-pcapng, 4.1 (section header), 4.2 (interface), 4.6 (interface
statistics); packets: blocks.py.
"""

import struct

SECTION, INTERFACE, STATISTICS = 0x0A0D0D0A, 1, 5
BYTE_ORDER_MAGIC = 0x1A2B3C4D
LINKTYPE_ETHERNET = 1
OPT_END, OPT_COMMENT, OPT_USERAPPL, OPT_IF_NAME, OPT_IF_TSRESOL = 0, 1, 4, 2, 9
OPT_ISB_RECEIVED, OPT_ISB_DROPPED = 4, 5
NANOSECONDS = 9
COMMENT_BYTES = 4096

_HEAD = struct.Struct("<II")
_LENGTH = struct.Struct("<I")


def section_header(comment: str, application: str) -> bytes:
    """Return the section header block; *comment* is what `capinfos` and Wireshark show for the file."""
    options = _comment(comment) + _option(OPT_USERAPPL, application.encode())
    return _block(SECTION, struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1) + options + _option(OPT_END, b""))


def interface_description(name: str, snap_bytes: int) -> bytes:
    """Return the description of an Ethernet interface whose packets are cut to *snap_bytes*."""
    options = _option(OPT_IF_NAME, name.encode()) + _option(OPT_IF_TSRESOL, bytes([NANOSECONDS]))
    return _block(
        INTERFACE, struct.pack("<HHI", LINKTYPE_ETHERNET, 0, snap_bytes) + options + _option(OPT_END, b"")
    )


def interface_statistics(t_ns: int, *, received: int, dropped: int, comment: str = "") -> bytes:
    """Return the closing block: packets the kernel offered (dropped ones included), and packets that are not
    in the file for want of room; *comment* is cut to COMMENT_BYTES.
    """
    body = struct.pack("<III", 0, t_ns >> 32, t_ns & 0xFFFFFFFF)
    options = _comment(comment) if comment else b""
    options += _option(OPT_ISB_RECEIVED, struct.pack("<Q", received))
    options += _option(OPT_ISB_DROPPED, struct.pack("<Q", dropped))
    return _block(STATISTICS, body + options + _option(OPT_END, b""))


def _comment(text: str) -> bytes:
    return _option(OPT_COMMENT, text.encode()[:COMMENT_BYTES].decode(errors="ignore").encode())


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def _block(kind: int, body: bytes) -> bytes:
    total = _HEAD.size + len(body) + _LENGTH.size
    return _HEAD.pack(kind, total) + body + _LENGTH.pack(total)
