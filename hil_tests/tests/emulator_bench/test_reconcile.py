"""Three books of one flow: what they agree on, and every way in which they do not."""

import numpy as np
import pytest

from hil_tests.emulator_bench.captures import Capture
from hil_tests.emulator_bench.reconcile import reconcile
from hil_tests.sims.operator_net.records import FIELDS

T0_NS = 1_800_000_000_000_000_000
DELIVERED, LOSS = 0, 1


def capture(*rows):
    """Make a capture of (seq, us after T0)."""
    seq = np.array([row[0] for row in rows], np.int64)
    t_ns = np.array([T0_NS + row[1] * 1000 for row in rows], np.int64)
    return Capture(t_ns, np.full(len(rows), 7100, np.int64), seq, np.full(len(rows), 1400, np.int64))


def log(*rows):
    """Make a log of (seq, fate, in us, due us)."""
    out = np.zeros(len(rows), np.dtype(list(FIELDS)))
    for record, (seq, fate, in_us, due_us) in zip(out, rows, strict=True):
        record["seq"], record["fate"], record["len"] = seq, fate, 1400
        record["t_in_ns"], record["t_due_ns"] = T0_NS + in_us * 1000, T0_NS + due_us * 1000
        record["t_out_ns"] = 0 if fate else T0_NS + due_us * 1000
    return out


NEAR = capture((0, 0), (1, 10), (2, 20))
SHORT = capture((0, 0), (2, 20))
LOG = log((0, DELIVERED, 3, 1003), (1, LOSS, 13, 0), (2, DELIVERED, 23, 1023))
FAR = capture((0, 1010), (2, 1050))


def test_books_that_agree_leave_nothing_unexplained():
    account = reconcile(3, NEAR, LOG, FAR)
    assert set(account.unexplained.values()) == {0}
    assert (account.sent, account.received, account.log_lost) == (3, 2, 1)
    # far - near - (due - in): 1010 - 0 - 1000 = 10 us, 1050 - 20 - 1000 = 30 us
    assert account.joined.added_delay_ns().tolist() == [10_000, 30_000]
    assert account.joined.arrived.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("near", "logged", "far", "what"),
    [
        (SHORT, log((0, 0, 3, 1003), (2, 0, 23, 1023)), FAR, "sent, not captured at the near end"),
        (NEAR, log((0, 0, 3, 1003), (2, 0, 23, 1023)), FAR, "entered, not in the log"),
        (SHORT, LOG, FAR, "in the log, never entered"),
        (NEAR, LOG, capture((0, 1010)), "logged as delivered, did not arrive"),
        (NEAR, LOG, capture((0, 1010), (1, 1020), (2, 1050)), "arrived, not logged as delivered"),
        (NEAR, LOG, capture((0, 1010), (2, 1050), (2, 1060)), "twice in one book"),
        (NEAR, LOG, capture((0, 1010), (2, 1050), (7, 1060)), "numbers nobody sent"),
    ],
)  # fmt: skip
def test_each_disagreement_has_its_name(near, logged, far, what):
    account = reconcile(3, near, logged, far)
    assert account.unexplained[what] == 1


def test_a_flow_of_which_nothing_came_through():
    account = reconcile(1, capture((0, 0)), log((0, LOSS, 3, 0)), capture())
    assert (account.received, account.log_lost, set(account.unexplained.values())) == (0, 1, {0})
    assert account.joined.added_delay_ns().tolist() == []


def test_arrivals_are_in_their_own_order():
    logged = log((0, 0, 3, 2003), (1, 0, 13, 1013), (2, LOSS, 23, 0))
    joined = reconcile(3, NEAR, logged, capture((1, 1020), (0, 2010))).joined
    assert joined.by_arrival().seq.tolist() == [1, 0]
