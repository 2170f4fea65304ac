"""Frames against octets made apart from this code: zlib's CRC-32 and COBS by splitting at zeros.

The check value of CRC-32 of "123456789", CBF43926, is in every catalogue of CRCs (there CRC-32/ISO-HDLC).
"""

import zlib

import pytest
from probelink import frame

VECTORS = (  # wire, kind, flags, seq, payload
    ("000301020407060701010101058ab2ecda00", 0x02, 0, 7, "070000000000"),
    ("0007011201ff090101010360ea010604647982d500", 0x12, 1, 255, "0100000060ea000004"),
    ("0003017f010e093132333435363738394237d80100", 0x7F, 0, 0, "313233343536373839"),
    ("000301300101050c26690b00", 0x30, 0, 0, ""),
)


def heard(decoder, wire):
    found = []
    for byte in wire:
        if decoder.feed(byte):
            found.append((decoder.kind, decoder.flags, decoder.seq, bytes(decoder.payload[: decoder.length])))
    return found


def wire_of(body):
    body += zlib.crc32(body).to_bytes(4, "little")
    return b"\0" + b"".join(bytes([len(part) + 1]) + part for part in body.split(b"\0")) + b"\0"


@pytest.mark.parametrize(("wire", "kind", "flags", "seq", "payload"), VECTORS)
def test_vectors_both_ways(wire, kind, flags, seq, payload):
    encoder = frame.FrameEncoder()
    size = encoder.encode(kind, seq, bytes.fromhex(payload), flags)
    assert encoder.wire[:size].hex() == wire
    assert heard(frame.FrameDecoder(), bytes.fromhex(wire)) == [(kind, flags, seq, bytes.fromhex(payload))]


def test_crc_is_the_one_of_the_catalogue():
    high, low = 0xFFFF, 0xFFFF
    for byte in b"123456789":
        entry = (low ^ byte) & 0xFF
        low, high = (
            ((low >> 8) | ((high & 0xFF) << 8)) ^ frame._CRC_LOW[entry],
            (high >> 8) ^ frame._CRC_HIGH[entry],
        )
    assert (high ^ 0xFFFF) << 16 | (low ^ 0xFFFF) == 0xCBF43926


def test_the_longest_frame_fits_and_one_byte_more_is_refused():
    encoder = frame.FrameEncoder()
    size = encoder.encode(0x30, 1, bytes(range(1, 65)))
    assert size <= 76
    assert heard(frame.FrameDecoder(), encoder.wire[:size]) == [(0x30, 0, 1, bytes(range(1, 65)))]
    with pytest.raises(frame.FrameError, match="payload of 65 bytes, at most 64"):
        encoder.encode(0x30, 1, bytes(65))


def test_every_single_bit_is_guarded():
    wire = bytes.fromhex(VECTORS[1][0])
    for bit in range(len(wire) * 8):
        damaged = bytearray(wire)
        damaged[bit // 8] ^= 1 << bit % 8
        decoder = frame.FrameDecoder()
        wrong = [one for one in heard(decoder, damaged) if one[3].hex() != VECTORS[1][4]]
        assert wrong == [], bit


@pytest.mark.parametrize(
    "noise", ["", "ff", "0102", "00", "ff" * 500, "05ffff", "03", "000301020407060701010101058ab2"]
)
def test_the_first_whole_frame_after_noise_is_heard(noise):
    decoder = frame.FrameDecoder()
    assert len(heard(decoder, bytes.fromhex(noise) + bytes.fromhex(VECTORS[1][0]))) == 1


@pytest.mark.parametrize(
    ("body", "counter"),
    [
        (b"\x02\x12\x00\x01\x00", "other_versions"),
        (b"\x00\x12\x00\x01\x00", "other_versions"),
        (b"\x01\x12\x02\x01\x00", "bad_frames"),  # a flag that nobody has defined
        (b"\x01\x12\x00\x01\x01", "bad_frames"),  # the length says one more
        (b"\x01\x12\x00\x01\x00\x00", "bad_frames"),  # or one less
        (b"\x01\x12\x00\x01", "bad_frames"),  # no whole head
        (b"\x01\x12\x00\x01\x41" + b"x" * 65, "bad_frames"),  # too long
    ],
)
def test_a_correct_crc_alone_is_not_enough(body, counter):
    decoder = frame.FrameDecoder()
    assert heard(decoder, wire_of(body)) == []
    assert getattr(decoder, counter) == 1


def test_hello_is_heard_in_every_version():
    assert heard(frame.FrameDecoder(), wire_of(b"\x09\x01\x00\x05\x01A")) == [(1, 0, 5, b"A")]
