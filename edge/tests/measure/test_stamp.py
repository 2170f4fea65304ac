"""STAMP packets against scapy (unauthenticated) and against bytes laid out by hand with openssl's HMAC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.contrib.stamp import (
    STAMPSessionReflectorTestUnauthenticated,
    STAMPSessionSenderTestUnauthenticated,
)

from edge.measure.stamp import (
    ReflectedPacket,
    SenderPacket,
    StampError,
    decode_reflected,
    decode_sender,
    encode_reflected,
    encode_sender,
    ns_to_ntp,
    ntp_to_ns,
)

KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
SENT = SenderPacket(seq=5, t1_ns=1_677_145_155_500_000_000, ssid=4711)
REFLECTED = ReflectedPacket(
    seq=2,
    t3_ns=1_677_145_156_250_000_000,
    t2_ns=1_677_145_156_125_000_000,
    sender_seq=5,
    sender_t1_ns=1_677_145_155_500_000_000,
    ssid=4711,
    sender_ttl=63,
)
# Octets in the order of RFC 8762 figures 4 and 6; HMAC by
# `xxd -r -p | openssl dgst -sha256 -mac HMAC -macopt hexkey:...` over the 96 octets, its first 16
SENT_AUTHENTICATED = bytes.fromhex(
    "00000005"
    + "00" * 12
    + "e7a1b2c380000000"
    + "2001"
    + "1267"
    + "00" * 68
    + "c1942889ac2b1e47274802f65d9d89ea"
)
REFLECTED_AUTHENTICATED = bytes.fromhex(
    "00000002" + "00" * 12 + "e7a1b2c440000000" + "2001" + "1267" + "00" * 4 + "e7a1b2c420000000" + "00" * 8
    + "00000005" + "00" * 12 + "e7a1b2c380000000" + "2001" + "00" * 6 + "3f" + "00" * 15
    + "796961da4c7d73f77dcd926e4ff6ba8d"
)  # fmt: skip


def test_scapy_reads_our_sender_packet():
    seen = STAMPSessionSenderTestUnauthenticated(encode_sender(SENT))
    assert (seen.seq, seen.ssid, seen.mbz) == (5, 4711, 0)
    assert bytes(seen)[4:12] == bytes.fromhex("e7a1b2c380000000")
    assert (seen.err_estimate.S, seen.err_estimate.Z) == (0, 0)
    assert (seen.err_estimate.scale, seen.err_estimate.multiplier) == (32, 1)


def test_scapy_reads_our_reflected_packet():
    seen = STAMPSessionReflectorTestUnauthenticated(encode_reflected(REFLECTED))
    assert (seen.seq, seen.ssid, seen.seq_sender, seen.ttl_sender) == (2, 4711, 5, 63)
    assert bytes(seen)[4:12] == bytes.fromhex("e7a1b2c440000000")
    assert bytes(seen)[16:24] == bytes.fromhex("e7a1b2c420000000")
    assert bytes(seen)[28:36] == bytes.fromhex("e7a1b2c380000000")


def test_we_read_scapys_sender_packet():
    theirs = bytes(STAMPSessionSenderTestUnauthenticated(seq=77, ssid=9))
    assert len(theirs) == 44
    seen = decode_sender(theirs)
    assert (seen.seq, seen.ssid) == (77, 9)


def test_we_read_scapys_reflected_packet():
    theirs = bytes(STAMPSessionReflectorTestUnauthenticated(seq=7, ssid=9, seq_sender=77, ttl_sender=54))
    seen = decode_reflected(theirs)
    assert (seen.seq, seen.ssid, seen.sender_seq, seen.sender_ttl) == (7, 9, 77, 54)


def test_authenticated_packets_octet_by_octet():
    assert encode_sender(SENT, KEY) == SENT_AUTHENTICATED
    assert encode_reflected(REFLECTED, KEY) == REFLECTED_AUTHENTICATED
    assert decode_sender(SENT_AUTHENTICATED, KEY) == SENT
    assert decode_reflected(REFLECTED_AUTHENTICATED, KEY) == REFLECTED


@pytest.mark.parametrize("position", [0, 20, 50, 95, 96, 111])
def test_one_changed_octet_is_noticed(position):
    changed = bytearray(SENT_AUTHENTICATED)
    changed[position] ^= 1
    with pytest.raises(StampError, match="HMAC"):
        decode_sender(bytes(changed), KEY)


@pytest.mark.parametrize("decode", [decode_sender, decode_reflected])
@pytest.mark.parametrize(("key", "size"), [(None, 43), (KEY, 111), (None, 0)])
def test_a_short_packet_is_an_error(decode, key, size):
    with pytest.raises(StampError, match=f"{size} bytes"):
        decode(bytes(size), key)


@given(st.binary(max_size=200), st.sampled_from([None, KEY]))
def test_any_bytes_are_a_packet_or_a_stamp_error(data, key):
    for decode in (decode_sender, decode_reflected):
        try:
            decode(data, key)
        except StampError:
            pass
        else:
            assert len(data) >= 44


def test_the_ntp_epoch_of_unix_zero():
    assert ns_to_ntp(0) == 2_208_988_800 << 32  # RFC 5905 figure 4: 1970-01-01


@given(st.integers(min_value=0, max_value=(1 << 32) * 10**9 - 1))
def test_a_time_survives_the_wire_to_the_nanosecond(t_ns):
    assert ntp_to_ns(ns_to_ntp(t_ns)) == t_ns
