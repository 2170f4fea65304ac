"""Whose address is whose: literal tables (RFC 5737, RFC 3849 addresses; RFC 5398 AS numbers)."""

import pytest

from tools.server.as_table import AsTable

TABLE = (
    "198.51.100.0\t198.51.100.127\t64496\tID\tONE\n",
    "\n",
    "203.0.113.0\t203.0.113.255\t64497\tID\tTWO\n",
    "2001:db8::\t2001:db8::ffff\t64498\tID\tSIX\n",
    "192.0.2.0\t192.0.2.255\t0\tNone\tNot routed\n",
)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.0", (64496, "ONE")),
        ("198.51.100.127", (64496, "ONE")),
        ("198.51.100.128", None),
        ("203.0.113.9", (64497, "TWO")),
        ("2001:db8::1", (64498, "SIX")),
        ("2001:db9::1", None),
        ("192.0.2.1", None),
        ("1.1.1.1", None),
    ],
)
def test_an_address_is_found(address, network):
    assert AsTable(TABLE).find(address) == network


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("198.51.100.0\tx\t1\tID\tONE", "line 1: write FIRST"),
        ("198.51.100.0\t198.51.100.1", "line 1: write FIRST"),
        ("198.51.100.9\t198.51.100.1\t1\tID\tONE", "line 1: the range ends before it begins"),
        ("198.51.100.9\t2001:db8::\t1\tID\tONE", "line 1: the range ends before it begins"),
    ],
)
def test_what_is_no_table_is_refused(line, words):
    with pytest.raises(ValueError, match=words):
        AsTable([line])
