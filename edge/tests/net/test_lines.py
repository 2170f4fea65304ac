"""A line's namespace, judged by ip(8): made, made again, taken down, and what is said when it cannot be."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge.net.lines import LineNetwork, Link, choose_link

pytestmark = pytest.mark.netns
IPV4 = "/proc/sys/net/ipv4"


def links(command, netns):
    return sorted(link["ifname"] for link in json.loads(command("ip", "-j", "-n", netns, "link")))


def exists(name):
    return (Path("/run/netns") / name).exists()


def inside(command, machine, *words):
    return command("ip", "netns", "exec", machine.line.netns, *words)


def assert_up(command, machine):
    """Address, route and a way to the far end; nothing left at home."""
    (link,) = json.loads(command("ip", "-j", "-n", machine.line.netns, "addr", "show", "w0"))
    assert [(a["local"], a["prefixlen"]) for a in link["addr_info"] if a["family"] == "inet"] == [
        ("10.79.0.2", 24)
    ]
    (route,) = json.loads(command("ip", "-j", "-n", machine.line.netns, "route", "show", "default"))
    assert (route["gateway"], route["dev"]) == ("10.79.0.1", "w0")
    assert links(command, machine.line.netns) == ["lo", "w0"]
    assert links(command, machine.home) == ["lo"]
    (lo,) = json.loads(command("ip", "-j", "-n", machine.line.netns, "link", "show", "lo"))
    assert "UP" in lo["flags"]


def test_bring_up_moves_the_interface_in_with_address_route_and_ports_of_its_own(machine, command):
    assert machine.play("up", machine.line)["ok"]
    assert_up(command, machine)
    assert inside(command, machine, "cat", f"{IPV4}/ip_local_port_range").split() == [
        "20000",
        "21999",
    ]
    there = inside(command, machine, "cat", f"{IPV4}/tcp_available_congestion_control").split()
    used = inside(command, machine, "cat", f"{IPV4}/tcp_congestion_control").strip()
    assert used == "bbr" or "bbr" not in there


def test_take_down_gives_the_interface_back_and_leaves_no_namespace(machine, command):
    machine.play("up", machine.line)
    assert machine.play("down", machine.line)["ok"]
    assert links(command, machine.home) == ["lo", "w0"]
    assert not exists(machine.line.netns)


def test_bring_up_after_a_crash_mends_whatever_it_finds(machine, command):
    machine.play("up", machine.line)
    assert machine.play("up", machine.line)["ok"]  # all is there already
    assert_up(command, machine)
    inside(command, machine, "ip", "addr", "flush", "dev", "w0")
    assert machine.play("up", machine.line)["ok"]  # namespace and interface, but no address
    assert_up(command, machine)
    machine.play("down", machine.line)
    command("ip", "netns", "add", machine.line.netns)
    assert machine.play("up", machine.line)["ok"]  # an empty namespace
    assert_up(command, machine)


def test_down_up_down_again_is_harmless(machine, command):
    assert machine.play("down", machine.line)["ok"]
    for _ in range(2):
        assert machine.play("up", machine.line)["ok"]
        assert machine.play("down", machine.line)["ok"]
    assert machine.play("down", machine.line)["ok"]
    assert links(command, machine.home) == ["lo", "w0"]


def test_an_interface_unplugged_meanwhile_does_not_keep_the_namespace(machine, command):
    machine.play("up", machine.line)
    command("ip", "-n", machine.far, "link", "del", "v0")
    assert machine.play("down", machine.line)["ok"]
    assert not exists(machine.line.netns)


def test_a_missing_interface_leaves_a_namespace_that_waits_for_it(machine, command):
    told = machine.play("up", replace(machine.line, interface="wwan9"))
    assert (told["ok"], told["settled"]) == (True, False)
    assert links(command, machine.line.netns) == ["lo"]
    assert links(command, machine.home) == ["lo", "w0"]


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ([(2, "wwan0", "1-1.1"), (3, "wwan1", "1-1.2")], 3),  # the kernel gave the names the other way round
        ([(2, "wwan1", "1-1.2"), (3, "wwan0", "1-1.2")], 3),  # two at the place: the one of that name
        ([(2, "wwan1", "1-1.2"), (3, "wwan0", "1-1.1")], 2),
        ([(2, "wwan0", "")], 2),  # not on USB: by its name
        ([(2, "wwan0", "1-1.1")], None),  # the name of ours, the place of another's
        ([(2, "eth0", ""), (3, "usb0", "1-1.21")], None),
        ([], None),
    ],
)
def test_a_line_s_interface_is_told_by_its_place(there, chosen):
    line = LineNetwork("n", "wwan0", "10.79.0.2/24", "", True, (20000, 21999), "1-1.2")
    found = choose_link([Link(*row) for row in there], line)
    assert (found.index if found else None) == chosen


def test_a_gateway_out_of_reach_is_a_line_that_is_down_and_nothing_is_left(machine, command):
    told = machine.play("up", replace(machine.line, gateway="192.0.2.1"))
    assert (told["ok"], told["error"]) == (False, "LineDown")
    assert f"w0 in {machine.line.netns}: the kernel refused: " in told["text"]
    assert "unreachable" in told["text"]
    assert not exists(machine.line.netns)
    assert links(command, machine.home) == ["lo", "w0"]


def test_without_gateway_there_is_no_default_route(machine, command):
    assert machine.play("up", replace(machine.line, gateway=""))["ok"]
    assert json.loads(command("ip", "-j", "-n", machine.line.netns, "route", "show", "default")) == []


def test_a_namespace_of_somebody_else_is_used_and_left_as_it_is(machine, command):
    foreign = replace(machine.line, netns=machine.far, interface="", made=False)
    before = command("ip", "-n", machine.far, "addr")
    assert machine.play("up", foreign)["ok"]
    assert machine.play("down", foreign)["ok"]
    assert command("ip", "-n", machine.far, "addr") == before


def test_a_namespace_of_somebody_else_that_is_missing_is_named(machine):
    told = machine.play("up", replace(machine.line, netns="no-such-net", interface="", made=False))
    assert told["error"] == "LineDown"
    assert 'there is no network namespace "no-such-net"; `ip netns list` shows' in told["text"]
