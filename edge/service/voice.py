"""What the box says between results: meta, state, signal (live), and events (committed like results)."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.host.machine import health
from edge.measure.result import Failure
from edge.mqtt.publisher import Publisher
from edge.schema.live import Meta, MetaLine, Signal, State
from edge.schema.names import BOX_LINE
from edge.schema.record import Value
from edge.service.heart_records import heart_event_fields, heart_tally_fields
from edge.service.line import LineHandle
from edge.service.messages import CheckSeen, HeartNoticed, HeartTally, Sample
from edge.service.records import (
    NS_PER_MS,
    check_fields,
    event_fields,
    network_values,
    session_values,
    sms_values,
)
from edge.service.testing import Bench
from modem_drivers.radio.plmn import find_network


@dataclass(frozen=True, slots=True)
class Identity:
    """What `meta` says of the box beyond its configuration."""

    version: str
    hardware: str


class Voice:
    """Builds the payloads and hands them to the publisher; events go through the outbox."""

    def __init__(self, bench: Bench, publisher: Publisher, identity: Identity) -> None:
        self._bench, self._publisher, self._identity = bench, publisher, identity

    def meta(self, lines: Iterable[LineHandle]) -> None:
        """Say what this box is and what its lines are made of."""
        config = self._bench.config
        payload = Meta(
            box=config.box,
            site=config.site,
            ts=self._bench.clock.unix_ms(),
            version=self._identity.version,
            province=config.province,
            regency=config.regency,
            hardware=self._identity.hardware,
            lines=[_meta_line(handle) for handle in lines],
        )
        self._publisher.publish_live("meta", BOX_LINE, payload)

    def signal(self, handle: LineHandle, sample: Sample) -> None:
        """Pass on one radio reading."""
        t_ms = sample.t_ns // NS_PER_MS
        payload = Signal(box=self._box, line=handle.name, ts=t_ms, values={**sample.values}, nv=sample.nv)
        self._publisher.publish_live("signal", handle.name, payload)

    def line_state(self, handle: LineHandle) -> None:
        """Say what is last known of a line."""
        values: dict[str, Value] = {"slot": handle.line.slot, "alive": handle.alive}
        nv: dict[str, str] = {}
        if handle.samples:
            values.update(handle.samples[-1].values)
        if handle.session is not None:
            values.update(session_values(handle.session, handle.data))
        if handle.sms is not None:
            values.update(sms_values(handle.sms))
        if handle.network is not None:
            values.update(network_values(handle.network))
        elif handle.modem_err is not None:
            nv["name_sent"] = handle.modem_err.code
        self._state(handle.name, values, nv)

    def box_state(self, board: dict[str, Value]) -> None:
        """Say how the machine, the outbox and the probe board are."""
        counts = self._bench.outbox.counts()
        values: dict[str, Value] = {**health(), "unreceipted": counts.unreceipted, "issued": counts.issued}
        values |= board
        self._state(BOX_LINE, values, {})

    def event(self, handle: LineHandle, name: str, err: Failure | None) -> None:
        """Commit an event of a line, and publish it. Raises: OutboxError."""
        now_ns, slot = self._bench.clock.unix_ns(), handle.line.slot
        fields = event_fields(name, err, now_ns, self._bench.moment(), {"slot": slot})
        self._bench.outbox.append("event", handle.name, fields)
        self._publisher.wake()

    def box_event(self, name: str, err: Failure | None, values: dict[str, Value]) -> None:
        """Commit an event of the box itself, and publish it. Raises: OutboxError."""
        fields = event_fields(name, err, self._bench.clock.unix_ns(), self._bench.moment(), values)
        self._bench.outbox.append("event", BOX_LINE, fields)
        self._publisher.wake()

    def check(self, handle: LineHandle, seen: CheckSeen) -> None:
        """Commit a check's verdict as an event of the line, and publish it. Raises: OutboxError."""
        fields = check_fields(seen, self._bench.moment(), handle.line.slot)
        self._bench.outbox.append("event", handle.name, fields)
        self._publisher.wake()

    def heart(self, handle: LineHandle, report: HeartNoticed | HeartTally) -> None:
        """Commit what a line's heartbeat says, and publish it. Raises: OutboxError."""
        moment, slot = self._bench.moment(), handle.line.slot
        if isinstance(report, HeartNoticed):
            self._bench.outbox.append("event", handle.name, heart_event_fields(report, moment, slot))
        elif (fields := heart_tally_fields(report, moment, slot)) is not None:
            self._bench.outbox.append("result", handle.name, fields)
        self._publisher.wake()

    @property
    def _box(self) -> str:
        return self._bench.config.box

    def _state(self, line: str, values: dict[str, Value], nv: dict[str, str]) -> None:
        payload = State(box=self._box, line=line, ts=self._bench.clock.unix_ms(), values=values, nv=nv)
        self._publisher.publish_live("state", line, payload)


def _meta_line(handle: LineHandle) -> MetaLine:
    modem = handle.modem
    network = find_network(modem.home_plmn) if modem and modem.home_plmn else None
    return MetaLine(
        line=handle.name,
        slot=handle.line.slot,
        model=modem.model if modem else "",
        firmware=modem.firmware if modem else "",
        brand=network.brand if network else "",
    )
