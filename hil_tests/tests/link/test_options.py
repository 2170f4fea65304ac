"""The command line of the link: what it means, and what it refuses in words."""

import pytest

from hil_tests.link import options
from hil_tests.link.errors import OptionError


def test_the_order_s_own_example_is_understood():
    words = "--rate-mbit 37 --rtt-ms 66 --loss-pct 0.7 --jitter-ms 8 --queue-ms 200 --shape fifo --seed 5"
    read = options.read(words.split())
    assert (read.rate_mbit, read.rtt_ms, read.loss_pct, read.jitter_ms, read.queue_ms) == (
        37,
        66,
        0.7,
        8,
        200,
    )
    assert (read.shape, read.seed, read.shaper, read.direction, read.json) == (
        "fifo",
        5,
        "emu",
        "down",
        False,
    )
    assert read.down


def test_only_the_emulator_has_a_round_trip_by_default():
    assert options.read([]).rtt_ms == 40
    assert options.read(["--shaper", "tbf"]).rtt_ms == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--rate-mbit 0", "--rate-mbit must be 0.1 to 1000"),
        ("--rate-mbit nan", "--rate-mbit must be 0.1 to 1000"),
        ("--loss-pct 51", "--loss-pct must be 0 to 50"),
        ("--probe-ms 5", "--probe-ms must be 10 to 1000: irtt's server allows no less"),
        ("--shaper tbf --rtt-ms 66", "--rtt-ms: the kernel's tbf gives rate and queue only"),
        ("--shaper tbf --loss-pct 1 --jitter-ms 2", "--loss-pct, --jitter-ms: the kernel's tbf gives rate"),
        ("--shaper tbf --shape ramp", "--shape ramp: the kernel's tbf gives rate and queue only"),
        ("--rate-trace x.csv --shape fifo", "--rate-trace needs --shape scheduler"),
        ("--batching-ms 8", "--batching-ms is of --shape batching, not fifo"),
        ("--shape fifo --users 5", "--users is of --shape scheduler, not fifo"),
        ("--grant turns --shape ramp", "--grant is of --shape scheduler, not ramp"),
        ("--loss-burst-packets 4", "--loss-burst-packets needs --loss-pct above 0"),
    ],
)
def test_what_no_link_can_have_is_refused_in_words(words, text):
    with pytest.raises(OptionError, match="^" + text.replace("(", r"\(")):
        options.read(words.split())


def test_a_trace_without_a_shape_is_a_scheduler_s():
    assert options.read(["--rate-trace", "x.csv"]).shape == "scheduler"
    assert (options.read([]).shape, options.read([]).grant) == ("fifo", "share")


def test_help_names_every_shape_and_what_each_way_gets(capsys):
    with pytest.raises(SystemExit) as ended:
        options.read(["--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "{fifo,scheduler,policer,batching,ramp}",
        "the other way has half the round trip",
        "no netem",
    ):
        assert words in said
