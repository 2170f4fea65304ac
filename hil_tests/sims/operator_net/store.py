"""Frames on their way, and records on their way to the log: the arrays of the compiled loop."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hil_tests.sims.operator_net.compiled import compiled
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.lateness import BUCKETS, count_late
from hil_tests.sims.operator_net.records import AT_ONCE, DTYPE
from hil_tests.sims.operator_net.tables import Ints, Structs, structs

MAX_FRAME_BYTES = 1514  # an Ethernet frame of MTU 1500, without FCS
SLOT_BYTES = 1536
SLOTS = 1 << 16  # frames on their way, of all directions together; a power of two
LOGGED = 1 << 16  # records between two flushes
DELIVERED = int(Fate.DELIVERED)
FREE, LOG, OVERSIZED, NO_SLOT = range(4)  # places in `counts`
HEAD, COUNT = 0, 1  # places in `bounds`


class Store(NamedTuple):
    """Frames in slots, with their records; a queue of slots a direction, in order of leaving."""

    frames: NDArray[np.uint8]  # (slots, SLOT_BYTES)
    records: Structs  # (slots,)
    kinds: NDArray[np.uint8]  # (slots,): records.AT_ONCE, IPV4, IPV6
    free: NDArray[np.int32]  # a stack of free slots
    log: Structs  # (LOGGED,)
    counts: Ints
    fates: Ints
    late: Ints  # lateness.py
    due: Ints  # (directions, slots): a ring a direction
    slot: NDArray[np.int32]  # the same ring's slots
    bounds: Ints  # (directions, 2): HEAD and COUNT of the ring
    clock: Ints  # room for a struct timespec
    nap: Ints  # and for another
    rounds: Ints  # how often carry() went round


def make_store(directions: int, slots: int = SLOTS) -> Store:
    """Return an empty store; memory is used as frames come."""
    store = Store(
        frames=np.empty((slots, SLOT_BYTES), np.uint8),
        records=structs(slots, DTYPE),
        kinds=np.zeros(slots, np.uint8),
        free=np.arange(slots, dtype=np.int32)[::-1].copy(),
        log=structs(LOGGED, DTYPE),
        counts=np.zeros(4, np.int64),
        fates=np.zeros(len(Fate), np.int64),
        late=np.zeros(BUCKETS + 2, np.int64),
        due=np.empty((directions, slots), np.int64),
        slot=np.empty((directions, slots), np.int32),
        bounds=np.zeros((directions, 2), np.int64),
        clock=np.zeros(2, np.int64),
        nap=np.zeros(2, np.int64),
        rounds=np.zeros(1, np.int64),
    )
    store.counts[FREE] = slots
    return store


@compiled
def put(store: Store, k: int, due_ns: int, slot: int) -> None:
    """Add a slot to the ring of direction *k*, behind all that are due no later."""
    due, slots, bounds = store.due[k], store.slot[k], store.bounds[k]
    mask = len(due) - 1
    at = bounds[HEAD] + bounds[COUNT]
    while at > bounds[HEAD] and due[(at - 1) & mask] > due_ns:
        due[at & mask] = due[(at - 1) & mask]
        slots[at & mask] = slots[(at - 1) & mask]
        at -= 1
    due[at & mask] = due_ns
    slots[at & mask] = slot
    bounds[COUNT] += 1


@compiled
def write(store: Store, slot: int, fate: int, out_ns: int) -> None:
    """Log the frame of *slot* with its fate, and free the slot."""
    record = store.records[slot]
    record.fate = fate
    record.t_out_ns = out_ns
    store.log[store.counts[LOG]] = record
    store.counts[LOG] += 1
    store.fates[fate] += 1
    if fate == DELIVERED and store.kinds[slot] != AT_ONCE:
        count_late(store.late, out_ns - record.t_due_ns)
    store.free[store.counts[FREE]] = slot
    store.counts[FREE] += 1


@compiled
def finish(store: Store, k: int, fate: int, out_ns: int) -> None:
    """Take the first frame of direction *k* out of its ring and log it."""
    bounds = store.bounds[k]
    write(store, store.slot[k, bounds[HEAD] & (len(store.due[k]) - 1)], fate, out_ns)
    bounds[HEAD] += 1
    bounds[COUNT] -= 1


@compiled
def next_due_ns(store: Store) -> int:
    """Return when the next frame of all is due; 2**62 when none is on its way."""
    next_ns = 1 << 62
    mask = store.due.shape[1] - 1
    for k in range(len(store.bounds)):
        if store.bounds[k, COUNT] > 0:
            next_ns = min(next_ns, store.due[k, store.bounds[k, HEAD] & mask])
    return next_ns
