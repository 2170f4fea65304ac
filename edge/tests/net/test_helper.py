"""The privileged helper as a process of its own: a worker in each namespace, and nothing left behind."""

import os
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.netns


def alive(pid):
    """Return whether process *pid* runs; a dead one that nobody has reaped (state Z, proc(5)) does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def gone(pid, within_s=5.0):
    """Return whether process *pid* ends within *within_s*."""
    until_s = time.monotonic() + within_s
    while alive(pid):
        if time.monotonic() > until_s:
            return False
        os.sched_yield()
    return True


def netns_gone(name, within_s=5.0):
    until_s = time.monotonic() + within_s
    while (Path("/run/netns") / name).exists() and time.monotonic() < until_s:
        os.sched_yield()
    return not (Path("/run/netns") / name).exists()


def test_a_worker_lives_in_the_line_s_namespace_and_its_socket_comes_back(machine, helper_of):
    played = helper_of({"1-1": machine.line})
    worker = played.ask("up 1-1")
    assert worker["ok"]
    assert worker["told"] == worker["own"] != played.first["cookie"]
    assert sorted(worker["links"]) == ["lo", "w0"]
    assert Path(f"/proc/{worker['pid']}/ns/net").samefile(Path("/run/netns") / machine.line.netns)


def test_down_ends_the_worker_and_gives_the_interface_back(machine, helper_of, command):
    played = helper_of({"1-1": machine.line})
    pid = played.ask("up 1-1")["pid"]
    assert played.ask("down 1-1") == {"ok": True}
    assert gone(pid, within_s=0)
    assert not (Path("/run/netns") / machine.line.netns).exists()
    assert "w0" in command("ip", "-n", machine.home, "-br", "link")
    assert played.ask("wait 1-1")["rest"] == ""
    assert played.ask("up 1-1")["pid"] != pid


def test_up_again_replaces_a_worker_that_died(machine, helper_of):
    played = helper_of({"1-1": machine.line})
    pid = played.ask("up 1-1")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert played.ask("wait 1-1")["rest"] == ""
    again = played.ask("up 1-1")
    assert again["ok"]
    assert again["pid"] != pid


@pytest.mark.parametrize("slot", ["1-1", "mule"], ids=["obedient", "stubborn"])
def test_when_the_service_is_killed_worker_namespace_and_helper_go(machine, helper_of, command, slot):
    played = helper_of({slot: machine.line})
    pid = played.ask(f"up {slot}")["pid"]
    helper = played.first["helper"]
    played.process.kill()
    played.process.wait(timeout=5)
    assert gone(pid)
    assert gone(helper)
    assert netns_gone(machine.line.netns)
    assert "w0" in command("ip", "-n", machine.home, "-br", "link")


def test_close_waits_until_all_is_clean(machine, helper_of, command):
    played = helper_of({"1-1": machine.line})
    pid = played.ask("up 1-1")["pid"]
    assert played.ask("close") == {"ok": True}
    assert gone(pid, within_s=0)
    assert not (Path("/run/netns") / machine.line.netns).exists()
    assert "w0" in command("ip", "-n", machine.home, "-br", "link")


def test_a_terminal_s_ctrl_c_does_not_end_the_helper(machine, helper_of):
    played = helper_of({"1-1": machine.line})
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(played.first["helper"], number)
    assert played.ask("up 1-1")["ok"]


def test_a_line_that_cannot_come_up_says_why_and_the_helper_goes_on(machine, helper_of):
    networks = {
        "1-1": machine.line,
        "1-2": replace(machine.line, netns="no-such-net", interface="", made=False),
    }
    played = helper_of(networks)
    told = played.ask("up 1-2")
    assert (told["ok"], told["error"]) == (False, "LineDown")
    assert 'no network namespace "no-such-net"' in told["text"]
    assert played.ask("up 1-1")["ok"]


def replug(machine, command, *, name="w0"):
    """Take the interface away, wherever it is, and make a new one at home, as the kernel does."""
    command(*f"ip -n {machine.far} link del v0".split(), check=False)
    command(*f"ip -n {machine.home} link add {name} type veth peer name v0 netns {machine.far}".split())
    command(*f"ip -n {machine.far} addr add 10.79.0.1/24 dev v0".split())
    command(*f"ip -n {machine.far} link set v0 up".split())


def reaches_far_end(machine, command, in_netns, within_s=5.0):
    """Return whether the line gets a default route within *within_s* and the far end a datagram of it."""
    words = f"ip -j -n {machine.line.netns} route show default".split()
    until_s = time.monotonic() + within_s
    while '"10.79.0.1"' not in command(*words):
        if time.monotonic() > until_s:
            return False
    with in_netns(machine.far, datagrams) as there, in_netns(machine.line.netns, datagrams) as here:
        there.bind(("10.79.0.1", 9))
        there.settimeout(within_s)
        here.sendto(b"back", ("10.79.0.1", 9))
        return there.recvfrom(9)[1][0] == "10.79.0.2"


def datagrams():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def test_an_interface_that_comes_back_is_moved_in_again(machine, helper_of, command, in_netns):
    played = helper_of({"1-1": machine.line})
    pid = played.ask("up 1-1")["pid"]
    for _ in range(3):
        replug(machine, command)
        assert reaches_far_end(machine, command, in_netns)
    assert alive(pid), "the worker goes on"
    assert "w0" not in command("ip", "-n", machine.home, "-br", "link")


def test_a_line_whose_interface_comes_only_later_is_up(machine, helper_of, command, in_netns):
    command(*f"ip -n {machine.far} link del v0".split())
    played = helper_of({"1-1": machine.line})
    assert played.ask("up 1-1")["links"] == ["lo"]
    replug(machine, command, name="x0")
    command(*f"ip -n {machine.home} link set x0 name w0".split())  # udev names it after it came
    assert reaches_far_end(machine, command, in_netns)


def test_a_missing_foreign_namespace_says_why(machine, helper_of):
    played = helper_of({"1-1": replace(machine.line, netns="no-such-net", interface="", made=False)})
    assert 'no network namespace "no-such-net"' in played.ask("up 1-1")["text"]


def test_a_dead_helper_is_a_named_error(machine, helper_of):
    played = helper_of({"1-1": machine.line})
    os.kill(played.first["helper"], signal.SIGKILL)
    told = played.ask("up 1-1")
    assert (told["error"], told["text"]) == ("HelperGone", "the privileged helper ended; restart pantau")


def test_a_second_box_of_the_name_gets_its_turn_when_the_first_is_gone(machine, helper_of):
    first, second = helper_of({"1-1": machine.line}), helper_of({"1-1": machine.line})
    assert first.ask("up 1-1")["ok"]
    second.order("up 1-1")
    first.process.kill()
    first.process.wait(timeout=5)
    assert second.answer()["ok"]
