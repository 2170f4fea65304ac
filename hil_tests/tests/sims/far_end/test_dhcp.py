"""The DHCP words against scapy, which knows nothing of ours, and against damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP

from hil_tests.faults.dhcp_client import XID, address_of, discover
from hil_tests.sims.far_end.dhcp import Lease, answer, message_type

MAC = bytes.fromhex("0c5b8f279a64")
ETHERNET_IP_UDP = 14 + 20 + 8


def request(kind):
    return bytes(BOOTP(chaddr=MAC, xid=XID) / DHCP(options=[("message-type", kind), "end"]))


@pytest.mark.parametrize(("asked", "answered"), [("discover", 2), ("request", 5)])  # RFC 2132 9.6
def test_scapy_reads_the_answer(asked, answered):
    reply = answer(request(asked), Lease())
    assert reply is not None
    read = BOOTP(reply)
    options = {option[0]: option[1] for option in read[DHCP].options if isinstance(option, tuple)}
    assert (read.op, read.xid, read.yiaddr, read.chaddr[:6]) == (2, XID, "192.168.8.100", MAC)
    assert options["message-type"] == answered
    assert options["subnet_mask"] == "255.255.255.0"
    assert options["router"] == "192.168.8.1"
    assert options["lease_time"] == 86400


def test_what_is_no_request_is_not_answered():
    offer = answer(request("discover"), Lease())
    assert offer is not None
    assert answer(offer, Lease()) is None
    assert answer(request("release"), Lease()) is None
    assert answer(b"", Lease()) is None
    assert message_type(request("inform")) == 8


@given(st.binary(max_size=400))
def test_no_bytes_hurt(data):
    answer(request("discover")[:240] + data, Lease())
    answer(data, Lease())


def test_the_observer_takes_only_offers_to_itself():
    frame = discover(MAC)
    assert message_type(frame[ETHERNET_IP_UDP:]) == 1
    assert address_of(frame) is None
