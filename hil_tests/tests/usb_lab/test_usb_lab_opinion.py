"""The judge of delay and loss: packets over loopback, and opinions made up."""

import socket

import pytest

from hil_tests.usb_lab import opinion
from hil_tests.usb_lab.opinion import Opinion, judge, loss_bounds, measure

GOOD = Opinion(10_000, (20.0,) * 4950 + (21.5,) * 4950, 0)


def verdicts(seen):
    return [finding.ok for finding in judge("netem", "netem", seen)]


def test_loss_bounds_are_four_sigma_of_the_binomial():
    # sqrt(10000 x 0.01 x 0.99) = 9.9499 packets; four times that are 39.8 around 100
    assert loss_bounds(10_000) == pytest.approx((0.00602, 0.01398), abs=1e-5)


def test_an_honest_link_passes():
    assert verdicts(GOOD) == [True, True, True, True]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (GOOD._replace(delays_ms=(20.5,) * 10_000), [False, True, True, True]),  # nothing lost
        (GOOD._replace(delays_ms=(20.5,) * 9_850), [False, True, True, True]),  # 1.5 % lost
        (GOOD._replace(delays_ms=(23.5,) * 9_900), [True, False, True, True]),  # late
        (GOOD._replace(delays_ms=(19.9,) + (20.5,) * 9_899), [True, True, False, True]),  # one early
        (GOOD._replace(doubles=1), [True, True, True, False]),
        (Opinion(10_000, (), 0), [False, False, False, True]),
    ],
)
def test_what_a_link_may_not_do(seen, expected):
    assert verdicts(seen) == expected


def test_packets_over_loopback_all_come_and_at_once(monkeypatch):
    monkeypatch.setattr(opinion, "COUNT", 200)
    monkeypatch.setattr(opinion, "DRAIN_S", 0.05)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind(("127.0.0.1", 0))
        seen = measure(sender, receiver, receiver.getsockname())
    assert (seen.sent, len(seen.delays_ms), seen.doubles) == (200, 200, 0)
    assert 0 <= seen.percentile_ms(0.5) < 20
