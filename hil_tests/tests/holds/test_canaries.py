"""The search for canaries finds what a recorder that forgot to redact would leave, and nothing after ours."""

import random

import pytest

from hil_tests.canaries.encodings import find
from hil_tests.canaries.innocent import LINES
from hil_tests.holds.canaries import changed, plant, record, spoken, survivors
from modem_drivers.transcript.stream import Entry, Redactor

SEED = 4711


class Forgetful:
    """A recorder that redacts nothing."""

    def take(self, direction, data, t_s):
        return [Entry(t_s, direction, data)]

    def close(self):
        return []


def test_the_search_finds_what_was_planted():
    rng = random.Random(SEED)
    planted = [
        one for one in plant(rng, 1) if one.place != "damaged"
    ]  # of those a part of the secret is cut off
    for one in planted:
        file, _ = record(rng, [one.dialogue], Forgetful())
        assert find(one.secret, file + spoken(file)), one


@pytest.mark.parametrize("seed", [SEED, 1, 20])
def test_nothing_planted_survives(seed):
    rng = random.Random(seed)
    planted = plant(rng, 2)
    file, chunks = record(rng, [one.dialogue for one in planted], Redactor(rng.randbytes(32)))
    assert chunks > 2 * len(planted)
    assert survivors(planted, file) == []


def test_innocent_lines_stay():
    assert changed(LINES) == []
