"""A classic BPF program that lets through our own flows only, headers only.

Source: Linux Documentation/networking/filter.rst (opcodes, ancillary), struct sock_filter in linux/filter.h.
"""

import ipaddress
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LD_W_ABS, LD_H_ABS, LD_B_ABS, LD_H_IND, LDX_MSH = 0x20, 0x28, 0x30, 0x48, 0xB1
JA, JEQ, JSET, RET = 0x05, 0x15, 0x45, 0x06
ETHERTYPE, FRAGMENT, PROTOCOL, SOURCE, DESTINATION, IP_START = 12, 20, 23, 26, 30, 14
NEXT_HEADER, SOURCE6, DESTINATION6, PORTS6 = 20, 22, 38, 54  # RFC 8200 3, behind an Ethernet header
FRAGMENT_OFFSET = 0x1FFF
IPV4, IPV6, TCP, UDP = 0x0800, 0x86DD, 6, 17


class Instruction(NamedTuple):
    """One struct sock_filter; jt and jf count the instructions to skip."""

    code: int
    jt: int
    jf: int
    k: int


def own_flows(servers: Sequence[tuple[str, int]], snap_bytes: int) -> list[Instruction]:
    """Return the program: TCP or UDP from or to a server (address, port), cut to *snap_bytes*.

    IPv6 only where TCP or UDP stands right behind its header.
    """
    ipv4, ipv6 = [*_HEAD4], [*_HEAD6]
    for host, port in servers:
        address = ipaddress.ip_address(host)
        if isinstance(address, ipaddress.IPv4Address):
            ipv4 += _server(int(address), port, snap_bytes)
        else:
            ipv6 += _server6(struct.unpack("!4I", address.packed), port, snap_bytes)
    nothing = Instruction(RET, 0, 0, 0)
    head = [
        Instruction(LD_H_ABS, 0, 0, ETHERTYPE),
        Instruction(JEQ, 0, 1, IPV6),
        Instruction(JA, 0, 0, 2 + len(ipv4) + 1),
        Instruction(JEQ, 1, 0, IPV4),
        nothing,
    ]
    return [*head, *ipv4, nothing, *ipv6, nothing]


_HEAD4 = (
    Instruction(LD_B_ABS, 0, 0, PROTOCOL),
    Instruction(JEQ, 2, 0, TCP),
    Instruction(JEQ, 1, 0, UDP),
    Instruction(RET, 0, 0, 0),
    Instruction(LD_H_ABS, 0, 0, FRAGMENT),
    Instruction(JSET, 0, 1, FRAGMENT_OFFSET),  # a later fragment has no ports
    Instruction(RET, 0, 0, 0),
    Instruction(LDX_MSH, 0, 0, IP_START),
)
_HEAD6 = (
    Instruction(LD_B_ABS, 0, 0, NEXT_HEADER),
    Instruction(JEQ, 2, 0, TCP),
    Instruction(JEQ, 1, 0, UDP),
    Instruction(RET, 0, 0, 0),
)


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


def _server6(words: Sequence[int], port: int, snap_bytes: int) -> list[Instruction]:
    """Accept when the address of four *words* with *port* is the source or the destination."""
    return [
        *_end6(SOURCE6, words, PORTS6, port, snap_bytes),
        *_end6(DESTINATION6, words, PORTS6 + 2, port, snap_bytes),
    ]


def _end6(start: int, words: Sequence[int], at: int, port: int, snap_bytes: int) -> list[Instruction]:
    """Accept when the address at *start* and the port at *at* are these; fall through when not."""
    fields = [(LD_W_ABS, start + 4 * index, word) for index, word in enumerate(words)]
    fields.append((LD_H_ABS, at, port))
    left = 2 * len(fields)
    steps: list[Instruction] = []
    for number, (load, place, value) in enumerate(fields, start=1):
        steps += [Instruction(load, 0, 0, place), Instruction(JEQ, 0, left - 2 * number + 1, value)]
    return [*steps, Instruction(RET, 0, 0, snap_bytes)]


def pack(program: Iterable[Instruction]) -> bytes:
    """Return the bytes of the array of struct sock_filter."""
    return b"".join(struct.pack("HBBI", *step) for step in program)
