"""The loop around the compiled functions: looks at the rings, sends what is due, keeps the journal.

rings -> take_in (decide) -> store, in order of leaving -> send_due -> log          compiled: carry.py
"""

import os
import random
import select
import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np

from hil_tests.sims.operator_net.carry import ALL_DONE, carry
from hil_tests.sims.operator_net.control import Request
from hil_tests.sims.operator_net.fates import Cause, Fate, Kind
from hil_tests.sims.operator_net.journal import Journal
from hil_tests.sims.operator_net.lateness import Lateness
from hil_tests.sims.operator_net.link import rate_change
from hil_tests.sims.operator_net.links import Change, Links
from hil_tests.sims.operator_net.rings import Ports, interface_drops
from hil_tests.sims.operator_net.settings import EmulatorConfig
from hil_tests.sims.operator_net.store import (
    COUNT,
    HEAD,
    LOG,
    LOGGED,
    NO_SLOT,
    OVERSIZED,
    finish,
    make_store,
    next_due_ns,
)
from hil_tests.sims.operator_net.tables import USES

TICK_S = 0.0004  # traffic wakes the process at most this often
LOOK_NS = 20_000_000  # under traffic, control and records are looked after so often
PLAN_S = 0.5  # plans are prolonged so often, also without traffic
IDLE_S = 0.2  # looks for records to flush while there are any
FLUSH_NS = 400_000_000  # a reader may follow: nothing waits longer than this
FLUSH_RECORDS = 2048
DRAIN_NS = 1_000_000_000
SCHEDULERS = {os.SCHED_OTHER: "other", os.SCHED_FIFO: "fifo", os.SCHED_RR: "rr"}


class Readable(Protocol):
    """Something select(2) can wait for."""

    def fileno(self) -> int:
        """Return its descriptor."""


class Servant(Protocol):
    """Something that answers what comes to its sockets."""

    def readers(self) -> Sequence[Readable]:
        """Return what to wait for."""

    def serve(self, ready: Sequence[Readable]) -> None:
        """Answer those of *ready* that are its own."""


def generators(seed: int, link: str, direction: int) -> dict[str, random.Random]:
    """Return a generator for each use of randomness in one direction of a link."""
    return {use: random.Random(f"{seed}/{link}/{direction}/{use}") for use in (*USES, "users")}


