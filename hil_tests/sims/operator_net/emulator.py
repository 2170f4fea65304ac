"""The links: `python -m hil_tests.sims.operator_net.emulator --config FILE --log FILE`.

One process for all links, in a namespace of its own that holds both ends' peers. Prints READY, runs until
SIGTERM or SIGINT, then sends what is due within DRAIN_NS and writes the summary.

    ring -> Direction.admit -> queue of that direction -> send when due -> record
"""

import argparse
import contextlib
import gc
import os
import random
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from hil_tests.sims.operator_net.journal import Journal
from hil_tests.sims.operator_net.lateness import Lateness
from hil_tests.sims.operator_net.link import Direction, Fate
from hil_tests.sims.operator_net.records import DOWN, NOT_IPV4, UP, Headers, read_headers
from hil_tests.sims.operator_net.settings import EmulatorConfig, SettingsError, read_config
from hil_tests.sims.operator_net.wire_port import MAX_FRAME_BYTES, Arrival, WirePort, interface_drops

TICK_S = 0.0004  # traffic wakes the process at most this often
IDLE_S = 0.2  # looks for records to flush while there are any
BATCH = 64  # frames sent for one direction before the others have their turn
DRAIN_NS = 1_000_000_000
NICENESS = -10


class Held(NamedTuple):
    """A frame on its way."""

    due_ns: int
    t_in_ns: int
    frame: bytes
    headers: Headers


class Way:
    """One direction of one link: from a port, through its Direction, to the other port."""

    def __init__(self, link: int, direction: int, core: Direction, source: WirePort, sink: WirePort) -> None:
        self.link, self.direction, self.core = link, direction, core
        self.source, self.sink = source, sink
        self.held: deque[Held] = deque()


