"""Octets of the card's name files, written out from TS 31.102, TS 24.008 and TS 102 221 by hand."""

import pytest

from modem_drivers.at.card_files import (
    Opl,
    Pnn,
    Size,
    Spn,
    decode_alpha,
    decode_opl,
    decode_plmn,
    decode_pnn,
    decode_size,
    decode_spdi,
    decode_spn,
)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("54454C4B4F4D53454CFFFFFF", "TELKOMSEL"),
        ("00FF", "@"),  # TS 23.038: code 0 is @
        ("80005000650050FFFF", "PeP"),
        ("810308C2C335FFFF", "\u0442\u04435"),  # half page 08: 0400; C2, C3 in it, 35 in GSM 7 bit
        ("8202041042B0FF", "B\u0440"),
        ("FFFFFF", ""),
    ],
)
def test_alpha_fields(octets, text):
    assert decode_alpha(bytes.fromhex(octets)) == text


@pytest.mark.parametrize(
    ("octets", "plmn"),
    [
        ("15F001", "51010"),
        ("130062", "310260"),
        ("15FA01", None),
        ("15FDDD", "51DDD"),
        ("FFFFFF", None),
        ("15F0", None),
    ],
)
def test_plmns(octets, plmn):
    assert decode_plmn(bytes.fromhex(octets)) == plmn


def test_spn_and_spdi():
    assert decode_spn(bytes.fromhex("0150454D494C55FFFF")) == Spn(1, "PEMILU")
    assert decode_spn(bytes.fromhex("03FFFFFF")) is None
    assert decode_spn(b"") is None
    assert decode_spdi(bytes.fromhex("A308800615F00115F010FFFF")) == ("51010", "51001")
    assert decode_spdi(bytes.fromhex("A308800615F0")) == ()


def test_pnn_and_opl():
    # 43 len 85: GSM 7 bit, 5 spare bits; "ABC" packs to 41 E1 10
    assert decode_pnn(bytes.fromhex("43048341E110FFFF")) == Pnn("ABC", None)
    assert decode_pnn(bytes.fromhex("4305900050004145039000" + "42")) == Pnn("PA", "B")
    assert decode_pnn(bytes.fromhex("FFFFFFFF")) is None
    assert decode_opl(bytes.fromhex("15F0010000FFFE01")) == Opl("51010", 0, 0xFFFE, 1)
    assert decode_opl(bytes.fromhex("15F0010000FFFE")) is None
    assert decode_opl(b"\xff" * 8) is None


def test_sizes_in_both_forms():
    assert decode_size(bytes.fromhex("620F8205422100180383026FC580020048")) == Size(72, 24)  # 3 records of 24
    assert decode_size(bytes.fromhex("620C8202412183026F4680020011")) == Size(17, None)
    assert decode_size(bytes.fromhex("000000486FC5040011FF4401020118")) == Size(72, 24)
    assert decode_size(bytes.fromhex("000000116F46040011FF4401020000")) == Size(17, None)
    assert decode_size(b"\x62") is None