class Emulator:
    """All links of one configuration over open ports."""

    def __init__(self, config: EmulatorConfig, journal: Journal) -> None:
        self._config, self._journal = config, journal
        self._started_ns = time.time_ns()
        self.start_ns = self._started_ns if config.start_ns is None else config.start_ns
        self._errors: dict[str, int] = {}
        self._left_over = self._looks = 0
        self._oldest_ns = 0
        settings = [way for wire in config.wires for way in (wire.link.up, wire.link.down)]
        rngs = [generators(config.seed, wire.link.name, way) for wire in config.wires for way in (0, 1)]
        self.links = Links(settings, rngs, start_ns=self.start_ns, begin_ns=self._started_ns)
        self._store = make_store(len(settings))
        self._ports = Ports([name for w in config.wires for name in (w.client_interface, w.router_interface)])
        for way, setting in enumerate(settings):
            facts = {"name": config.wires[way // 2].link.name, "setting": msgspec.to_builtins(setting)}
            journal.event("setting", self._started_ns, link=way // 2, dir=way % 2, **facts)
            self._note_changes(way)

    def close(self) -> None:
        """Close every port."""
        self._ports.close()

    def run(self, stop: Readable, servant: Servant | None = None) -> None:
        """Carry frames until *stop* has something to read, then take in what is there and drain.

        *servant* is served whenever it has something to read.
        """
        while True:
            ready = self._round([stop, *(servant.readers() if servant else ())])
            if stop in ready:
                break
            if servant and ready:
                servant.serve(ready)
        until_ns = time.time_ns() + DRAIN_NS
        self._carry(time.time_ns())
        while self._store.bounds[:, COUNT].any() and time.time_ns() < until_ns:
            self._carry(until_ns)
            self._flush_when_due()
            time.sleep(TICK_S)
        for way in range(len(self._store.bounds)):
            self._left_over += self._give_up(way, Fate.EMULATOR_FAILURE)
        self._flush()

    def _round(self, readable: Sequence[Readable]) -> list[Readable]:
        self._carry(time.time_ns() + LOOK_NS)
        self._flush_when_due()
        self._looks += 1
        self.links.refill(self._looks % len(self._store.bounds))  # one at a time: a pause for all would show
        wait_s = (next_due_ns(self._store) - time.time_ns()) / 1e9
        if wait_s <= TICK_S:
            return self._ask(readable, 0.0)
        time.sleep(TICK_S)
        return self._ask(readable, wait_s - TICK_S)

    def _carry(self, until_ns: int) -> None:
        """Carry until there is nothing to do soon, or until_ns; see to what the compiled loop cannot do."""
        while (way := carry(self.links.tables, self._ports.rings, self._store, until_ns)) != ALL_DONE:
            if way < ALL_DONE:
                self._send_one(-2 - way)
            else:
                self._look_after(way)
            self._flush_when_due()
        for way in np.flatnonzero(self.links.tables.states["changes"]).tolist():
            self._note_changes(way)

    def _look_after(self, way: int) -> None:
        self.links.look_after(way, time.time_ns())
        self._note_changes(way)

    def _ask(self, readable: Sequence[Readable], wait_s: float) -> list[Readable]:
        if self.links.are_planned:
            for way in self.links.keep_ahead(time.time_ns()):
                self._note_changes(way)
            wait_s = min(wait_s, PLAN_S)
        if self._store.counts[LOG]:
            wait_s = min(wait_s, IDLE_S)
        sockets = self._ports.sockets
        ready, _, _ = select.select([*readable, *sockets], [], [], max(0.0, min(wait_s, 3600.0)))
        self._look_for_errors([k for k, sock in enumerate(sockets) if sock in ready])
        return [one for one in readable if one in ready]

    def _look_for_errors(self, ready: Sequence[int]) -> None:
        for k in ready:
            if not self._ports.has_arrivals(k) and (errno := self._ports.pending_error(k)):
                facts = {"interface": self._ports.names[k], "error": os.strerror(errno)}
                self._journal.event("interface", time.time_ns(), **facts)

    def _note_changes(self, way: int) -> None:
        for change in self.links.take_changes(way):
            self._journal.capacity(change.t_ns, change.value, way, change.kind, change.cause)
            self._note(way, change)

    def _note(self, way: int, change: Change) -> None:
        if change.cause not in {Cause.BURST, Cause.STEP, Cause.PROMOTION}:
            return
        facts = {"link": way // 2, "dir": way % 2, "cause": change.cause.name.lower()}
        if change.kind is Kind.RATE:
            rate = rate_change(self.links, way, change)
            facts |= {"rate_bps": rate.rate_bps, "since_burst_s": rate.since_burst_s}
            self._journal.event("rate", change.t_ns, **facts)
        else:
            value = change.value if np.isfinite(change.value) else None
            self._journal.event(change.kind.name.lower(), change.t_ns, **facts, value=value)

    def obey(self, request: Request) -> int:
        """Do what control asks for; return when. Raises: ControlError, and nothing was changed."""
        ways = request.ways(len(self._config.wires))
        for way in ways:
            self.links.must_allow(way, request)
        self._carry(0)  # what came before is decided as things were
        t_ns = time.time_ns()
        for way in ways:
            if request.restart:
                self._give_up(way, Fate.BLACKHOLE)
            self.links.obey(way, request, t_ns)
            self._note_changes(way)
        self._journal.event("control", t_ns, ways=ways, **msgspec.to_builtins(request))
        return t_ns

    def _send_one(self, way: int) -> None:
        """Send the first frame of *way* by itself, for the error's sake."""
        store, out_ns = self._store, time.time_ns()
        slot = store.slot[way, store.bounds[way, HEAD] & (store.slot.shape[1] - 1)]
        frame = store.frames[slot, : store.records[slot].len]
        try:
            self._ports.sockets[way ^ 1].send(frame.tobytes())
        except OSError as error:
            self._count_error(way, f"{self._ports.names[way ^ 1]}: {error.strerror}")
            finish(store, way, Fate.EMULATOR_FAILURE.value, 0)
        else:
            finish(store, way, Fate.DELIVERED.value, out_ns)

    def _count_error(self, way: int, text: str) -> None:
        if text not in self._errors:
            self._journal.event("send_failed", time.time_ns(), link=way // 2, dir=way % 2, error=text)
        self._errors[text] = self._errors.get(text, 0) + 1

    def _flush_when_due(self) -> None:
        waiting = int(self._store.counts[LOG])
        if not waiting:
            return
        now_ns = time.monotonic_ns()
        if waiting >= FLUSH_RECORDS or now_ns - self._oldest_ns > FLUSH_NS:
            self._flush()
            self._oldest_ns = now_ns

    def _flush(self) -> None:
        store = self._store
        self._journal.packets(store.log[: store.counts[LOG]].tobytes())
        store.counts[LOG] = 0

    def _give_up(self, way: int, fate: Fate) -> int:
        """Let nothing of what is on its way in a direction leave; return how much there was."""
        given_up = int(self._store.bounds[way, COUNT])
        while self._store.bounds[way, COUNT]:
            if self._store.counts[LOG] >= LOGGED - 1:
                self._flush()
            finish(self._store, way, fate.value, 0)
        return given_up

    def facts(self) -> dict[str, object]:
        """Return the summary: what was carried, how late, and every failure of the emulator itself."""
        store, names = self._store, self._ports.names
        return {
            "links": [wire.link.name for wire in self._config.wires],
            "config": msgspec.to_builtins(self._config),
            "started_ns": self._started_ns,
            "start_ns": self.start_ns,
            "written_ns": time.time_ns(),
            "scheduler": SCHEDULERS.get(os.sched_getscheduler(0), "?"),
            "niceness": os.nice(0),
            "cpu_s": round(time.process_time(), 3),
            "rounds": int(store.rounds[0]),
            "packets": self._journal.records,
            "fates": {fate.name.lower(): int(store.fates[fate]) for fate in Fate},
            "lateness_us": Lateness(store.late).summary(),
            "ports": [self._port_facts(k) for k in range(len(names))],
            "send_errors": self._errors,
            "interface_drops": {name: n for name, n in interface_drops().items() if n},
            "oversized": int(store.counts[OVERSIZED]),
            "no_slot": int(store.counts[NO_SLOT]),
            "unsent_at_end": self._left_over,
        }

    def _port_facts(self, k: int) -> dict[str, object]:
        return {
            "interface": self._ports.names[k],
            "received": int(self._ports.rings.received[k]),
            "ring_dropped": self._ports.dropped(k),
            "partial_checksums": int(self._ports.rings.unfinished[k]),
        }
