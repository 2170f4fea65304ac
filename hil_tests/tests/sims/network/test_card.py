"""The card's files octet by octet, worked out by hand from the standards, and what its codes do."""

import pytest

from hil_tests.sims.network.card import NO_RECORD, NOT_FOUND, WRONG_LENGTH, Card, CardState, Channel, Status
from hil_tests.sims.network.card_files import (
    encode_alpha,
    encode_imsi,
    encode_msisdn,
    encode_network_name,
    encode_opl,
    encode_plmn,
    encode_pnn,
    encode_spdi,
    encode_spn,
    make_files,
)
from hil_tests.sims.network.settings import CardSetting, NameSetting

NAMES = NameSetting(
    spdi=("51001",), pnn=(("TSEL", "T"), ("KPU", "")), opl=True, cphs_full="KPU", cphs_short="K"
)


def card(setting=None, names=NAMES):
    files = make_files(
        iccid="89621012345678901234",
        imsi="510101234567890",
        number="+6280123456789",
        home_mnc="10",
        spn="Telkomsel",
        registered="51010",
        names=names,
    )
    return Card(setting or CardSetting(), files)


@pytest.mark.parametrize(
    ("octets", "digits"),
    [
        # TS 24.008 10.5.1.13: MCC 510 MNC 10; a three-digit MNC, 310 260
        (encode_plmn("51010"), "15F001"),
        (encode_plmn("310260"), "130062"),
        # TS 31.102 4.2.2: 8 octets follow; 5 and parity 9, then pairs swapped
        (encode_imsi("510101234567890"), "085901012143658709"),
        # TS 31.102 4.2.12: bit 1: the network's name is shown too; bit 2: no SPN abroad
        (encode_spn("Telkomsel", NameSetting()), "0154656C6B6F6D73656C" + "FF" * 7),
        (encode_spn("XL", NameSetting(show_rplmn=False, hide_spn_abroad=True)), "02584C" + "FF" * 14),
        # TS 102 221 annex A: 80 and UCS2 for what the 7 bit alphabet lacks (U+2713)
        (encode_alpha("✓", 5), "802713FFFF"),
        # TS 24.008 10.5.3.5a: T S E L = 54 53 45 4C packed is D4 69 91 09, four bits to spare
        (encode_network_name(0x43, "TSEL"), "430584D4699109"),
        (encode_network_name(0x45, "✓"), "4503902713"),
        # one septet, 54, in one octet with one bit to spare
        (encode_pnn("TSEL", "T"), "430584D4699109" + "45028154"),
        # TS 31.102 4.2.59: any area 0000-FFFE, first record
        (encode_opl("51010", 1), "15F0010000FFFE01"),
        (encode_spdi(("51001", "51089")), "A3088006" + "15F010" + "15F098" + "FFFFFFFF"),
        # TS 31.102 4.2.26: no name, 8 octets, international, digits swapped
        (encode_msisdn("+6280123456789"), "FF" * 14 + "0891" + "260821436587F9" + "FF" * 5),
    ],
)
def test_files_octet_by_octet(octets, digits):
    assert octets.hex().upper() == digits


def test_a_transparent_file_is_read_whole_or_in_part():
    own = card()
    assert own.read_binary(0x2FE2, 0, 0).data.hex() == "98260121436587092143"
    assert own.read_binary(0x2FE2, 1, 2) == Status(0x90, 0x00, bytes.fromhex("2601"))
    assert own.read_binary(0x2FE2, 0, 11) == WRONG_LENGTH
    assert own.read_binary(0x6FC5, 0, 0) == NOT_FOUND  # linear
    assert own.read_binary(0x6F99, 0, 0) == NOT_FOUND


def test_records_are_read_by_number_and_padded_to_one_length():
    own = card()
    assert own.read_record(0x6FC5, 1, 11).data.hex().upper() == "430584D469910945028154"
    # K P U = 4B 50 55 packed is 4B 68 15, three bits to spare
    assert own.read_record(0x6FC5, 2, 0).data.hex().upper() == "4304834B6815" + "FF" * 5
    assert own.read_record(0x6FC5, 3, 0) == NO_RECORD
    assert own.read_record(0x6FC5, 1, 9) == WRONG_LENGTH


def test_files_that_the_card_lacks_are_not_found():
    bare = card(names=NameSetting())
    for identifier in (0x6FCD, 0x6FC5, 0x6FC6, 0x6F14, 0x6F18):
        assert bare.read_binary(identifier, 0, 0) == bare.read_record(identifier, 1, 0) == NOT_FOUND


def test_apdus_select_read_and_count_tries():
    channel = Channel(card(CardSetting(pin_tries=2)))
    assert channel.transmit(bytes.fromhex("00A40004022FE2")) == Status(0x61, 0x0F)
    # TS 51.011 9.2.1: size 10, 2FE2, elementary, transparent
    description = channel.transmit(bytes.fromhex("00C000000F"))
    assert description.data.hex().upper() == "0000000A2FE2040011FF4401020000"
    assert channel.transmit(bytes.fromhex("00B0000003")).data.hex() == "982601"
    assert channel.transmit(bytes.fromhex("00A40004026F99")) == NOT_FOUND
    assert channel.transmit(bytes.fromhex("0020000100")) == Status(0x63, 0xC2)


def test_pin_puk_and_the_end():
    own = card(CardSetting(state="pin", pin="4321", puk="87654321", puk_tries=2))
    assert own.state(0) is CardState.PIN
    assert [own.verify(code) for code in ("0000", "1111")] == [False, False]
    assert own.pin_tries == 1
    assert own.verify("4321")
    assert (own.state(0), own.pin_tries) == (CardState.READY, 3)
    own.power_on(5)
    assert own.state(5) is CardState.PIN
    assert not any(own.verify("0000") for _ in range(3))
    assert own.state(5) is CardState.PUK
    assert not own.verify("4321")
    assert not own.unblock("00000000", "9999")
    assert own.unblock("87654321", "9999")
    assert own.state(5) is CardState.READY
    assert not any(own.verify("0000") for _ in range(3))
    assert not any(own.unblock("00000000", "9999") for _ in range(10))
    assert own.state(5) is CardState.BLOCKED


def test_a_busy_card_is_free_after_its_time_and_busy_again_after_power_on():
    own = card(CardSetting(busy_s=8))
    assert [own.state(t_s) for t_s in (0, 7.9, 8)] == [CardState.BUSY, CardState.BUSY, CardState.READY]
    own.power_on(20)
    assert (own.state(27.9), own.free_s(27.9), own.free_s(28)) == (CardState.BUSY, 28, None)
    assert card(CardSetting(state="absent")).state(0) is CardState.ABSENT
