"""Capabilities are given up for good: the kernel's own numbers after keep_only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.net.netns import NetnsMissing, cookie_of_netns, enter, own_cookie
from edge.net.privileges import effective

PLAY, ROOT = Path(__file__).with_name("play.py"), Path(__file__).parents[3]
NET_RAW = 13  # linux/capability.h: CAP_NET_RAW
TRY = """
import json, os, socket
from pathlib import Path
from edge.net.privileges import keep_only
keep_only({kept})
lines = Path("/proc/self/status").read_text().splitlines()
print(json.dumps(dict(line.split(":\\t") for line in lines if line.startswith(("Cap", "NoNew")))))
try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    print("raw")
except PermissionError:
    print("refused")
"""

needs_root = pytest.mark.netns


def tried(kept):
    words = [sys.executable, "-c", TRY.format(kept=kept)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=20, check=True)
    status, raw = done.stdout.splitlines()
    return json.loads(status), raw


@needs_root
def test_keeping_none_leaves_none_and_a_raw_socket_is_refused():
    status, raw = tried("")
    assert [int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh")] == [0, 0, 0]
    assert status["NoNewPrivs"] == "1"
    assert raw == "refused"


@needs_root
def test_keeping_one_leaves_that_one():
    status, raw = tried(str(NET_RAW))
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 1 << NET_RAW
    assert raw == "raw"


def test_what_is_not_held_is_not_gained():
    told = subprocess.run(
        [sys.executable, str(PLAY), "keep", "63"], capture_output=True, cwd=ROOT, timeout=20, check=True
    )
    assert json.loads(told.stdout) == {"ok": True, "left": 0, "settled": False}  # there is no capability 63


def test_effective_is_the_kernel_s_mask():
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("CapEff:"))
    assert effective() == int(line.split(":")[1], 16)


def test_a_namespace_that_is_not_there_is_named():
    with pytest.raises(NetnsMissing, match=r'no network namespace "no-such-net" \(ip netns list'):
        enter("no-such-net")
    with pytest.raises(NetnsMissing, match="no-such-net"):
        cookie_of_netns("no-such-net")


@needs_root
def test_two_namespaces_have_two_cookies_and_asking_moves_nobody(netns_named, in_netns):
    one, two, here = netns_named("a"), netns_named("b"), own_cookie()
    cookies = {here, cookie_of_netns(one), cookie_of_netns(two)}
    assert len(cookies) == 3
    assert in_netns(one, own_cookie) == cookie_of_netns(one)
    assert own_cookie() == here
