"""Whose network an address is of, by a table in a file: nothing is asked of anybody.

The file: a line a range, tab-separated: first address, last address, AS number, country, name. AS 0 (not
routed) is nobody's.
# Ref: the format of iptoasn.com's ip2asn-*.tsv (public domain data), [memory]
"""

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple


class Network(NamedTuple):
    """An autonomous system: its number and its name ("" where the table has none)."""

    asn: int
    name: str


class AsTable:
    """Ranges of addresses in order, with a search by halves: IPv4 and IPv6 apart."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the table. Raises: ValueError, naming the first line that is none."""
        rows: dict[int, list[tuple[int, int, Network]]] = {4: [], 6: []}
        for number, line in enumerate(lines, 1):
            if line.strip():
                version, row = _row(line, number)
                rows[version].append(row)
        self._rows = {version: sorted(found) for version, found in rows.items()}
        self._first = {version: [row[0] for row in found] for version, found in self._rows.items()}

    def find(self, address: str) -> Network | None:
        """Return the network of *address*; None where the table has none."""
        wanted = ip_address(address)
        place = bisect_right(self._first[wanted.version], int(wanted)) - 1
        if place < 0:
            return None
        _, last, network = self._rows[wanted.version][place]
        return network if int(wanted) <= last and network.asn else None


def _row(line: str, number: int) -> tuple[int, tuple[int, int, Network]]:
    cells = line.rstrip("\n").split("\t")
    try:
        first, last, asn = _address(cells[0]), _address(cells[1]), int(cells[2])
    except (ValueError, IndexError) as exc:
        raise ValueError(f"line {number}: write FIRST<tab>LAST<tab>AS<tab>COUNTRY<tab>NAME") from exc
    if first.version != last.version or int(first) > int(last):
        raise ValueError(f"line {number}: the range ends before it begins")
    return first.version, (int(first), int(last), Network(asn, cells[4] if len(cells) > 4 else ""))


def _address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)
