"""`pantau heartbeat`: the heartbeat of one line by hand, until Ctrl-C."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from edge.cli.target import enter_netns, parse_server
from edge.host.timekeeping import read_clock_state
from edge.measure.heartbeat import EVERY_S, Heart, Notice, heartbeat_ssid
from edge.net.netns import own_cookie
from edge.run.heartbeat import FarEnd, Heartbeat, Means
from edge.service.build import read_key
from edge.service.clock import SystemClock


def heartbeat(
    server: Annotated[list[str], typer.Option(help="HOST:PORT of a pantau-server; give two, used in turn.")],
    netns: Annotated[str, typer.Option(help="Beat in this network namespace (ip netns list).")] = "",
    key: Annotated[Path | None, typer.Option(help="File with the servers' key; none: open servers.")] = None,
    box: Annotated[str, typer.Option(help="Whose heart it is: decides the session id.")] = "by-hand",
    every_s: Annotated[float, typer.Option(min=0.1, help="Pause between two exchanges.")] = EVERY_S,
    seconds: Annotated[float, typer.Option(min=0, help="How long; 0: until Ctrl-C.")] = 0,
) -> None:
    """Exchange a packet now and then; print a line when it begins, when silence is known, and at the end.

    Each line is a JSON object: {"told","t_ns","silent_s","missed","server"}, told "begun" first; the last one
    is {"told":"tally","sent","received","access_ms","rtt_ms"}.
    """
    enter_netns(netns)
    secret = read_key(key) if key else None
    servers = [FarEnd(*parse_server(text), secret) for text in server]
    asyncio.run(_beat(servers, heartbeat_ssid(box), every_s, seconds))


async def _beat(servers: list[FarEnd], ssid: int, every_s: float, seconds: float) -> None:
    clock = SystemClock()
    heart = Heart(len(servers), clock.mono_s(), every_s=every_s)

    def tell(notice: Notice) -> None:
        where = None if notice.server is None else servers[notice.server].host
        _say(
            told=notice.told,
            t_ns=clock.unix_ns(),
            silent_s=round(notice.silent_s, 3),
            missed=notice.missed,
            server=where,
        )

    means = Means(
        clock=clock,
        on_notice=tell,
        netns_cookie=own_cookie(),
        clock_error_ms=read_clock_state().error_ms,
    )
    _say(told="begun", t_ns=clock.unix_ns())
    try:
        async with asyncio.timeout(seconds or None):
            await Heartbeat(heart, servers, ssid, means).run()
    except TimeoutError:
        pass
    finally:
        tally = heart.tally(clock.mono_s())
        _say(
            told="tally",
            sent=tally.sent,
            received=tally.received,
            access_ms=tally.access_ms,
            rtt_ms=tally.rtt_ms,
        )


def _say(**words: object) -> None:
    sys.stdout.write(msgspec.json.encode(words).decode() + "\n")
    sys.stdout.flush()
