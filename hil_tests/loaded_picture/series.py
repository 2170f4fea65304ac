"""Time series from a capture file's headers, as tshark reads them.

Round trips under load are TCP's own, from its timestamps (RFC 7323 4.1): the time from the first packet of
the box with a TSval to the first packet of the server that echoes it. The clock of the values ticks every
millisecond, so that is what a round trip may be too long by; waiting of the peer for something to send is in
it.
"""

import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

FIELDS = (
    *("frame.time_epoch", "ip.src", "tcp.srcport", "tcp.dstport", "tcp.len"),
    *("tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr"),
)
BIN_S = 0.1


class Segment(NamedTuple):
    """One TCP packet: kernel's time, whether the box sent it, its flow (the box's port), payload, stamps."""

    t_s: float
    sent: bool
    flow: int
    payload_bytes: int
    tsval: int
    tsecr: int


def read_segments(path: Path, server: str) -> list[Segment]:
    """Return the TCP packets in *path* that have timestamps. Raises: CalledProcessError (tshark)."""
    words = [word for field in FIELDS for word in ("-e", field)]
    command = ["tshark", "-n", "-r", str(path), "-Y", "tcp.options.timestamp.tsval", "-T", "fields", *words]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [parse_row(row, server) for row in told.splitlines()]


def parse_row(row: str, server: str) -> Segment:
    """Return one row of tshark's; *server* is the other end's address."""
    t_s, source, sport, dport, size, tsval, tsecr = row.split("\t")
    sent = source != server
    return Segment(float(t_s), sent, int(sport if sent else dport), int(size), int(tsval), int(tsecr))


def rates_mbps(segments: Iterable[Segment], start_s: float, *, sent: bool) -> list[tuple[float, float]]:
    """Return (begin of the bin, seconds after *start_s*; payload, Mbit/s) of one direction."""
    bins: defaultdict[int, int] = defaultdict(int)
    for segment in segments:
        if segment.sent == sent:
            bins[int((segment.t_s - start_s) / BIN_S)] += segment.payload_bytes
    return [(number * BIN_S, bins[number] * 8 / BIN_S / 1e6) for number in range(max(bins, default=-1) + 1)]


def round_trips_ms(segments: Sequence[Segment], start_s: float) -> list[tuple[float, float]]:
    """Return (seconds after *start_s* of the echo, ms) of every timestamp of the box that was echoed."""
    first: dict[tuple[int, int], float] = {}
    trips = []
    for segment in segments:
        if segment.sent:
            first.setdefault((segment.flow, segment.tsval), segment.t_s)
        elif (begun_s := first.pop((segment.flow, segment.tsecr), None)) is not None:
            first[segment.flow, segment.tsecr] = -1.0  # echoed: a later echo has waited
            if begun_s >= 0:
                trips.append((segment.t_s - start_s, 1000 * (segment.t_s - begun_s)))
    return trips
