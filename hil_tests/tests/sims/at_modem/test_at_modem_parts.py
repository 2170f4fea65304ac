"""Scales, PDUs, identities, radio, profile, faults: each against literals from outside."""

import json
from datetime import UTC, datetime
from random import Random

import pytest

from hil_tests.sims.at_modem.faults import FaultError, parse_faults
from hil_tests.sims.at_modem.scales import cesq_rsrp_index, cesq_rsrq_index, csq_index, fifth_db_raw
from hil_tests.sims.network.codec import (
    PduError,
    Submit,
    decode_submit,
    encode_address,
    encode_deliver,
    pack_septets,
    ucs2_hex,
    unpack_septets,
)
from hil_tests.sims.network.identity import check_digit, draw_identity
from hil_tests.sims.network.profile import Profile, ProfileError, read_profile
from hil_tests.sims.network.radio import Radio, quality_db
from hil_tests.sims.trace import read_trace


@pytest.mark.parametrize(
    ("rsrp_dbm", "index"),
    [(-150.0, 0), (-140.1, 0), (-140.0, 1), (-139.5, 1), (-100.0, 41), (-45.0, 96), (-44.0, 97), (-30.0, 97)],
)  # TS 27.007 8.69: 0 rsrp < -140; 1 -140 <= rsrp < -139; 96 -45 <= rsrp < -44; 97 -44 <= rsrp
def test_cesq_rsrp(rsrp_dbm, index):
    assert cesq_rsrp_index(rsrp_dbm) == index


@pytest.mark.parametrize(
    ("rsrq_db", "index"), [(-25.0, 0), (-19.6, 0), (-19.5, 1), (-4.0, 32), (-3.0, 34), (0.0, 34)]
)  # TS 27.007 8.69: 0 rsrq < -19.5; 1 -19.5 <= rsrq < -19; 34 -3 <= rsrq
def test_cesq_rsrq(rsrq_db, index):
    assert cesq_rsrq_index(rsrq_db) == index


@pytest.mark.parametrize(
    ("rssi_dbm", "index"), [(-120, 0), (-113, 0), (-111, 1), (-53, 30), (-51, 31), (-40, 31)]
)
def test_csq(rssi_dbm, index):  # TS 27.007 8.5
    assert csq_index(rssi_dbm) == index


@pytest.mark.parametrize(("sinr_db", "raw"), [(-20, 0), (0, 100), (2.2, 111), (30, 250), (40, 250)])
def test_sinr_in_fifths(sinr_db, raw):  # 0..250 is -20..+30 dB
    assert fifth_db_raw(sinr_db) == raw


def test_septets_of_the_textbook():
    # "hellohello" packed: E8329BFD4697D9EC37 (the standard example of SMS PDU tutorials)
    assert pack_septets(b"hellohello").hex().upper() == "E8329BFD4697D9EC37"
    assert unpack_septets(bytes.fromhex("E8329BFD4697D9EC37"), 10) == b"hellohello"


def test_addresses():
    assert encode_address("+46708251358").hex().upper() == "0B916407281553F8"  # SMS PDU tutorials' number
    assert encode_address("KPU")[:2] == b"\x06\xd0"  # 21 bits are six semi-octets, alphanumeric


def test_deliver_pdu_by_hand():
    # TS 23.040 9.2.2.1 by hand: SMSC 628001 | 04, OA KPU | PID, DCS | SCTS 24-11-27 08:00:00 +28 | 02, Ya
    pdu, length = encode_deliver("KPU", "Ya", "+628001", datetime(2024, 11, 27, 8, tzinfo=UTC), 28)
    assert pdu.hex().upper() == "0491260810" + "0406D04B6815" + "0000" + "42117280000082" + "02D930"
    assert length == len(pdu) - 5


def test_submit_pdu_of_the_textbook():
    # The tutorials' SMS-SUBMIT "hellohello" to +46708251358, validity given, default SMSC
    pdu = bytes.fromhex("0011000B916407281553F80000AA0AE8329BFD4697D9EC37")
    assert decode_submit(pdu) == Submit("+46708251358", "hellohello")


@pytest.mark.parametrize("digits", ["", "00", "0011000B9164", "0004"])
def test_a_broken_submit_is_refused(digits):
    with pytest.raises(PduError):
        decode_submit(bytes.fromhex(digits))


