"""A classic BPF program that lets through our own flows only, headers only.

Source: Linux Documentation/networking/filter.rst (opcodes, ancillary), struct sock_filter in linux/filter.h.
"""

import ipaddress
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LD_W_ABS, LD_H_ABS, LD_B_ABS, LD_H_IND, LDX_MSH = 0x20, 0x28, 0x30, 0x48, 0xB1
JEQ, JSET, RET = 0x15, 0x45, 0x06
ETHERTYPE, FRAGMENT, PROTOCOL, SOURCE, DESTINATION, IP_START = 12, 20, 23, 26, 30, 14
FRAGMENT_OFFSET = 0x1FFF
IPV4, TCP, UDP = 0x0800, 6, 17


class Instruction(NamedTuple):
    """One struct sock_filter; jt and jf count the instructions to skip."""

    code: int
    jt: int
    jf: int
    k: int


def own_flows(servers: Sequence[tuple[str, int]], snap_bytes: int) -> list[Instruction]:
    """Return the program: IPv4 TCP or UDP from or to a server (address, port), cut to *snap_bytes*."""
    head = [
        Instruction(LD_H_ABS, 0, 0, ETHERTYPE),
        Instruction(JEQ, 1, 0, IPV4),
        Instruction(RET, 0, 0, 0),
        Instruction(LD_B_ABS, 0, 0, PROTOCOL),
        Instruction(JEQ, 2, 0, TCP),
        Instruction(JEQ, 1, 0, UDP),
        Instruction(RET, 0, 0, 0),
        Instruction(LD_H_ABS, 0, 0, FRAGMENT),
        Instruction(JSET, 0, 1, FRAGMENT_OFFSET),  # a later fragment has no ports
        Instruction(RET, 0, 0, 0),
        Instruction(LDX_MSH, 0, 0, IP_START),
    ]
    checks = [
        step for host, port in servers for step in _server(int(ipaddress.IPv4Address(host)), port, snap_bytes)
    ]
    return [*head, *checks, Instruction(RET, 0, 0, 0)]


def _server(address: int, port: int, snap_bytes: int) -> list[Instruction]:
    """Accept when (address, port) is the source or the destination; fall through when it is neither."""
    return [
        Instruction(LD_W_ABS, 0, 0, SOURCE),
        Instruction(JEQ, 0, 3, address),
        Instruction(LD_H_IND, 0, 0, IP_START),
        Instruction(JEQ, 0, 1, port),
        Instruction(RET, 0, 0, snap_bytes),
        Instruction(LD_W_ABS, 0, 0, DESTINATION),
        Instruction(JEQ, 0, 3, address),
        Instruction(LD_H_IND, 0, 0, IP_START + 2),
        Instruction(JEQ, 0, 1, port),
        Instruction(RET, 0, 0, snap_bytes),
    ]


def pack(program: Iterable[Instruction]) -> bytes:
    """Return the bytes of the array of struct sock_filter."""
    return b"".join(struct.pack("HBBI", *step) for step in program)
