"""A DHCP client to look with: scapy writes and reads the packets, a packet socket carries them."""

import socket
import time

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from hil_tests.sims.operator_net import namespaces

ETH_P_IP = 0x0800
XID = 0x50414E54
OFFER = 2  # RFC 2132 9.6


def discover(mac: bytes) -> bytes:
    """Return the frame of a DISCOVER from *mac*."""
    head = Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255")
    words = BOOTP(chaddr=mac, xid=XID, flags=0x8000) / DHCP(options=[("message-type", "discover"), "end"])
    return bytes(head / UDP(sport=68, dport=67) / words)


def address_of(frame: bytes) -> str | None:
    """Return the address that an OFFER to us gives; None for any other frame."""
    packet = Ether(frame)
    if DHCP not in packet or packet[BOOTP].xid != XID:
        return None
    options = [option for option in packet[DHCP].options if isinstance(option, tuple)]
    return str(packet[BOOTP].yiaddr) if ("message-type", OFFER) in options else None


def offered_address(namespace: str, interface: str, *, deadline_s: float) -> str | None:
    """Return the address offered on *interface* within *deadline_s*, None if none is."""

    def listen() -> socket.socket:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP))
        sock.bind((interface, ETH_P_IP))
        return sock

    with namespaces.inside(namespace, listen) as sock:
        sock.send(discover(sock.getsockname()[4]))
        until_s = time.monotonic() + deadline_s
        while (left_s := until_s - time.monotonic()) > 0:
            sock.settimeout(left_s)
            try:
                address = address_of(sock.recv(4096))
            except TimeoutError:
                break
            if address is not None:
                return address
    return None
