"""The heartbeat of one line inside its worker: events at once, a tally every few minutes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from edge.config.model import Config
from edge.config.model import Heartbeat as HeartbeatConfig
from edge.host.timekeeping import read_clock_state
from edge.measure.failures import failure
from edge.measure.heartbeat import Heart, Notice, heartbeat_ssid
from edge.ports import Clock
from edge.run.heartbeat import FarEnd, Heartbeat, Means
from edge.run.job import SocketFactory
from edge.service.messages import HeartNoticed, HeartTally

SERVERS = 2
CAUSES = {"line.lost": "line.lost", "server.silent": "heartbeat.server"}
LOOK_S = 1.0
"""How often it is looked whether it is time for another pace or a tally."""


class Surroundings(NamedTuple):
    """What the worker gives a heartbeat; may_send, is_busy as of run.heartbeat.Means."""

    slot: str
    clock: Clock
    sockets: SocketFactory
    cookie: int
    may_send: Callable[[], bool]
    is_busy: Callable[[], bool]
    send: Callable[[msgspec.Struct], None]


def pace_s(config: HeartbeatConfig, now: datetime) -> float:
    """Return the seconds between two exchanges at *now* (aware)."""
    if config.fast_from is None or config.fast_until is None:
        return config.every_s
    return config.fast_s if config.fast_from <= now < config.fast_until else config.every_s


async def beat(config: Config, keys: tuple[bytes | None, ...], around: Surroundings) -> None:
    """Beat until cancelled; at once over if the configuration wants none."""
    if not config.heartbeat.every_s:
        return
    names = [server.name for server in config.server[:SERVERS]]
    servers = [_far_end(server.address, key) for server, key in zip(config.server, keys, strict=True)][
        :SERVERS
    ]
    heart = Heart(len(servers), around.clock.mono_s(), every_s=config.heartbeat.every_s)
    means = Means(
        clock=around.clock,
        on_notice=lambda notice: around.send(_noticed(notice, names, around)),
        may_send=around.may_send,
        is_busy=around.is_busy,
        socket_factory=around.sockets,
        netns_cookie=around.cookie,
        clock_error_ms=read_clock_state().error_ms,
    )
    beating = asyncio.ensure_future(Heartbeat(heart, servers, heartbeat_ssid(config.box), means).run())
    authenticated = all(server.key is not None for server in servers)
    try:
        await _look_after(heart, config.heartbeat, around, authenticated)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _look_after(
    heart: Heart, config: HeartbeatConfig, around: Surroundings, authenticated: bool
) -> None:
    """Change the pace when it is time to, and tell a tally every config.tell_s."""
    told_s, start_ns = around.clock.mono_s(), around.clock.unix_ns()
    while True:
        heart.every_s = pace_s(config, datetime.now(UTC))
        if around.clock.mono_s() - told_s >= config.tell_s:
            tally = heart.tally(around.clock.mono_s())
            around.send(
                HeartTally(
                    start_ns=start_ns,
                    seconds=round(tally.seconds, 1),
                    sent=tally.sent,
                    received=tally.received,
                    access_ms=list(tally.access_ms),
                    rtt_ms=list(tally.rtt_ms),
                    authenticated=authenticated,
                )
            )
            told_s, start_ns = around.clock.mono_s(), around.clock.unix_ns()
        await asyncio.sleep(LOOK_S)


def _far_end(address: str, key: bytes | None) -> FarEnd:
    host, _, port = address.rpartition(":")
    return FarEnd(host.strip("[]"), int(port), key)


def _noticed(notice: Notice, names: list[str], around: Surroundings) -> HeartNoticed:
    server = None if notice.server is None else names[notice.server]
    detail = f"nothing for {notice.silent_s:.0f} s, {notice.missed} exchanges missed"
    where = server or around.slot
    cause = CAUSES.get(notice.told)
    return HeartNoticed(
        told=notice.told,
        t_ns=around.clock.unix_ns(),
        silent_s=round(notice.silent_s, 1),
        missed=notice.missed,
        server=server,
        err=failure(cause, where=where, detail=detail) if cause else None,
    )
