"""Probes against the log of those very packets; times worked out by hand."""

import pytest

from tools.demo.verdict.messages import Probes, Result, Series
from tools.demo.verdict.rtt import judge, logged_probes
from tools.tests.demo.demo_data import DOWN, UDP, UP, log, packet

PORT = 50001


def trip(seq, at_ms, up_ms, down_ms, *, count=None):
    """A probe sent at at_ms and its reply; the reflector counts its replies by itself."""
    arrived = at_ms + up_ms
    yield packet(at_ms, arrived, UP, UDP, PORT, seq=seq, length=86)
    back = arrived + 0.1 + down_ms
    yield packet(arrived + 0.1, back, DOWN, UDP, PORT, seq=seq if count is None else count, length=86)


def result(rtt_us, *, lost, p50, seq0=0):
    probes = Probes(seq0=seq0, local_port=PORT, rtt_us=rtt_us)
    values = {"measurement": "rtt", "lost": lost, "rtt_p50_ms": p50}
    return Result(
        id="b/e/1", box="b", line="51010", ok=True, outcome="ok", values=values, series=Series(probes=probes)
    )


def three_trips():
    # 30 + 25, 31 + 24, 32 + 25 ms; the 0.1 ms at the reflector does not count
    return [*trip(0, 0, 30, 25), *trip(1, 20, 31, 24), *trip(2, 40, 32, 25)]


def oks(figures):
    return {figure.name: figure.ok for figure in figures}


def test_log_gives_the_round_trip_of_each_probe():
    logged = logged_probes(log(*three_trips()), port=PORT)
    assert logged.rtt_ms == {0: pytest.approx(55), 1: pytest.approx(55), 2: pytest.approx(57)}


def test_equal_within_five_milliseconds():
    figures = judge("1-1.1", result([55_000, 57_000, 59_000], lost=0, p50=58.0), log(*three_trips()))
    assert oks(figures) == {"rtt of each probe": True, "rtt p50": True, "probes lost": True}
    assert figures[0].error == pytest.approx(2.0)  # |errors| 0, 2, 2 ms
    assert figures[1].site == pytest.approx(56.0)  # without probe 0, which stands apart


def test_six_milliseconds_are_too_many():
    figures = judge("1-1.1", result([61_000, 61_000, 63_000], lost=0, p50=62.0), log(*three_trips()))
    assert oks(figures) == {"rtt of each probe": False, "rtt p50": False, "probes lost": True}


def test_loss_either_way_is_counted_and_found():
    packets = [
        *trip(0, 0, 30, 25),
        packet(20, None, UP, UDP, PORT, seq=1, length=86, fate=1),
        packet(40, 70, UP, UDP, PORT, seq=2, length=86),
        packet(70.1, None, DOWN, UDP, PORT, seq=1, length=86, fate=1),  # the reflector's own count
        *trip(3, 60, 30, 25, count=2),
    ]
    figures = judge("1-1.1", result([55_000, None, None, 55_000], lost=2, p50=55.0), log(*packets))
    assert oks(figures)["probes lost"] is True
    assert figures[2].site == 2


@pytest.mark.parametrize(
    ("rtt_us", "lost", "words"),
    [
        ([55_000, None, 57_000], 1, "the very probes differ: 1"),  # invented
        ([55_000, 55_000, 57_000], 1, ""),  # counted wrong
        ([55_000, 55_000, 57_000], None, "lost is not published"),
    ],
)
def test_loss_must_be_equal(rtt_us, lost, words):
    figures = judge("1-1.1", result(rtt_us, lost=lost, p50=55.0), log(*three_trips()))
    assert oks(figures)["probes lost"] is False
    assert words in figures[2].reason


def test_a_silent_server_is_named():
    packets = [*trip(0, 0, 30, 25), packet(20, 50, UP, UDP, PORT, seq=1, length=86), *trip(2, 40, 32, 25)]
    figures = judge("1-1.1", result([55_000, None, 57_000], lost=1, p50=57.0), log(*packets))
    assert oks(figures) == {"rtt of each probe": True, "rtt p50": True, "probes lost": False}
    assert "the server answered 2 of 3" in figures[2].reason


def test_no_probes_published_or_none_seen():
    bare = Result(id="b/e/1", box="b", line="51010", ok=True, outcome="ok", values={})
    assert [f.ok for f in judge("1-1.1", bare, log(*three_trips()))] == [False] * 3
    other_port = judge("1-1.1", result([1], lost=0, p50=1.0), log(packet(0, 1, UP, UDP, 1, length=86)))
    assert ["50001" in figure.reason for figure in other_port] == [True] * 3
