"""Messages against payloads written by hand: little-endian, without padding."""

import pytest
from probelink import messages

PAYLOADS = (  # kind, payload, name, values
    (0x01, "0209443322118877665503" + "01", "hello", (2, 9, 0x11223344, 0x55667788, 3, 1)),
    (0x02, "07" + "01000000" + "00", "ack", (7, 1, 0)),
    (0x10, "0a00" + "0100020003000400ffff", "heartbeat", (10, 1, 2, 3, 4, 65535)),
    (0x11, "01000000" + "60ea0000" + "04" + "100e", "power_off", (1, 60000, 4, 3600)),
    (0x12, "01000000" + "60ea0000" + "04", "power_on", (1, 60000, 4)),
    (0x13, "ffffffff" + "00000000" + "00", "power_cycle", (0xFFFFFFFF, 0, 0)),
    (0x14, "01000000" + "60ea0000" + "02" + "5802", "mode", (1, 60000, 2, 600)),
    (
        0x20,
        "e8030000" + "1f" + "01" + "d430" + "8813" + "85ea" + "0000" + "00",
        "status",
        (1000, 31, 1, 12500, 5000, -5499, 0, 0),
    ),
    (0x21, "01000000" + "02000000" + "03" + "05" + "ffffffff", "event", (1, 2, 3, 5, -1)),
    (0x22, "e8030000" + "d430", "mains_lost", (1000, 12500)),
    (0x23, "00000000" + "01000000" + "02000000" + "08", "pps", (0, 1, 2, 8)),
)


@pytest.mark.parametrize(("kind", "payload", "name", "values"), PAYLOADS)
def test_payloads_both_ways(kind, payload, name, values):
    assert messages.encode_payload(name, values).hex() == payload
    assert messages.decode_payload(kind, bytes.fromhex(payload)) == (name, values)
    assert messages.kind_of(name) == kind


def test_every_row_is_tried():
    assert {row[0] for row in messages.TABLE} == {row[0] for row in PAYLOADS}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (0x99, ""),  # nobody's kind
        (0x12, "0100000060ea00000400"),  # one byte more
        (0x12, "0100000060ea0000"),  # one less
        (0x12, "0100000060ea000005"),  # a sixth line
        (0x12, "0000000060ea000004"),  # no command has the id 0
        (0x11, "0100000060ea0000040000"),  # a lease of no time
        (0x11, "0100000060ea000004110e"),  # of 3601 s
        (0x14, "0100000060ea0000035802"),  # a fourth mode
        (0x20, "e8030000" + "20" + "01d430881385ea000000"),  # a sixth power bit
        (0x20, "e8030000" + "1f" + "01d430881383ea000000"),  # -55.01 degrees
    ],
)
def test_what_the_table_does_not_allow_is_refused(kind, payload):
    decoded = messages.decode_payload(kind, bytes.fromhex(payload))
    assert decoded is None


@pytest.mark.parametrize(
    ("name", "values"), [("nobody", ()), ("power_on", (1, 2)), ("power_on", (1, 2, 5)), ("ack", (1, 2, 3, 4))]
)
def test_what_the_table_does_not_allow_is_not_sent(name, values):
    with pytest.raises(messages.MessageError, match=name):
        messages.encode_payload(name, values)
