"""The stick's DHCP server: octets by RFC 2131, and busybox's udhcpc, which knows nothing of us."""

import json
import shutil
import subprocess

import pytest

from hil_tests.bench.stick_program import cable, ready, stick_at
from hil_tests.sims.hilink.dhcp import DhcpServer

MAC = bytes.fromhex("0c5b8f279a64")
# RFC 2131 figure 1: op htype hlen hops, xid, secs flags, four addresses, chaddr, sname, file; then the cookie
HEAD = bytes.fromhex("01010600a1b2c3d400000000") + bytes(16) + MAC + bytes(10 + 64 + 128)
DISCOVER = HEAD + bytes.fromhex("63825363350101ff")
REQUEST_100 = HEAD + bytes.fromhex("638253633501033604c0a808013204c0a80864ff")
REQUEST_77 = HEAD + bytes.fromhex("638253633501033604c0a808013204c0a8084dff")
OTHER_SERVER = HEAD + bytes.fromhex("638253633501033604c0a801013204c0a80864ff")
OFFERED = (  # 192.168.8.100 from 192.168.8.1 by broadcast; 86400 s = 0x15180
    bytes.fromhex("02010600a1b2c3d40000800000000000c0a80864c0a8080100000000")
    + MAC
    + bytes(10 + 64 + 128)
    + bytes.fromhex("638253633501023604c0a808013304000151800104ffffff000304c0a80801")
    + bytes.fromhex("0604c0a80801ff")
)


def test_an_offer_octet_by_octet():
    reply = DhcpServer().answer(DISCOVER)
    assert reply is not None
    assert reply.data == OFFERED
    assert (reply.asked, reply.said) == ("DISCOVER", "OFFER 192.168.8.100")


def test_a_request_is_granted_or_denied():
    server = DhcpServer()
    granted, denied = server.answer(REQUEST_100), server.answer(REQUEST_77)
    assert granted is not None
    assert denied is not None
    assert (granted.said, denied.said) == ("ACK 192.168.8.100", "NAK")
    assert denied.data[16:20] == bytes(4)


def test_the_same_client_keeps_its_address_and_the_next_gets_the_next():
    server = DhcpServer()
    assert [reply.said for _ in range(2) if (reply := server.answer(DISCOVER))] == ["OFFER 192.168.8.100"] * 2
    other = server.answer(DISCOVER.replace(MAC, bytes(6)))
    assert other is not None
    assert other.said == "OFFER 192.168.8.101"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DISCOVER[:200],
        DISCOVER.replace(bytes.fromhex("63825363"), bytes(4)),
        OTHER_SERVER,
        bytes((2,)) + DISCOVER[1:],
        DISCOVER[:-4] + bytes.fromhex("ff"),
        DISCOVER[:-4] + bytes.fromhex("3509"),
        HEAD + bytes.fromhex("63825363350107ff"),
    ],
)
def test_what_is_not_for_this_server_is_not_answered(data):
    assert DhcpServer().answer(data) is None


SCRIPT = """#!/bin/sh
[ "$1" = bound ] && echo "bound: $ip $mask $router $dns $lease"
exit 0
"""


def udhcpc(host, folder):
    """Return what udhcpc says in namespace *host*, and its status."""
    busybox = shutil.which("busybox")
    assert busybox is not None, "busybox is not on PATH: `make programs` puts it in build/apt"
    script = folder / "said.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    words = ["ip", "netns", "exec", host, busybox, "udhcpc", "-i", "usb0", "-f", "-q", "-n", "-s", script]
    done = subprocess.run(
        [*words, "-t", "2", "-T", "1"], check=False, capture_output=True, text=True, timeout=30
    )
    return done.stdout + done.stderr, done.returncode


@pytest.mark.netns
def test_udhcpc_gets_the_address_the_router_and_the_lease(tmp_path):
    log = tmp_path / "log.jsonl"
    with cable(addressed=False) as ends, stick_at(ends, "--dhcp", "br0", "--log", log) as process:
        ready(process)
        said, status = udhcpc(ends.host, tmp_path)
    assert status == 0, said
    assert "bound: 192.168.8.100 24 192.168.8.1 192.168.8.1 86400" in said
    replies = [json.loads(line)["reply"] for line in log.read_text().splitlines()]
    assert ["ACK 192.168.8.100"] in replies


@pytest.mark.netns
def test_without_dhcp_udhcpc_gives_up(tmp_path):
    with cable(addressed=False) as ends, stick_at(ends, "--dhcp", "br0", "--fault", "no-dhcp") as process:
        ready(process)
        said, status = udhcpc(ends.host, tmp_path)
    assert status != 0
    assert "bound:" not in said
