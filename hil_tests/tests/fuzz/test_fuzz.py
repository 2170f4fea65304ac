"""The fuzzer itself: from valid inputs, changed, it counts what it says, and finds what is planted."""

import subprocess
import sys
from collections import Counter
from random import Random

import pytest

from hil_tests.fuzz import mutate, seeds
from hil_tests.fuzz.__main__ import add_up, complaints
from hil_tests.fuzz.coverage import Reached, lines_of
from hil_tests.fuzz.decoders import ACCEPTED, DECODERS, Decoder, decode_answer, decode_reply
from hil_tests.fuzz.work import Find, Tally, stopwatch, try_one
from modem_drivers.sms import coding, tpdu


def decoder(decode):
    return Decoder("x", lambda rng: b"", decode, ())


def tried(decode, data=b"\x01"):
    tally, reasons = Tally(reasons={}, finds=[]), Counter[str]()
    with stopwatch():
        try_one(decoder(decode), data, tally, reasons)
    return tally, dict(reasons)


def test_the_starting_points_are_valid():
    assert [c for c, text in seeds.REPLIES if decode_reply(f"\0{c}\0{text}\r\nOK".encode()) != ACCEPTED] == []
    assert [tpdu.decode_pdu(pdu).problems for pdu in seeds.SMS[:4]] == [()] * 4
    assert [decode_answer(xml) for xml in seeds.XML] == [ACCEPTED, ACCEPTED, "api error"]


@pytest.mark.parametrize("seed", range(20))
def test_one_octet_is_one_octet(seed):
    rng = Random(seed)
    data = bytes(range(40))
    changed = mutate.one_octet(data, rng)
    assert abs(len(changed) - 40) <= 1 or data.startswith(changed)


def test_what_escapes_is_a_find_with_its_input():
    tally, reasons = tried(lambda data: dict[str, str]()["no such key"])
    assert reasons == {"escaped": 1}
    assert tally.finds[0].data_hex == "01"
    assert tally.finds[0].error.startswith("KeyError: 'no such key' (test_fuzz.py:")


def test_what_takes_too_long_is_stopped_and_a_find():
    def for_ever(_data):
        while True:
            pass

    tally, _ = tried(for_ever)
    assert tally.finds[0].error.startswith("TooSlowError: over 0.1 s of CPU time")


def test_refusals_count_by_reason():
    assert tried(lambda data: "TP-UD")[1] == {"TP-UD": 1}
    assert tried(lambda data: ACCEPTED)[0].accepted == 1


def test_lines_reached_are_those_that_ran():
    reached = Reached([coding])
    with reached:
        coding.decode_coding(0x80)
    seen = reached.lines[coding.__file__] & lines_of(coding)
    assert 0 < len(seen) < len(lines_of(coding)) / 2


def test_complaints():
    good = Tally(inputs=1000, accepted=500, reasons={}, finds=[])
    assert complaints({"a": good}, 0.01, 20_000) == []
    assert complaints({"a": good}, 1, 20_000) == ["1,000 inputs/s, wanted 20,000"]
    bored = Tally(inputs=1000, accepted=990, reasons={}, finds=[Find("a", "KeyError: 9", "00")])
    assert complaints({"a": bored}, 0.01, 20_000) == [
        "a: KeyError: 9; input 00",
        "a: 99.0% accepted, wanted 5 % to 95 %",
    ]
    both = add_up([{"a": good}, {"a": bored}])["a"]
    assert (both.inputs, both.accepted, len(both.finds)) == (2000, 1490, 1)


def test_a_planted_bug_is_found():
    command = [sys.executable, "-m", "hil_tests.fuzz", "--seconds", "6", "--seed", "5", "--plant", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, "planted bug 1: IndexError" in done.stdout) == (0, True), done.stdout


def test_every_decoder_draws_and_decodes():
    for one in DECODERS:
        rng = Random(f"draws {one.name}")
        reasons = {one.decode(one.draw(rng)) for _ in range(300)}
        assert len(reasons) > 1, one.name
