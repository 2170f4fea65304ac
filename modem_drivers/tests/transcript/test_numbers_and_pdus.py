"""Stand-ins: same length and shape, never the number, and a PDU that is decoded as before."""

import pytest

from modem_drivers.reading import SmsPlace
from modem_drivers.sms.broadcast import decode_page
from modem_drivers.sms.tpdu import decode_pdu
from modem_drivers.transcript.numbers import Veil
from modem_drivers.transcript.pdu import veil_pdu

VEIL = Veil(b"a key that is thrown away")
# A DELIVER made by hand from TS 23.040 9.2.2.1: +628111234567 says "hellohello" at 2026-11-25 11:40:50 +07:00
DELIVER = "07912618010000F0040C9126181132547600006211521104058" + "20AE8329BFD4697D9EC37"


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("510101234567890", "51010"),  # an IMSI of MCC 510: the network stays
        ("8962101234567890123", "8962"),  # an ICCID: telecommunication, Indonesia (ITU-T E.118)
        ("6281234567890", "62"),
        ("081234567890", "0"),
    ],
)
def test_what_tells_no_subscriber_stays(number, kept):
    stand_in = VEIL.digits(number)
    assert stand_in.startswith(kept)
    assert len(stand_in) == len(number)
    assert stand_in != number
    assert VEIL.digits(number) == stand_in, "the same number has the same stand-in"
    assert Veil(b"another key").digits(number) != stand_in


def test_an_imei_keeps_its_type_and_has_a_check_digit():
    told = VEIL.text("IMEI: 490154203237518", 8)  # the example of 3GPP TS 23.003 annex B has this check digit
    digits = told.removeprefix("IMEI: ")
    assert digits[:8] == "49015420"
    assert digits != "490154203237518"
    doubled = [int(d) * (2 if n % 2 else 1) for n, d in enumerate(digits)]
    assert sum(d // 10 + d % 10 for d in doubled) % 10 == 0


@pytest.mark.parametrize(
    "text",
    [
        "2018-12-13 06:20",  # a date
        '"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"',
        "10.1.2.3.255.255.255.252",
        "+CPSI: LTE,Online,510-10,0x1F2A,27447236,120",
        "0023005000650065006D",  # "#Peem" in UCS2
        "00534D4152544652454EFF",  # EF_SPN "SMARTFREN": its hexadecimal holds thirteen digits in a row
    ],
)
def test_what_is_no_number_of_a_subscriber_stays(text):
    assert VEIL.text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "0812-3456-7890", "(0812) 3456 7890", "+62 812 3456 7890", "0812.3456.7890",
        "98260112345678901234",  # an ICCID, nibbles swapped
        "303831323334353637383930",  # ASCII in hexadecimal
        "003000380031003200330034003500360037003800390030",  # UCS2
        "30180C46ABC16434580E",  # 0123456789-like septets packed: digits only, see the next test
    ],
)  # fmt: skip
def test_numbers_are_replaced_in_whatever_spelling(text):
    told = VEIL.text(text)
    assert told != text
    assert len(told) == len(text)


def test_a_number_in_packed_septets_is_blanked():
    # "0812345678901234" in septets, packed by hand (TS 23.038 6.1.2.1)
    text = "301C4C36A3D56EB85C2C068BCD66B4"
    assert VEIL.text(text) != text


def test_a_message_is_decoded_as_before_but_for_who_and_what():
    before, after = decode_pdu(DELIVER), decode_pdu(veil_pdu(DELIVER, VEIL))
    assert before.text == "hellohello"
    assert before.peer == "+628111234567"
    assert after.text == "xxxxxxxxxx"
    assert len(after.peer) == len(before.peer)
    assert after.peer[:3] == "+62"
    assert after.peer != before.peer
    kept = ("kind", "alphabet", "coding", "sent_utc", "zone_minutes", "place", "more_follow", "problems")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_a_part_keeps_its_place_and_loses_its_text():
    # two parts, reference 7, the second; UCS2 "rahasia"; made by hand (TS 23.040 9.2.3.24.1)
    body = "050003070202" + "0072006100680061007300690061"
    pdu = "00" + "44" + "06D04B6815" + "0008" + "62115211040582" + "14" + body
    after = decode_pdu(veil_pdu(pdu, VEIL))
    assert after.place == SmsPlace(reference=7, reference_bits=8, total=2, number=2)
    assert after.text == "xxxxxxx"
    assert after.alphanumeric
    assert after.peer != decode_pdu(pdu).peer


def test_a_page_of_cell_broadcast_keeps_its_header():
    page = "400011120111" + "C8329BFD065DDF72" + "8D4623D168341A8D" * 9 + "8D46"
    before, after = decode_page(page), decode_page(veil_pdu(page, VEIL))
    assert (before.text or "").startswith("Hello")
    assert set(after.text or "") == {"x"}
    assert (after.identifier, after.number, after.total) == (0x1112, 1, 1)


@pytest.mark.parametrize("cut", range(2, 60, 2))
def test_damaged_pdus_hold_nothing_either(cut):
    told = veil_pdu(DELIVER[:-cut], VEIL)
    assert len(told) == len(DELIVER) - cut
    assert "E8329BFD" not in told
    assert "261811325476"[2:] not in told
