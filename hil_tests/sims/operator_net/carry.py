"""The compiled loop: from the receive rings through the decisions into the store, and out when due.

Direction k comes in at port k and leaves by port k ^ 1; ports 2i and 2i+1 are the ends of link i.
"""

import numpy as np

from hil_tests.sims.operator_net.compiled import clock_gettime, compiled, nanosleep, send
from hil_tests.sims.operator_net.decide import NEED_PLAN, admit, observed
from hil_tests.sims.operator_net.fates import Fate, State
from hil_tests.sims.operator_net.records import AT_ONCE, IPV6, parse
from hil_tests.sims.operator_net.rings import TP_STATUS_CSUM_NOT_READY, TP_STATUS_USER, Rings
from hil_tests.sims.operator_net.store import (
    COUNT,
    FREE,
    HEAD,
    LOG,
    LOGGED,
    MAX_FRAME_BYTES,
    NO_SLOT,
    OVERSIZED,
    Store,
    finish,
    next_due_ns,
    put,
    write,
)
from hil_tests.sims.operator_net.tables import CHANGES, NO_ROW, Tables

NS_PER_S = 1_000_000_000
TAKE = 512  # frames taken from one port before the next has its turn
BATCH = 16  # frames sent for one direction before the others have their turn
MOST_SENT = 1024  # then somebody must look at the rings again
ALL_DONE = -1
TICK_NS = 100_000  # it sleeps at least so long, so that several frames share a round
NAP_NS = 400_000  # it sleeps itself for at most so long; who called it can wait better
CLOCK_REALTIME = 0  # linux/time.h; the ring's stamps are of this clock
MSG_DONTWAIT = 0x40
DELIVERED, FAILURE, BLACKHOLE = int(Fate.DELIVERED), int(Fate.EMULATOR_FAILURE), int(Fate.BLACKHOLE)
IPV6_BIT = int(State.IPV6)


@compiled
def carry(tables: Tables, rings: Rings, store: Store, until_ns: int) -> int:
    """Take in and send out in turns while something is due within NAP_NS, at most until until_ns.

    Return ALL_DONE; or k, the direction to look after (take_in); or -2 - k, what cannot be sent (send_due).
    """
    while True:
        store.rounds[0] += 1
        way = take_in(tables, rings, store)
        if way != ALL_DONE:
            return way
        way = send_due(tables, rings, store)
        if way != ALL_DONE:
            return -2 - way
        t_ns = now_ns(store)
        wait_ns = next_due_ns(store) - t_ns
        if wait_ns > NAP_NS or t_ns >= until_ns or store.counts[LOG] > LOGGED // 2:
            return ALL_DONE
        _nap(store, max(wait_ns, TICK_NS))


@compiled
def _nap(store: Store, wait_ns: int) -> None:
    store.nap[0] = 0
    store.nap[1] = wait_ns
    nanosleep(store.nap.ctypes, store.nap.ctypes)


@compiled
def take_in(tables: Tables, rings: Rings, store: Store) -> int:
    """Take and decide what has come in; return ALL_DONE, or the direction that must be looked after first."""
    for k in range(len(rings.heads)):
        taken = 0
        if _runs_low(tables, k):
            return k
        frames = rings.frames.shape[1]
        while taken < TAKE and rings.words[k, rings.heads[k], 0] & TP_STATUS_USER:
            if tables.states[k].changes > CHANGES - 8 or store.counts[LOG] > LOGGED - 8:
                return k
            if not _take(tables, rings, store, k):
                return k
            rings.words[k, rings.heads[k], 0] = 0
            rings.heads[k] = (rings.heads[k] + 1) % frames
            rings.received[k] += 1
            taken += 1
        if taken == TAKE:
            return k
    return ALL_DONE


@compiled
def _runs_low(tables: Tables, k: int) -> bool:
    """Return whether a stream of random numbers may end within TAKE frames."""
    s = tables.states[k]
    return bool((s.filled - s.drawn).min() < TAKE)


