"""Bench files: every mistake is named with its line, what is allowed, and what was probably meant."""

from pathlib import Path

import pytest

from hil_tests.bench.capability import CAPABILITIES, HARDWARE_ONLY, NAMES
from hil_tests.bench.errors import BenchFileError
from hil_tests.bench.load import imei_fault, load_bench, parse_bench

BENCHES = Path(__file__).resolve().parents[2] / "benches"
GOOD = """name = "t"
backend = "plain"
tier = "hardware"
grants = ["timing"]

[limits]
rsrp_dbm = [-120, -60]

[[modem]]
slot = "1-1.1"
at_port = "/dev/ttyUSB2"
imei = "490154203237518"
model = "EC25"
grants = ["modem.identity"]
"""


def mistakes_of(text):
    with pytest.raises(BenchFileError) as refused:
        parse_bench(text, where="b.toml")
    return refused.value.mistakes


@pytest.mark.parametrize("path", sorted(BENCHES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_files_that_come_along_are_whole(path):
    bench = load_bench(path)
    assert bench.name == path.stem
    assert bench.modem


def test_a_good_file():
    bench = parse_bench(GOOD, where="b.toml")
    assert bench.limits.rsrp_dbm == (-120.0, -60.0)
    assert bench.limits.rsrq_db == (-43.0, 20.0)  # TS 38.133 10.1.11
    assert bench.granted(bench.modem[0]) == {"timing", "modem.identity"}
    assert bench.granted(None) == {"timing"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "t"', 'name = "t', "b.toml:1: not valid TOML"),
        ('name = "t"', 'nam = "t"', 'b.toml:1: unknown key "nam"; did you mean "name"?'),
        ('slot = "1-1.1"', 'slott = "x"', 'b.toml:10: unknown key "slott" in [modem]; did you mean "slot"?'),
        ("rsrp_dbm =", "rsrp_db =", 'b.toml:7: unknown key "rsrp_db" in [limits]; did you mean "rsrp_dbm"?'),
        ('model = "EC25"', "model = 25", "b.toml:13: Expected `str`, got `int`"),
        ('tier = "hardware"', 'tier = "real"', "b.toml:3: Invalid enum value 'real'"),
        ('imei = "490154203237518"\n', "", "b.toml:9: Object missing required field `imei`"),
        (
            "490154203237518",
            "490154203237519",
            'b.toml:12: imei = "490154203237519": its check digit is wrong',
        ),
        ("490154203237518", "4901542032", "write the 15 digits of AT+CGSN"),
        ('"modem.identity"', '"modem.identiti"', 'no capability; did you mean "modem.identity"?'),
        ("[-120, -60]", "[-60, -120]", "b.toml:7: rsrp_dbm = [-60, -120]: write [lowest, highest]"),
        ('at_port = "/dev/ttyUSB2"\n', "", "give either at_port (a path) or usb_path"),
        ('at_port = "/dev/ttyUSB2"', 'usb_path = "ttyUSB2"', "write a USB path as in /sys/bus/usb/devices"),
        ('"modem.identity"', '"timing"', 'b.toml:14: "timing" is of the bench, not of one modem'),
        ('"modem.identity"', '"inject:hang"', "only these can be caused: inject:unplug, inject:clock-step"),
        ('"modem.identity"', '"inject:unplug"', '"inject:unplug" is granted, so power_off must be given'),
        ('"modem.identity"', '"power.cut"', '"power.cut" is granted, so power_off must be given'),
        ('"modem.identity"', '"net.data"', '"net.data" is granted, so server must be given'),
        ('model = "EC25"', 'model = "EC25"\nseed = 3', "personality and seed are for the sim backend"),
        ('grants = ["timing"]', 'free = ["sms-send"]', "b.toml:4: nothing is free on real modems"),
        (
            'tier = "hardware"',
            'tier = "sim"\nfree = ["sms"]',
            'free = "sms" is no act; did you mean "sms-send"?',
        ),
        ('backend = "plain"', 'backend = "sim"', 'tier = "hardware": simulators are tier "sim"'),
        ('name = "t"', 'name = "T x"', 'b.toml:1: name = "T x": use a-z'),
    ],
)
def test_a_mistake_is_named(old, new, said):
    assert old in GOOD
    assert said in "\n".join(mistakes_of(GOOD.replace(old, new, 1)))


def test_all_mistakes_at_once():
    text = GOOD.replace('"modem.identity"', '"modem.sim"').replace("[-120, -60]", "[1, 0]")
    assert len(mistakes_of(text.replace("490154203237518", "1"))) == 3


def test_one_modem_twice():
    second = GOOD[GOOD.index("[[modem]]") :]
    said = "\n".join(mistakes_of(GOOD + second))
    for key, line in (("slot", 16), ("at_port", 17), ("imei", 18)):
        assert f"b.toml:{line}: {key} " in said


def test_no_simulator_grants_what_only_hardware_has():
    text = GOOD.replace('tier = "hardware"', 'tier = "sim"').replace("modem.identity", "operator.live")
    assert mistakes_of(text) == [
        'b.toml:14: grants "operator.live", which only real modems can (tier = "hardware")'
    ]


def test_a_personality_nobody_knows():
    text = GOOD.replace('"plain"', '"sim"').replace('"hardware"', '"sim"')
    text = text.replace('at_port = "/dev/ttyUSB2"', 'personality = "quectel-ec26"')
    assert 'personality = "quectel-ec26"; did you mean "quectel-ec25"?' in "\n".join(mistakes_of(text))


@pytest.mark.parametrize("imei", ["490154203237518", "356938035643809"])  # Luhn's rule worked by hand
def test_check_digits(imei):
    assert imei_fault(imei) == ""


def test_the_vocabulary_has_no_word_twice_and_says_what_it_means():
    assert len(set(NAMES)) == len(NAMES)
    assert all(len(row.sentence) > 10 for row in CAPABILITIES)
    assert frozenset({"operator.live"}) == HARDWARE_ONLY


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BenchFileError, match="cannot be read"):
        load_bench(tmp_path / "none.toml")
