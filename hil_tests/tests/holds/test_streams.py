"""A sample of the streams: docs/judging.md has the whole."""

from random import Random

import pytest

from hil_tests.holds.streams import Heard, even, is_wrong, read_heard, streams_of

FAMILIES = 14


@pytest.mark.parametrize("family", sorted({heard.family for heard in read_heard()}))
def test_a_familys_answers_however_they_are_cut(family):
    rng = Random(family)
    heard = rng.choice([one for one in read_heard() if one.family == family])
    streams = list(streams_of(heard, rng))
    assert [what for what, cuts, codes in rng.sample(streams, 100) if is_wrong(heard, cuts, codes)] == []


def test_every_family_that_speaks_at_is_there():
    assert len({heard.family for heard in read_heard()}) == FAMILIES


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n", 0),
        (b"\r\n+CSQ: 21,99\r\n\r\nERROR\r\n", 0),
        (b"\r\n+CSQ: 21,99\r\n\r\nOK\r\n", 1),
    ],
)
def test_a_wrong_stream_is_seen(data, codes):
    assert is_wrong(Heard("generic", "AT+CSQ", ("+CSQ: 21,99",)), even(data, 7), codes)