@compiled
def _take(tables: Tables, rings: Rings, store: Store, k: int) -> bool:
    """Decide about the first frame of port *k*; False: the plan must be longer."""
    words = rings.words[k, rings.heads[k]]
    t_ns = int(np.int64(words[4]) * NS_PER_S + np.int64(words[5]))
    mac, snapped, length = int(np.int64(words[3]) & 0xFFFF), int(np.int64(words[2])), int(np.int64(words[1]))
    if store.counts[FREE] == 0:
        store.counts[NO_SLOT] += 1
        return True
    slot = int(np.int64(store.free[store.counts[FREE] - 1]))
    frame = rings.frames[k, rings.heads[k], mac : mac + min(snapped, length)]
    kind = parse(frame, store.records[slot])
    fate, due_ns = DELIVERED, t_ns
    if length > MAX_FRAME_BYTES:
        fate, due_ns = FAILURE, 0
    elif kind != AT_ONCE:
        fate, due_ns = admit(tables, k, t_ns, length)
        if fate == NEED_PLAN:
            return False
    store.counts[FREE] -= 1
    store.kinds[slot] = kind
    _describe(tables, store, k, slot, t_ns, due_ns, length)
    if fate == DELIVERED:
        store.frames[slot, :length] = frame
        put(store, k, due_ns, slot)
    else:
        store.counts[OVERSIZED] += length > MAX_FRAME_BYTES
        write(store, slot, fate, 0)
    if words[0] & TP_STATUS_CSUM_NOT_READY:
        rings.unfinished[k] += 1
    return True


@compiled
def _describe(tables: Tables, store: Store, k: int, slot: int, t_ns: int, due_ns: int, length: int) -> None:
    record, s, kind = store.records[slot], tables.states[k], store.kinds[slot]
    record.t_in_ns = t_ns
    record.t_due_ns = due_ns
    record.link = k // 2
    record.dir = k % 2
    record.len = min(length, 0xFFFF)
    row, users = NO_ROW, 0
    record.state = 0
    record.queue_us = 0
    if kind != AT_ONCE:
        row, users = observed(tables, k, t_ns)
        record.state = s.state_out | (IPV6_BIT if kind == IPV6 else 0)
        record.queue_us = min(s.queue_out_ns // 1000, 0xFFFFFFFF)
    record.row = row
    record.users = users


@compiled
def now_ns(store: Store) -> int:
    """Return the time in Unix nanoseconds."""
    clock_gettime(CLOCK_REALTIME, store.clock.ctypes)
    return int(store.clock[0] * NS_PER_S + store.clock[1])


@compiled
def send_due(tables: Tables, rings: Rings, store: Store) -> int:
    """Send what is due; return ALL_DONE, or the direction whose first frame could not be sent."""
    sent = 0
    going = True
    while going and sent < MOST_SENT and store.counts[LOG] < LOGGED - BATCH * len(store.bounds):
        going = False
        for k in range(len(store.bounds)):
            done = _send_batch(tables, rings, store, k)
            if done < 0:
                return k
            sent += done
            going = going or done == BATCH
    return ALL_DONE


@compiled
def _send_batch(tables: Tables, rings: Rings, store: Store, k: int) -> int:
    """Send at most BATCH frames of one direction; return how many, -1 when one could not be sent."""
    bounds = store.bounds[k]
    mask = len(store.due[k]) - 1
    for done in range(BATCH):
        if bounds[COUNT] == 0:
            return done
        out_ns = now_ns(store)
        if store.due[k, bounds[HEAD] & mask] > out_ns:
            return done
        slot = store.slot[k, bounds[HEAD] & mask]
        if tables.states[k].is_black and store.kinds[slot] != AT_ONCE:
            finish(store, k, BLACKHOLE, 0)
            continue
        length = int(np.int64(store.records[slot].len))
        if send(rings.fds[k ^ 1], store.frames[slot].ctypes, length, MSG_DONTWAIT) < 0:
            return -1
        finish(store, k, DELIVERED, out_ns)
    return BATCH
