"""Measured round trips minus the log's, us; and what must be equal to the log, as differences."""

from collections.abc import Sequence

from hil_tests.link.irtt import RoundTrip
from hil_tests.link.stamp import Report
from hil_tests.link.trips import Trip, reordered

NS_PER_US, US_PER_MS = 1e3, 1e3


def ours_us(report: Report, trips: Sequence[Trip]) -> list[float]:
    """Return the error of each of our probes that has an answer both by the result and by the log."""
    pairs = zip(report.probes.rtt_us, trips, strict=False)
    return [us - trip.rtt_ns / NS_PER_US for us, trip in pairs if us is not None and trip.rtt_ns is not None]


def theirs_us(theirs: Sequence[RoundTrip], trips_ms: Sequence[float | None]) -> list[float]:
    """Return the error of each of irtt's probes that has an answer both by its report and by the log."""
    pairs = zip(theirs, trips_ms, strict=False)
    return [
        trip.delay.rtt / NS_PER_US - ms * US_PER_MS
        for trip, ms in pairs
        if trip.delay.rtt is not None and ms is not None
    ]


def unlike_the_log(report: Report, trips: Sequence[Trip]) -> list[str]:
    """Return where sequence gaps, split losses or reordering differ from the log's; empty if nowhere."""
    gaps = [seq for seq, us in enumerate(report.probes.rtt_us) if us is None]
    real = {
        "sent": len(trips),
        "lost up": sum(trip.up_ns is None for trip in trips),
        "lost down": sum(trip.up_ns is not None and trip.down_ns is None for trip in trips),
        "reordered": reordered(list(trips)),
    }
    said = {
        "sent": report.sent,
        "lost up": report.lost_up,
        "lost down": report.lost_down,
        "reordered": report.reordered,
    }
    wrong = [f"{name} {said[name]}, log {real[name]}" for name in real if said[name] != real[name]]
    missing = [seq for seq, trip in enumerate(trips) if trip.rtt_ns is None]
    return wrong if gaps == missing else [*wrong, f"gaps {gaps[:5]}, log {missing[:5]}"]
