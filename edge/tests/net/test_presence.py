"""What a worker sees of its line's interface, on the kernel's own tables as they were read."""

import socket

import pytest

from edge.net.presence import default_interfaces, look_at_interface

pytestmark = pytest.mark.netns
# read from /proc/net of a Debian 12 machine, Linux 6.18
ROUTE = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
ZERO = "0" * 32
IPV6_ROUTE = f"""fd000000000000000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001 eth1
{ZERO} 00 {ZERO} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
{ZERO[:-1]}1 80 {ZERO} 00 {ZERO} 00000000 00000004 00000000 80200001       lo
"""


@pytest.fixture
def tables(tmp_path):
    (tmp_path / "route").write_text(ROUTE)
    (tmp_path / "ipv6_route").write_text(IPV6_ROUTE)
    return tmp_path


def test_default_routes_are_found_in_the_kernel_s_tables(tables, tmp_path):
    assert default_interfaces(4, net=tables) == {"eth0"}
    assert default_interfaces(6, net=tables) == {"eth0"}
    assert default_interfaces(4, net=tmp_path / "none") == set()


def test_an_interface_is_away_without_route_or_there(pair, in_netns, command, tables):
    def look(interface, gateway, **more):
        return in_netns(pair.left, lambda: look_at_interface(interface, gateway, **more))

    index = in_netns(pair.left, lambda: socket.if_nametoindex("v0"))
    gone = look("wwan0", "10.78.0.2")
    assert (gone.index, gone.why) == (0, "there is no network interface wwan0")
    assert look("v0", "").why == ""
    assert (look("v0", "10.78.0.2", net=tables).index) == index
    assert look("v0", "10.78.0.2", net=tables).why == "v0 has no default route by 10.78.0.2"
