"""The link's fuzzer: a sample finds nothing in the link, and finds each bug that is planted."""

import subprocess
import sys

import pytest

from hil_tests.fuzz import link


def test_a_sample_finds_nothing():
    outcome = link.run(11, 150_000)
    assert (outcome.accepted_wrong, outcome.lost_whole, outcome.first_find) == (0, 0, "")
    assert min(outcome.kinds.get(name, 0) for name in (*link.CONTENTS, "bits", "octets", "cut", "noise")) > 50
    assert 0.4 < outcome.damaged_with_correct_crc / outcome.damaged < 0.6


@pytest.mark.parametrize("plant", sorted(link.PLANTS))
def test_a_planted_bug_is_found(plant):
    command = [
        sys.executable,
        "-m",
        "hil_tests.fuzz.link",
        "--bytes",
        "60000",
        "--seed",
        "4",
        "--plant",
        str(plant),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, f"planted bug {plant}: found" in done.stdout) == (0, True), done.stdout
