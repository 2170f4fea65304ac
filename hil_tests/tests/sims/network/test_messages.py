"""Messages as the network makes them: parts, PDUs, order, broadcast pages; octets worked out by hand."""

from datetime import UTC, datetime
from random import Random

import pytest

from hil_tests.sims.network.broadcast import paginate
from hil_tests.sims.network.centre import plan
from hil_tests.sims.network.codec import encode_deliver, septets_of, text_of
from hil_tests.sims.network.profile import Incoming
from hil_tests.sims.network.segments import Part, cut

EIGHT = "8D46A3D168341A"  # eight carriage returns, packed


@pytest.mark.parametrize(
    ("text", "bits", "lengths"),
    [  # TS 23.040 9.2.3.24.1: 160/153/152 septets, 70/67/66 UCS2 characters
        ("a" * 160, 8, [160]),
        ("a" * 161, 8, [153, 8]),
        ("a" * 161, 16, [152, 9]),
        ("✓" * 70, 8, [70]),
        ("✓" * 71, 8, [67, 4]),
        ("✓" * 71, 16, [66, 5]),
        ("a" * 152 + "€" + "b" * 20, 8, [152, 21]),  # the euro sign is two septets and stays whole
        ("✓" * 66 + "😀" + "✓" * 9, 8, [66, 10]),  # a surrogate pair too
    ],
)
def test_where_a_long_text_is_cut(text, bits, lengths):
    pieces = cut(text, bits)
    assert [len(piece) for piece in pieces] == lengths
    assert "".join(pieces) == text


def test_headers_of_both_widths():
    assert Part(0x4D, 8, 3, 2).header.hex().upper() == "0500034D0302"
    assert Part(0x1234, 16, 3, 2).header.hex().upper() == "06080412340302"


def test_a_part_as_a_pdu_by_hand():
    # as the PDU of "Ya" in test_at_modem_parts, with a header: first octet 44, 7 septets of header and 2 of
    # text, one fill bit: Y a = 59 61 from the second bit on is B2 61
    pdu, length = encode_deliver(
        "KPU",
        "Ya",
        "+628001",
        datetime(2024, 11, 27, 8, tzinfo=UTC),
        28,
        header=Part(0x4D, 8, 2, 1).header,
    )
    tpdu = "4406D04B681500004211728000008209" + "0500034D0201" + "B261"
    assert pdu.hex().upper() == "0491260810" + tpdu
    assert length == len(tpdu) // 2


def test_class_and_alphabet_of_a_pdu():
    flash, _ = encode_deliver("K", "a", "+1", datetime(2024, 1, 1, tzinfo=UTC), 0, message_class=0)
    # SMSC +1, first octet, "K" (a septet in two semi-octets), PID, DCS 10: class 0 in 7 bit, time, length, a
    assert flash.hex().upper() == "0291F10402D04B0010421010000000000161"
    wide, _ = encode_deliver("K", "a", "+1", datetime(2024, 1, 1, tzinfo=UTC), 0, ucs2=True)
    assert wide.hex().upper().endswith("0842101000000000020061")


def test_the_extension_table_both_ways():
    assert (septets_of("[€]") or b"").hex().upper() == "1B3C1B651B3E"  # TS 23.038 6.2.1.1
    assert text_of(bytes.fromhex("1B3C1B651B3E")) == "[€]"
    assert septets_of("✓") is None


def arrivals(item):
    planned = plan(Random(5), [item])
    return [(delivery.part.number if delivery.part else 0) for delivery in planned], planned


def test_order_copies_and_delay():
    text = "a" * 400
    numbers, planned = arrivals(Incoming(10, "KPU", text, delay_s=5))
    assert numbers == [1, 2, 3]
    assert [delivery.due_s for delivery in planned] == pytest.approx([15, 15.2, 15.4])
    assert "".join(delivery.text for delivery in planned) == text
    assert {delivery.whole for delivery in planned} == {text}
    numbers, _ = arrivals(Incoming(10, "KPU", text, disorder=True))
    assert sorted(numbers) == [1, 2, 3] != numbers
    numbers, _ = arrivals(Incoming(10, "KPU", text, duplicates=2))
    assert numbers == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    numbers, planned = arrivals(Incoming(10, "KPU", "kurz", message_class=0))
    assert (numbers, planned[0].message_class) == ([0], 0)


def test_broadcast_pages_of_the_seven_bit_alphabet():
    (page,) = paginate("", 0x4010, 50)
    # TS 23.041 9.4.1: serial, 0032, coding 0F, page 1 of 1, then 93 carriage returns
    assert page.pdu.hex().upper() == "401000320F11" + EIGHT * 11 + "8D46A3D100"
    first, second = paginate("A" * 94, 0x4010, 50)
    assert first.pdu[:6].hex().upper() == "401000320F12"
    # A and seven carriage returns: only the first octet differs
    assert second.pdu.hex().upper() == "401000320F22" + "C146A3D168341A" + EIGHT * 10 + "8D46A3D100"
    assert (len(first.pdu), first.text, second.text) == (88, "A" * 93, "A")


def test_broadcast_pages_in_ucs2():
    first, second = paginate("✓" * 42, 1, 4370)
    assert first.pdu.hex().upper() == "000111124812" + "2713" * 41
    assert second.pdu.hex().upper() == "000111124822" + "2713" + "000D" * 40
    with pytest.raises(ValueError, match=r"16 pages; TS 23\.041 allows 15"):
        paginate("✓" * 41 * 16, 1, 1)