class Emulator:
    """All links of one configuration over open ports."""

    def __init__(self, config: EmulatorConfig, journal: Journal) -> None:
        self._config = config
        self._journal = journal
        self._lateness = Lateness()
        self._fates = dict.fromkeys(Fate, 0)
        self._errors: dict[str, int] = {}
        self._oversized = self._left_over = self._rounds = 0
        self._started_ns = time.time_ns()
        self._ports: list[WirePort] = []
        self._ways: list[Way] = []
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            for number, wire in enumerate(config.wires):
                self._join(number, wire.client_interface, wire.router_interface)
            undo.pop_all()

    def _join(self, number: int, client_interface: str, router_interface: str) -> None:
        link = self._config.wires[number].link
        client, router = self._port(client_interface), self._port(router_interface)
        for direction, setting, source, sink in (
            (UP, link.up, client, router),
            (DOWN, link.down, router, client),
        ):
            rngs = [
                random.Random(f"{self._config.seed}/{link.name}/{direction}/{use}")
                for use in ("loss", "jitter")
            ]
            core = Direction(setting, loss_rng=rngs[0], jitter_rng=rngs[1])
            self._ways.append(Way(number, direction, core, source, sink))
            facts = {
                "link": number,
                "name": link.name,
                "dir": direction,
                "setting": msgspec.to_builtins(setting),
            }
            self._journal.event("setting", self._started_ns, **facts)

    def _port(self, name: str) -> WirePort:
        self._ports.append(WirePort(name))
        return self._ports[-1]

    def close(self) -> None:
        """Close every port."""
        for port in self._ports:
            port.close()

    def run(self, stop: socket.socket) -> None:
        """Carry frames until *stop* has something to read, then take in what is there and drain."""
        stopping = False
        while not stopping:
            self._round()
            stopping = self._wait(stop)
        until_ns = time.time_ns() + DRAIN_NS
        self._take_in()
        while any(way.held for way in self._ways) and time.time_ns() < until_ns:
            self._send_due()
            time.sleep(TICK_S)
        self._give_up_the_rest()

    def _round(self) -> None:
        self._rounds += 1
        self._take_in()
        self._send_due()
        self._journal.flush_when_old()

    def _wait(self, stop: socket.socket) -> bool:
        """Sleep until the next frame is due or something arrives; return whether to stop."""
        wait_s = self._until_next_due_s()
        if wait_s <= TICK_S:
            if wait_s > 0:
                time.sleep(wait_s)
            return False
        time.sleep(TICK_S)
        wait_s -= TICK_S
        if self._journal.waits:
            wait_s = min(wait_s, IDLE_S)
        ready, _, _ = select.select([stop, *(p.socket for p in self._ports)], [], [], min(wait_s, 3600.0))
        self._look_for_errors(ready)
        return stop in ready

    def _until_next_due_s(self) -> float:
        due = [way.held[0].due_ns for way in self._ways if way.held]
        return (min(due) - time.time_ns()) / 1e9 if due else float("inf")

    def _look_for_errors(self, ready: Sequence[socket.socket]) -> None:
        for port in self._ports:
            if port.socket in ready and not port.has_arrivals() and (errno := port.pending_error()):
                self._journal.event(
                    "interface", time.time_ns(), interface=port.name, error=os.strerror(errno)
                )

    def _take_in(self) -> None:
        for way in self._ways:
            if not way.source.has_arrivals():
                continue
            for arrival in way.source.arrivals():
                self._admit(way, arrival)
            for change in way.core.changes:
                facts = {
                    "link": way.link,
                    "dir": way.direction,
                    "rate_bps": change.rate_bps,
                    "cause": change.cause,
                }
                self._journal.event("rate", change.t_ns, **facts, since_burst_s=change.since_burst_s)
            way.core.changes.clear()

    def _admit(self, way: Way, arrival: Arrival) -> None:
        t_ns, frame, length_bytes = arrival
        headers = read_headers(frame)
        if length_bytes > MAX_FRAME_BYTES:
            self._oversized += 1
            self._record(way, Held(t_ns, t_ns, frame, headers), Fate.EMULATOR_FAILURE, 0)
        elif headers is NOT_IPV4:
            self._send(way, Held(t_ns, t_ns, frame, headers))  # ARP and the like: at once
        else:
            fate, due_ns = way.core.admit(t_ns, length_bytes)
            held = Held(due_ns, t_ns, frame, headers)
            if fate is Fate.DELIVERED:
                way.held.append(held)
            else:
                self._record(way, held, fate, 0)

    def _send_due(self) -> None:
        for way in self._ways:
            held = way.held
            for _ in range(BATCH):
                if not held or held[0].due_ns > time.time_ns():
                    break
                self._send(way, held.popleft())

    def _send(self, way: Way, held: Held) -> None:
        out_ns = time.time_ns()
        try:
            way.sink.send(held.frame)
        except OSError as error:
            self._failed(way, held, error)
            return
        if held.headers is not NOT_IPV4:
            self._lateness.add(out_ns - held.due_ns)
        self._record(way, held, Fate.DELIVERED, out_ns)

    def _failed(self, way: Way, held: Held, error: OSError) -> None:
        text = f"{way.sink.name}: {error.strerror}"
        if text not in self._errors:
            self._journal.event("send_failed", time.time_ns(), link=way.link, dir=way.direction, error=text)
        self._errors[text] = self._errors.get(text, 0) + 1
        self._record(way, held, Fate.EMULATOR_FAILURE, 0)

    def _record(self, way: Way, held: Held, fate: Fate, out_ns: int) -> None:
        h = held.headers
        length = min(len(held.frame), 0xFFFF)
        self._fates[fate] += 1
        self._journal.packet(
            *(held.t_in_ns, held.due_ns, out_ns, way.link, way.direction, fate, h.proto, length),
            *(h.src, h.dst, h.sport, h.dport, h.payload, h.seq),
        )

    def _give_up_the_rest(self) -> None:
        for way in self._ways:
            self._left_over += len(way.held)
            while way.held:
                self._record(way, way.held.popleft(), Fate.EMULATOR_FAILURE, 0)

    def facts(self) -> dict[str, object]:
        """Return the summary: what was carried, how late, and every failure of the emulator itself."""
        cpu = time.process_time()
        return {
            "links": [wire.link.name for wire in self._config.wires],
            "config": msgspec.to_builtins(self._config),
            "started_ns": self._started_ns,
            "written_ns": time.time_ns(),
            "niceness": os.nice(0),
            "cpu_s": round(cpu, 3),
            "rounds": self._rounds,
            "packets": self._journal.records,
            "fates": {fate.name.lower(): n for fate, n in self._fates.items()},
            "lateness_us": self._lateness.summary(),
            "ports": [_port_facts(port) for port in self._ports],
            "send_errors": self._errors,
            "interface_drops": {name: n for name, n in interface_drops().items() if n},
            "oversized": self._oversized,
            "unsent_at_end": self._left_over,
        }


def _port_facts(port: WirePort) -> dict[str, object]:
    return {
        "interface": port.name,
        "received": port.received,
        "ring_dropped": port.dropped(),
        "partial_checksums": port.partial_checksums,
    }


def _raise_priority() -> None:
    with contextlib.suppress(PermissionError):  # an ordinary user may not; the summary says what it is
        os.nice(NICENESS)


def _stop_socket() -> socket.socket:
    """Return a socket that becomes readable on SIGTERM or SIGINT."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    return reader


def run(config: EmulatorConfig, log_path: Path) -> None:
    """Carry the links of *config* until a signal; see the module. Raises: OSError."""
    stop = _stop_socket()
    journal = Journal(log_path)
    with contextlib.closing(journal), contextlib.closing(Emulator(config, journal)) as emulator:
        journal.summary({**emulator.facts(), "stopped_ns": None})
        _raise_priority()
        gc.collect()
        gc.freeze()
        gc.disable()  # nothing here makes cycles; a collection would be a pause
        print("READY", flush=True)
        emulator.run(stop)
        journal.flush()
        journal.event("stopped", time.time_ns())
        journal.summary({**emulator.facts(), "stopped_ns": time.time_ns()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 0 after a signal, 2 with a text when it could not start."""
    parser = argparse.ArgumentParser(
        prog="python -m hil_tests.sims.operator_net.emulator", description=__doc__
    )
    parser.add_argument("--config", type=Path, required=True, help="JSON, see operator_net/settings.py")
    parser.add_argument("--log", type=Path, required=True, help="binary log; summary and events go beside it")
    options = parser.parse_args(arguments)
    try:
        run(read_config(options.config), options.log)
    except (SettingsError, OSError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
