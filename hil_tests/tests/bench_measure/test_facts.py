"""The truth of a run, from records written by hand, and of the kernel's tbf, from its counters."""

import numpy as np

from hil_tests.bench_measure import facts
from hil_tests.bench_measure.facts import Judged
from hil_tests.link import options
from hil_tests.link.net import TbfCount
from hil_tests.sims.operator_net.records import DOWN, FIELDS, UDP, UP

T0_NS = 1_800_000_000_000_000_000
S, MS = 1_000_000_000, 1_000_000


def records(*rows):
    """Make records of (t_in_ms, t_out_ms or None, dir, len) since T0."""
    out = np.zeros(len(rows), np.dtype(list(FIELDS)))
    for record, (t_in_ms, t_out_ms, direction, length) in zip(out, rows, strict=True):
        record["t_in_ns"], record["fate"] = T0_NS + t_in_ms * MS, 1 if t_out_ms is None else 0
        record["t_out_ns"] = 0 if t_out_ms is None else T0_NS + t_out_ms * MS
        record["dir"], record["proto"], record["len"] = direction, UDP, length
    return out


LOG = records(
    (0, 20, DOWN, 90), (100, 150, DOWN, 1414), (101, 140, DOWN, 1414), (102, None, DOWN, 1414),
    (103, 160, DOWN, 700), (104, 161, DOWN, 707), (105, 130, UP, 1414), (200, 260, DOWN, 1414),
)  # fmt: skip


def test_bulk_is_what_came_out_and_is_half_as_long_as_the_longest_or_more():
    bulk = facts.bulk_frames(LOG, DOWN)
    assert ((bulk["t_out_ns"] - T0_NS) // MS).tolist() == [140, 150, 161, 260]
    assert len(facts.bulk_frames(LOG[:0], DOWN)) == 0


def test_ours_is_judged_from_first_to_last_and_iperf3_in_the_seconds_it_counts():
    bulk = facts.bulk_frames(LOG, DOWN)
    whole = facts.judged_window(bulk, Judged(0, 2**62))
    assert whole == (T0_NS + 140 * MS, T0_NS + 260 * MS)
    part = facts.judged_window(bulk, Judged(0, 2**62, omit_s=2, seconds=8))
    assert part == (T0_NS + 140 * MS + 2 * S, T0_NS + 140 * MS + 10 * S)
    assert facts.judged_window(bulk[:1], Judged(0, 2**62)) is None


def test_what_tbf_counted_is_the_truth_of_a_stranger_s_link():
    asked = options.read(["--shaper", "tbf", "--rate-mbit", "9", "--direction", "up"])
    passed, other = TbfCount(2_828_000, 2000, 7), TbfCount(66_000, 1000, 0)
    found = facts.tbf_facts(asked, Judged(T0_NS, T0_NS + 3 * S), passed, other)
    assert (found.set_bps, found.shape, found.direction) == (9_000_000, "fifo", "up")
    assert found.wire_ip_bytes == 2_828_000 + 66_000 - 3000 * 14
    assert (found.bulk_frames, found.bulk_bytes, found.t1_ns) == (2000, 2_828_000, T0_NS + 3 * S)
    assert found.fates == {"delivered": 2000, "queue_full": 7}
    assert found.bulk_s is None  # it logs no packet
