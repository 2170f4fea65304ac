"""The table's rows: what was measured beside the truth, and the gap."""

from hil_tests.link.figures import Figures
from hil_tests.link.table import rows, words

MEASURED = Figures(
    outcome="ok", layer="udp", rtt_ms={"min": 40.5, "p50": 41.0, "p90": 42.0, "p99": 43.0, "max": 44.0},
    sent=50, lost=1, seconds=1.0, bytes=8600, cpu_s=0.04,
)  # fmt: skip
TRUTH = Figures(
    outcome="ok", rtt_ms={"min": 40.4, "p50": 40.8, "p90": 42.0, "p99": 42.5, "max": 43.5}, sent=50, lost=2
)


def test_round_trips_and_loss_beside_the_truth():
    found = list(rows({"irtt": MEASURED}, {"irtt": TRUTH}))
    assert found[1] == ("irtt", "rtt p50 ms", "udp", "41.000", "40.800", "+0.200 ms")
    assert found[-1] == ("irtt", "lost", "udp", "1 of 50", "2 of 50", "!")


def test_rates_have_a_relative_error():
    rate = Figures(outcome="ok", layer="tcp-payload", sustained_bps=10_100_000.0)
    real = Figures(outcome="ok", sustained_bps=10_000_000.0)
    assert list(rows({"iperf3": rate}, {"iperf3": real})) == [
        ("iperf3", "sustained Mbit/s", "tcp-payload", "10.100", "10.000", "+1.00 %")
    ]


def test_without_a_truth_there_is_no_error():
    silent = Figures(outcome="no truth: the kernel's tbf logs no packet")
    found = list(rows({"irtt": MEASURED}, {"irtt": silent}))
    assert {row[4] for row in found} == {row[5] for row in found} == {""}


def test_a_failure_is_said_in_words():
    assert words(Figures(outcome="failed: no probe was answered")) == "failed: no probe was answered"
    assert words(MEASURED) == "ok, 0.01 MB in 1 s, 0.04 s of CPU at the client"
