"""One flow's packets in three books: captured where it entered, logged, captured where it left.

What the books do not agree on is unexplained; each way of disagreeing has a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hil_tests.emulator_bench.captures import Capture
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.log import Records

Ints = NDArray[np.int64]
NEVER = -1


@dataclass(frozen=True, slots=True)
class Joined:
    """A flow's packets that are in all books they must be in, by number; one array a column, Unix ns.

    near_ns, in_ns, due_ns, out_ns, length: of every packet; far_ns: NEVER where it did not arrive.
    """

    seq: Ints
    near_ns: Ints
    in_ns: Ints
    due_ns: Ints
    out_ns: Ints
    far_ns: Ints
    fate: Ints
    length: Ints

    @property
    def arrived(self) -> NDArray[np.bool_]:
        """Return which packets arrived."""
        here: NDArray[np.bool_] = self.far_ns != NEVER
        return here

    def by_arrival(self) -> "Joined":
        """Return the packets that arrived, in the order of arrival."""
        order = np.argsort(self.far_ns, kind="stable")
        return self.chosen(order[self.far_ns[order] != NEVER])

    def without_warm_up(self) -> "Joined":
        """Return all but packet 0, which comes some time before the others."""
        return self.chosen(np.flatnonzero(self.seq > 0))

    def chosen(self, rows: Ints) -> "Joined":
        """Return the packets at *rows*, in that order."""
        return Joined(
            self.seq[rows],
            self.near_ns[rows],
            self.in_ns[rows],
            self.due_ns[rows],
            self.out_ns[rows],
            self.far_ns[rows],
            self.fate[rows],
            self.length[rows],
        )

    def added_delay_ns(self) -> Ints:
        """Return how much longer each packet that arrived was under way than the link's model says."""
        here = self.arrived
        return (self.far_ns - self.near_ns - (self.due_ns - self.in_ns))[here]


@dataclass(frozen=True, slots=True)
class Account:
    """The books of a flow side by side: its packets, and how many of each disagreement."""

    joined: Joined
    sent: int
    received: int
    unexplained: Mapping[str, int]

    @property
    def log_lost(self) -> int:
        """Return how many packets the log says did not arrive."""
        return int(np.count_nonzero(self.joined.fate != Fate.DELIVERED))


def reconcile(sent: int, near: Capture, log: Records, far: Capture) -> Account:
    """Join *sent* packets, numbered from 0, of one flow over its captures and its part of the log."""
    near_at, near_twice, near_alien = _places(near.seq, sent)
    log_at, log_twice, log_alien = _places(log["seq"].astype(np.int64), sent)
    far_at, far_twice, far_alien = _places(far.seq, sent)
    in_near, in_log, in_far = near_at != NEVER, log_at != NEVER, far_at != NEVER
    fate = _at(log["fate"].astype(np.int64), log_at)
    told_delivered = in_log & (fate == Fate.DELIVERED)
    unexplained = {
        "sent, not captured at the near end": int(np.count_nonzero(~in_near)),
        "entered, not in the log": int(np.count_nonzero(in_near & ~in_log)),
        "in the log, never entered": int(np.count_nonzero(~in_near & in_log)),
        "logged as delivered, did not arrive": int(np.count_nonzero(told_delivered & ~in_far)),
        "arrived, not logged as delivered": int(np.count_nonzero(in_far & ~told_delivered)),
        "twice in one book": near_twice + log_twice + far_twice,
        "numbers nobody sent": near_alien + log_alien + far_alien,
    }
    whole = np.flatnonzero(in_near & in_log & (in_far == told_delivered))
    rows = log[log_at[whole]]
    joined = Joined(
        whole,
        near.t_ns[near_at[whole]],
        rows["t_in_ns"].astype(np.int64),
        rows["t_due_ns"].astype(np.int64),
        rows["t_out_ns"].astype(np.int64),
        _at(far.t_ns, far_at[whole]),
        fate[whole],
        rows["len"].astype(np.int64),
    )
    return Account(joined, sent, int(np.count_nonzero(in_far)), unexplained)


def _at(values: Ints, places: Ints) -> Ints:
    """Return the values at *places*, NEVER where there is no place."""
    if not len(values):
        return np.full(len(places), NEVER, np.int64)
    return np.where(places == NEVER, NEVER, values[places])


def _places(seq: Ints, count: int) -> tuple[Ints, int, int]:
    """Return where each number 0..count-1 stands first in *seq*, how many repeat, how many are others."""
    known = seq < count
    places = np.full(count, NEVER, np.int64)
    backwards = np.flatnonzero(known)[::-1]
    places[seq[backwards]] = backwards  # the first place is written last
    met = int(np.count_nonzero(places != NEVER))
    return places, int(np.count_nonzero(known)) - met, int(np.count_nonzero(~known))
