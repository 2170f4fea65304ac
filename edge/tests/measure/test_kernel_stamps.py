"""Control messages laid out as the kernel's headers say, little-endian as on every machine of ours."""

import pytest

from edge.measure.kernel_stamps import receive_stamp_ns, timespec_to_ns, transmit_stamp

STAMP = bytes.fromhex("0061f76500000000") + bytes.fromhex("15cd5b0700000000")  # 1710711040 s, 123456789 ns
# struct sock_extended_err: errno ENOMSG 42, origin 4 (timestamping), type 0, code 0, pad, info 0, data 7
ERR = bytes.fromhex("2a000000" + "04000000" + "00000000" + "07000000") + bytes(16)


def test_a_receive_stamp():
    assert receive_stamp_ns([(0, 8, b"x"), (1, 35, STAMP)]) == 1_710_711_040_123_456_789
    assert receive_stamp_ns([]) is None


def test_a_send_stamp_with_the_number_of_its_call():
    messages = [(1, 37, STAMP + bytes(32)), (0, 11, ERR)]
    assert transmit_stamp(messages) == (7, 1_710_711_040_123_456_789)


def test_another_error_is_no_send_stamp():
    refused = bytes.fromhex("6f000000" + "02030300") + bytes(24)
    assert transmit_stamp([(0, 11, refused)]) is None
    assert transmit_stamp([(1, 37, STAMP)]) is None


def test_a_cut_timespec_is_an_error():
    with pytest.raises(ValueError, match="16 expected"):
        timespec_to_ns(b"1234567")
