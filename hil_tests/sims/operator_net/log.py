"""Reads the emulator's log: what a link did to the very packets of a flow. Times are Unix nanoseconds.

A record array has the fields of records.FIELDS; functions here take and give such arrays (shape (n,)).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net import capacity
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.journal import capacity_path, events_path
from hil_tests.sims.operator_net.records import ALL_FIELDS, CAPACITY_DTYPE, DOWN, FIELDS, TCP, UDP, UP

Records = NDArray[np.void]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PROTOCOLS = {"tcp": TCP, "udp": UDP}
NS_PER_MS = 1_000_000
LATE_MS, LATE_SHARE = 2.0, 0.01  # a run is valid when at most so large a share is later than that


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


def late_share(
    records: Records, *, late_ms: float = LATE_MS, since_ns: int = 0, until_ns: int = 2**63 - 1
) -> float:
    """Return the share of packets due in [since_ns, until_ns] that left more than late_ms after that.

    What the emulator failed to send at all counts as late. 0 when there was nothing to send.
    """
    due = records[(records["t_due_ns"] >= since_ns) & (records["t_due_ns"] <= until_ns)]
    meant = due[(due["fate"] == Fate.DELIVERED) | (due["fate"] == Fate.EMULATOR_FAILURE)]
    failed = meant["fate"] == Fate.EMULATOR_FAILURE
    late = (meant["t_out_ns"] - meant["t_due_ns"] > late_ms * NS_PER_MS) | failed
    return float(np.mean(late)) if len(meant) else 0.0


def why_invalid(log_path: Path, *, since_ns: int = 0, until_ns: int = 2**63 - 1) -> str | None:
    """Return what makes a run of these times worthless by the emulator's own log, None if it is valid.

    Lateness above LATE_MS for more than LATE_SHARE, frames lost in its rings or for want of room, failures to
    send. Raises: OSError, LogError.
    """
    share = late_share(load(log_path), since_ns=since_ns, until_ns=until_ns)
    if share > LATE_SHARE:
        return f"emulator late: {share:.2%} of the packets by more than {LATE_MS:g} ms, not {LATE_SHARE:.0%}"
    summary = json.loads(log_path.with_suffix(".json").read_text(encoding="utf-8"))
    own = {"ring_dropped": sum(port["ring_dropped"] for port in summary["ports"])}
    own |= {name: summary.get(name, 0) for name in ("no_slot", "unsent_at_end")}
    own["emulator_failure"] = summary["fates"]["emulator_failure"]
    lost = [f"{name} {n}" for name, n in own.items() if n]
    return f"emulator lost packets of its own: {', '.join(lost)}" if lost else None


def events(log_path: Path) -> Iterator[Mapping[str, object]]:
    """Yield the emulator's events in the order they were written. Raises: OSError."""
    for line in events_path(log_path).read_text(encoding="utf-8").splitlines():
        event: dict[str, object] = json.loads(line)
        yield event


def setting(log_path: Path, link: int, direction: int) -> Mapping[str, object]:
    """Return the setting of a direction, as the configuration has it; the rows of its trace are in it.

    Raises: OSError, LogError.
    """
    for event in events(log_path):
        found = event.get("setting")
        if (event.get("link"), event.get("dir")) == (link, direction) and isinstance(found, dict):
            return found
    raise LogError(f"{events_path(log_path)}: link {link} has no direction {direction}")


def load_capacity(log_path: Path, link: int, direction: int) -> Records:
    """Return what is written about the capacity of a direction (CAPACITY_DTYPE). Raises: OSError."""
    data = capacity_path(log_path).read_bytes()
    whole = np.frombuffer(data[: len(data) - len(data) % CAPACITY_DTYPE.itemsize], CAPACITY_DTYPE)
    mine: Records = whole[(whole["link"] == link) & (whole["dir"] == direction)]
    return mine


def servable_bytes(log_path: Path, link: int, direction: int, t0_ns: int, t1_ns: int) -> float:
    """Return the layer-2 bytes that the bottleneck could serve from t0_ns to t1_ns, used or not.

    The bottleneck's time: what it serves at t leaves the link at t + delay + jitter. A policer's tokens at
    t0_ns are those that the packets before had left. inf without a limit. Raises: OSError, LogError.
    """
    rate = capacity.served_rate(load_capacity(log_path, link, direction))
    policer = capacity.policer_of(setting(log_path, link, direction))
    if policer is None:
        return capacity.served_bytes(rate, t0_ns, t1_ns)
    records = load(log_path)
    mine = records[(records["link"] == link) & (records["dir"] == direction)]
    buckets = capacity.buckets_at(policer, mine, t0_ns)
    return capacity.policed_bytes(rate, buckets, t0_ns, t1_ns)