def test_ucs2():
    assert ucs2_hex("A–") == "00412013"  # U+0041, U+2013


def test_check_digit():
    assert check_digit("7992739871") == "3"  # ISO/IEC 7812-1's well-known example 79927398713


def test_identity_is_the_seeds_and_the_profile_changes_only_its_own_keys():
    one, again = draw_identity(Random(3), Profile()), draw_identity(Random(3), Profile())
    other = draw_identity(Random(4), Profile())
    named = draw_identity(Random(3), Profile(name_full="Dekat TPS"))
    assert one == again != other
    assert (named.name_full, named.imei, named.imsi) == ("Dekat TPS", one.imei, one.imsi)
    assert len(one.imei) == 15
    assert len(one.imsi) == 15
    assert len(one.iccid) == 20
    assert one.imsi.startswith(one.plmn)


def heard(radio, t_s):
    sample = radio.at(t_s)
    assert sample is not None
    return sample


def test_radio_moves_is_reproducible_and_consistent():
    radio, twin = Radio(Random(9), Profile()), Radio(Random(9), Profile())
    samples = [heard(radio, t_s) for t_s in range(120)]
    assert samples == [heard(twin, t_s) for t_s in range(120)]
    for field in ("rsrp_dbm", "rsrq_db", "sinr_db"):
        assert len({round(getattr(sample, field), 1) for sample in samples}) > 10
    for sample in samples:  # TS 36.214 5.1.3: RSRQ = N x RSRP / RSSI; 17.0 and 20.0 dB for 50 and 100 blocks
        blocks_db = {50: 16.99, 100: 20.0}[sample.carrier.resource_blocks]
        assert sample.rssi_dbm == pytest.approx(sample.rsrp_dbm - sample.rsrq_db + blocks_db, abs=0.01)
        assert -125 <= sample.rsrp_dbm <= -55
        assert -19 <= sample.rsrq_db <= -3.5


def test_radio_hands_over_within_ten_minutes_on_some_seed():
    served = set()
    for seed in range(6):
        radio = Radio(Random(seed), Profile())
        served |= {(seed, heard(radio, t_s).cell.pci) for t_s in range(600)}
    assert len(served) > 6


def test_radio_starts_where_the_profile_says():
    fixed = Profile(rsrp_dbm=-90.0, rsrq_db=-11.0, sinr_db=13.0, pci=7, band=40)
    sample = heard(Radio(Random(2), fixed), 0)
    assert (sample.rsrp_dbm, sample.sinr_db, sample.cell.pci) == (-90.0, 13.0, 7)
    assert sample.rsrq_db == pytest.approx(-11.0)
    assert (sample.carrier.band, sample.carrier.duplex) == (40, "TDD")


def test_quality_of_a_full_cell():
    # SINR 10 dB at full load: 10 / (12 x 11) = 0.0758 -> -11.2 dB
    assert quality_db(10.0, 1.0) == pytest.approx(-11.2, abs=0.01)


def test_profile_errors_say_what_where_and_what_to_do(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"plmm": "51010"}))
    with pytest.raises(ProfileError, match=r"p\.json.*plmm.*known keys: plmn, brand"):
        read_profile(path)
    path.write_text(json.dumps({"plmn": "510-10"}))
    with pytest.raises(ProfileError, match="give MCC and MNC as 5 or 6 digits"):
        read_profile(path)
    with pytest.raises(ProfileError, match="give an existing JSON file"):
        read_profile(tmp_path / "none.json")


def test_a_trace_is_what_the_radio_is(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("t_s,rsrp_dbm,rsrq_db,sinr_db\n0,-90,-10,12\n5,-100,-14,3\n")
    radio = Radio(Random(1), Profile(), read_trace(path))
    assert [heard(radio, t_s).rsrp_dbm for t_s in (0, 4.9, 5, 60)] == [-90, -90, -100, -100]


def test_fault_names_and_numbers():
    assert parse_faults(["late:2.5", "silent"]).amounts == {"late": 2.5, "silent": 0.0}
    with pytest.raises(FaultError, match='no fault "lazy"; choose from silent, garbage'):
        parse_faults(["lazy"])
    with pytest.raises(FaultError, match=r"write late or late:2\.5"):
        parse_faults(["late:soon"])
    with pytest.raises(FaultError, match="above 0"):
        parse_faults(["late:-1"])
