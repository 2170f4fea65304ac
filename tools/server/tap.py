"""Counts an upload's packets as the kernel hands them up: a packet socket with a filter for the one flow.

# Ref: packet(7); Documentation/networking/filter.rst (classic BPF); RFC 791, RFC 8200, RFC 9293 3.1
"""

from ctypes import CDLL, addressof, create_string_buffer, get_errno
from errno import EAGAIN
from ipaddress import IPv4Address, IPv6Address, ip_address
from os import strerror
from socket import AF_PACKET, SO_RCVBUF, SOCK_DGRAM, SOL_SOCKET, socket
from struct import pack, unpack, unpack_from

from edge.measure.bins import Arrival
from edge.measure.kernel_stamps import SO_TIMESTAMPNS, receive_stamp_ns

_ETH_P = {4: 0x0800, 6: 0x86DD}
_SO_ATTACH_FILTER = 26
_SO_RCVBUFFORCE = 33
_SOL_PACKET = 263
_PACKET_STATISTICS = 6
_BUFFER_BYTES = 32 << 20
_SNAP_BYTES = 128
_TCP = 6
_OUTGOING = 4
_PKTTYPE = 0xFFFFF004  # SKF_AD_OFF + SKF_AD_PKTTYPE

_LD_W, _LD_H, _LD_B = 0x20, 0x28, 0x30
_LD_H_X, _LDX_IHL = 0x48, 0xB1
_JEQ, _JSET, _RET = 0x15, 0x45, 0x06

Test = tuple[tuple[tuple[int, int], ...], int, int, bool]
"""(loads as (code, k), jump code, its k, whether a match goes on): one condition of the filter."""


def flow_filter(remote_ip: str, remote_port: int, local_port: int) -> bytes:
    """Return the filter program (struct sock_filter[]) for packets of one TCP flow from *remote_ip* to us."""
    address = ip_address(remote_ip)
    tests: list[Test] = [(((_LD_W, _PKTTYPE),), _JEQ, _OUTGOING, False)]
    tests += _ipv4_tests(address) if isinstance(address, IPv4Address) else _ipv6_tests(address)
    load, base = (_LD_H_X, 0) if address.version == 4 else (_LD_H, 40)
    tests.append((((load, base),), _JEQ, remote_port, True))
    tests.append((((load, base + 2),), _JEQ, local_port, True))
    return _assembled(tests)


def _ipv4_tests(address: IPv4Address) -> list[Test]:
    """Return the conditions on the IPv4 header: TCP, the sender, no later fragment; X = its length."""
    return [
        (((_LD_B, 9),), _JEQ, _TCP, True),
        (((_LD_W, 12),), _JEQ, int(address), True),
        (((_LDX_IHL, 0), (_LD_H, 6)), _JSET, 0x1FFF, False),
    ]


def _ipv6_tests(address: IPv6Address) -> list[Test]:
    """Return the conditions on the IPv6 header: TCP right behind it, the sender."""
    words = unpack("!4I", address.packed)
    sender: list[Test] = [(((_LD_W, 8 + 4 * index),), _JEQ, word, True) for index, word in enumerate(words)]
    return [(((_LD_B, 6),), _JEQ, _TCP, True), *sender]


def _assembled(tests: list[Test]) -> bytes:
    """Return the program in which every test that fails jumps to the last instruction, "drop"."""
    length = sum(len(loads) + 1 for loads, *_ in tests) + 2
    program: list[bytes] = []
    for loads, jump, value, goes_on in tests:
        program += [pack("@HBBI", code, 0, 0, k) for code, k in loads]
        drop = length - len(program) - 2
        program.append(pack("@HBBI", jump, *((0, drop) if goes_on else (drop, 0)), value))
    program.append(pack("@HBBI", _RET, 0, 0, _SNAP_BYTES))
    program.append(pack("@HBBI", _RET, 0, 0, 0))
    return b"".join(program)


def payload_bytes(packet: bytes | bytearray | memoryview) -> int:
    """Return the TCP payload of an IP *packet* of which at least the headers are given; 0 if they are not."""
    try:
        if packet[0] >> 4 == 4:
            header, total = (packet[0] & 15) * 4, unpack_from("!H", packet, 2)[0]
        else:
            header, total = 40, 40 + unpack_from("!H", packet, 4)[0]
        return max(0, int(total) - header - (packet[header + 12] >> 4) * 4)
    except IndexError:
        return 0


def _bind_everywhere(sock: socket, ethertype: int) -> None:
    """Receive *ethertype* on every interface from now on; Python's own bind() wants an interface's name.

    Raises: OSError.
    """
    address = pack("=H", AF_PACKET) + pack("!H", ethertype) + bytes(16)  # struct sockaddr_ll, ifindex 0
    if CDLL(None, use_errno=True).bind(sock.fileno(), address, len(address)):
        code = get_errno()
        raise OSError(code, f"bind: {strerror(code)}")


class UploadTap:
    """The packets of one TCP flow towards us, with the kernel's stamps.

    Where a packet passes several interfaces (a bridge and its port), only those of the first one count.
    """

    def __init__(self, remote_ip: str, remote_port: int, local_port: int) -> None:
        """Begin to count. Raises: PermissionError without CAP_NET_RAW."""
        self.arrivals: list[Arrival] = []
        self._drops = 0
        self._interface: str | None = None
        self._space = bytearray(_SNAP_BYTES)
        self.sock = socket(AF_PACKET, SOCK_DGRAM, 0)
        try:
            self.sock.setblocking(False)
            self._configure(flow_filter(remote_ip, remote_port, local_port))
            _bind_everywhere(self.sock, _ETH_P[ip_address(remote_ip).version])
        except OSError:
            self.sock.close()
            raise

    def drain(self) -> None:
        """Take every packet that waits."""
        while self._take():
            pass

    def drops(self) -> int:
        """Return how many packets the kernel could not hand over so far."""
        self._drops += unpack("@II", self.sock.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
        return self._drops

    def close(self) -> None:
        """Stop counting."""
        self.sock.close()

    def _configure(self, program: bytes) -> None:
        """Attach the filter before anything is received; ask for stamps and room."""
        code = create_string_buffer(program, len(program))
        self.sock.setsockopt(SOL_SOCKET, _SO_ATTACH_FILTER, pack("@HP", len(program) // 8, addressof(code)))
        self.sock.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1)
        try:
            self.sock.setsockopt(SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
        except PermissionError:
            self.sock.setsockopt(SOL_SOCKET, SO_RCVBUF, _BUFFER_BYTES)

    def _take(self) -> bool:
        """Take one packet; return whether there was one."""
        try:
            size, control, _, address = self.sock.recvmsg_into([self._space], 64)
        except OSError as exc:
            if exc.errno == EAGAIN:
                return False
            raise
        interface: str = address[0]
        if self._interface is None:
            self._interface = interface
        payload = payload_bytes(memoryview(self._space)[:size])
        t_ns = receive_stamp_ns(control)
        if payload and t_ns is not None and interface == self._interface:
            self.arrivals.append((t_ns, payload))
        return True
