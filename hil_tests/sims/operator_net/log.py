"""Reads the emulator's log: what a link did to the very packets of a flow. Times are Unix nanoseconds.

A record array has the fields of records.FIELDS; functions here take and give such arrays (shape (n,)).
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.records import ALL_FIELDS, DOWN, FIELDS, TCP, UDP, UP

Records = NDArray[np.void]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PROTOCOLS = {"tcp": TCP, "udp": UDP}
NS_PER_MS = 1_000_000


class LogError(ValueError):
    """The log and its description do not fit; the text names the file."""


def load(log_path: Path) -> Records:
    """Return all whole records of *log_path*, also while the emulator writes. Raises: OSError, LogError."""
    summary = json.loads(log_path.with_suffix(".json").read_text(encoding="utf-8"))
    described = tuple((str(name), str(kind)) for name, kind in summary["dtype"])
    if described not in {FIELDS, ALL_FIELDS}:
        raise LogError(
            f"{log_path.with_suffix('.json')}: record fields unknown to this reader; use one version of both"
        )
    dtype = np.dtype(list(described))
    data = log_path.read_bytes()
    return np.frombuffer(data[: len(data) - len(data) % dtype.itemsize], dtype)


def flow(
    records: Records, link: int, proto: str, client_port: int, *, since_ns: int = 0, until_ns: int = 2**63 - 1
) -> Records:
    """Return both directions of one flow in order of arrival; *proto* is "tcp" or "udp".

    since_ns and until_ns bound t_in_ns, for a client port that was used more than once.
    """
    up = (records["dir"] == UP) & (records["sport"] == client_port)
    down = (records["dir"] == DOWN) & (records["dport"] == client_port)
    mine = (records["link"] == link) & (records["proto"] == PROTOCOLS[proto]) & (up | down)
    mine &= (records["t_in_ns"] >= since_ns) & (records["t_in_ns"] <= until_ns)
    return _in_order(records, mine, "t_in_ns")


def _in_order(records: Records, chosen: Mask, by: str) -> Records:
    found = records[chosen]
    ordered: Records = found[np.argsort(found[by], kind="stable")]
    return ordered


def one_way(records: Records, direction: int) -> Records:
    """Return the records of one direction (records.UP or records.DOWN)."""
    chosen: Records = records[records["dir"] == direction]
    return chosen


def delivered(records: Records) -> Records:
    """Return what left the link, in order of leaving."""
    return _in_order(records, records["fate"] == Fate.DELIVERED, "t_out_ns")


def fates(records: Records) -> dict[str, int]:
    """Return {fate: packets} with every fate, also those that met nobody."""
    return {fate.name.lower(): int(np.count_nonzero(records["fate"] == fate)) for fate in Fate}


def transit_ns(records: Records) -> Ints:
    """Return how long each delivered packet was under way, in order of leaving."""
    out = delivered(records)
    return np.asarray(out["t_out_ns"] - out["t_in_ns"], np.int64)


def lateness_ns(records: Records) -> Ints:
    """Return t_out - t_due of each delivered packet: the emulator's own error."""
    out = delivered(records)
    return np.asarray(out["t_out_ns"] - out["t_due_ns"], np.int64)


def delivered_bins(records: Records, direction: int, *, t0_ns: int, width_ms: int, count: int) -> Ints:
    """Return L4 payload bytes that left in each of *count* bins of width_ms from t0_ns on (shape (count,)).

    Retransmitted payload counts, as it does for a receiver that counts packets.
    """
    out = delivered(one_way(records, direction))
    place = (out["t_out_ns"] - t0_ns) // (width_ms * NS_PER_MS)
    inside = (place >= 0) & (place < count)
    return np.bincount(place[inside], weights=out["payload"][inside], minlength=count).astype(np.int64)


def round_trips_ns(records: Records) -> dict[int, int | None]:
    """Return {seq: ns from a probe's entry on the way up to its answer's exit on the way down} of a UDP flow.

    None: probe or answer was not delivered. The far end's own time is in it.
    """
    sent = one_way(records, UP)
    back = delivered(one_way(records, DOWN))
    answered = dict(zip(back["seq"].tolist(), back["t_out_ns"].tolist(), strict=True))
    starts = zip(sent["seq"].tolist(), sent["t_in_ns"].tolist(), strict=True)
    return {seq: answered[seq] - t_ns if seq in answered else None for seq, t_ns in starts}
