"""A link follows its modem's network: rates of the subscription, and nothing while no context is up."""

import json
import os
import sys
import time

import pytest

from hil_tests.bench.at_program import DEADLINE_S, modem
from hil_tests.sims.follow import Follower, FollowError
from hil_tests.sims.operator_net.control import Request
from hil_tests.sims.operator_net.lab import Lab
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting


def told(follower, **line):
    return follower.requests(json.dumps({"t_ns": 1, **line}).encode() + b"\n")


def test_the_lower_of_link_and_subscription_is_the_rate():
    follower = Follower(3, down_bps=20_000_000, up_bps=60_000_000)
    usual = told(follower, event="ambr", down_bps=150_000_000, up_bps=50_000_000)
    assert usual == (Request(3, "down", rate_bps=20_000_000), Request(3, "up", rate_bps=50_000_000))
    step = told(follower, event="ambr", down_bps=256_000, up_bps=256_000)
    assert step == (Request(3, "down", rate_bps=256_000), Request(3, "up", rate_bps=256_000))


def test_the_link_is_shut_while_no_context_is_up():
    follower = Follower(0, down_bps=1, up_bps=1)
    changes = [(1, True), (2, True), (1, False), (2, False), (2, False), (1, True)]
    asked = [told(follower, event="data", cid=cid, up=up, cause=0) for cid, up in changes]
    assert asked == [(), (), (), (Request(0, blackhole=True),), (), (Request(0, blackhole=False),)]


@pytest.mark.parametrize("line", [b"\n", b"[]\n", b'{"event":"ambr","down_bps":1}\n', b'{"event":"data"}\n'])
def test_a_line_that_is_no_hook_line_is_named(line):
    with pytest.raises(FollowError, match="hook writes such lines"):
        Follower(0, down_bps=1, up_bps=1).requests(line)


def controls(running):
    """What control has done so far: (direction, rate) or (direction, blackhole)."""
    lines = running.log_path.with_name("emulator-events.jsonl").read_text().splitlines()
    found = [event for event in map(json.loads, lines) if event["event"] == "control"]
    return [(event.get("dir"), event.get("rate_bps", event.get("blackhole"))) for event in found]


@pytest.mark.netns
def test_modem_and_emulator_as_programs(tmp_path):
    rates = {"down": 20_000_000, "up": 5_000_000}
    line = LinkSetting(
        "1-1.1", DirectionSetting(rate_bps=rates["up"]), DirectionSetting(rate_bps=rates["down"])
    )
    hook = tmp_path / "hook"
    with Lab(f"fo{os.getpid()}", [line], tmp_path) as running:
        words = ["--hook", hook, "--control", running.control_path]
        words += ["--down-bps", rates["down"], "--up-bps", rates["up"]]
        follow = [sys.executable, "-m", "hil_tests.sims.follow", *map(str, words)]
        running.start("follow", follow).await_ready("READY")
        network = ("--scenario", "fair-use:0.5", "--scenario", "pdp-drop:1.5", "--hook", hook)
        with modem(tmp_path / "tty", "--personality", "quectel-ec25", *network):
            deadline_s = time.monotonic() + DEADLINE_S
            while (None, True) not in controls(running):
                assert time.monotonic() < deadline_s, controls(running)
                time.sleep(0.02)
    assert not hook.exists()
    done = controls(running)
    # fair-use: 2 and 1 Mbit/s, then 256 kbit/s; before it the link's own rates, which are the lower ones
    assert done[:2] == [("down", 20_000_000), ("up", 5_000_000)]
    assert done[2:6] == [("down", 2_000_000), ("up", 1_000_000), ("down", 256_000), ("up", 256_000)]
    assert done[6] == (None, True)
