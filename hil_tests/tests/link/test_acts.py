"""Acts on a link: each at its time, in order, and none after the measurement has ended."""

import threading

import pytest

from hil_tests.link import options
from hil_tests.link.acts import BLACK, CLEAR, REBIND, Act, acts_of, performed
from hil_tests.link.errors import OptionError
from hil_tests.sims.operator_net.namespaces import NetworkError


def test_acts_in_order_of_time():
    asked = options.read(["--blackhole", "4,1.5", "--rebind-nat-s", "5", "--blackhole", "1,0.5"])
    assert acts_of(asked) == [
        Act(1, BLACK), Act(1.5, CLEAR), Act(4, BLACK), Act(5, REBIND), Act(5.5, CLEAR),
    ]  # fmt: skip
    assert acts_of(options.read([])) == []


def test_what_is_due_is_done_and_the_rest_is_left_out():
    said, both = [], threading.Event()

    def perform(what):
        said.append(what)
        if len(said) == 2:
            both.set()

    with performed([Act(0, BLACK), Act(0.01, CLEAR), Act(600, REBIND)], perform) as done:
        assert both.wait(20)
    assert said == [BLACK, CLEAR]
    assert [(event["at_s"], event["what"]) for event in done.events] == [(0, BLACK), (0.01, CLEAR)]


def test_an_act_that_fails_is_told():
    tried = threading.Event()

    def perform(_what):
        tried.set()
        raise NetworkError("no router")

    with pytest.raises(NetworkError, match="no router"), performed([Act(0, REBIND)], perform):
        assert tried.wait(20)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--rebind-nat-s", "3", "--shaper", "tbf"], "--rebind-nat-s: the kernel's tbf gives rate"),
        (["--blackhole", "3,1", "--shaper", "tbf"], "--blackhole: the kernel's tbf gives rate"),
        (["--rebind-nat-s", "3", "--ipv6"], "IPv6 is not translated"),
        (["--rebind-nat-s", "-1"], "--rebind-nat-s must be 0 to 600"),
    ],
)
def test_what_cannot_be(words, why):
    with pytest.raises(OptionError, match=why):
        options.read(words)


@pytest.mark.parametrize("text", ["5", "a,b", "1,0", "-1,2", "1,2,3"])
def test_a_blackhole_is_two_numbers(text, capsys):
    with pytest.raises(SystemExit):
        options.read([f"--blackhole={text}"])
    assert "argument --blackhole" in capsys.readouterr().err
