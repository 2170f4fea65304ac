"""After a test: what the server knows of it, and where a test that broke was broken."""

import asyncio
import errno
from contextlib import suppress
from dataclasses import dataclass, replace
from socket import SOCK_DGRAM, SOCK_STREAM

from edge.measure.protocol import REPORT, Report, Terms
from edge.run.attempt import Attempt
from edge.run.control import ask
from edge.run.errors import MeasurementFailedError

REPORT_S = 3.0
"""How long all of a report may take, s."""
BROKEN = ("server.closed_early", "server.unreachable", "no_data", "route.none")
"""Causes that say only that a test broke; it is worth while to look where."""


async def ask_report(attempt: Attempt) -> Report | None:
    """Return what the server knows of the test that was admitted as *attempt*; None if it does not tell."""
    token = attempt.answer.token if attempt.answer else None
    if not token:
        return None
    job = replace(attempt.job, tap=None, brake=None, connect_timeout_s=REPORT_S)
    asking = Attempt.begin(job, REPORT)
    sock = asking.new_socket(SOCK_STREAM)
    try:
        async with asyncio.timeout(REPORT_S):
            await asking.connect("tcp", sock)
            return await ask(asking, sock, Terms(box=job.box, token=token), Report)
    except (MeasurementFailedError, TimeoutError):
        return None
    finally:
        sock.close()


@dataclass(frozen=True, slots=True)
class Scene:
    """What was found after a test broke. address_gone, route_gone: of this end; asked: whether the server's
    report could be asked for.
    """

    address_gone: bool
    route_gone: bool
    egress_before: str
    asked: bool
    report: Report | None


async def look(attempt: Attempt) -> Scene:
    """Return what is left of the line, and what the server says over it."""
    address_gone, route_gone = _local(attempt)
    report = None if route_gone else await ask_report(attempt)
    answer = attempt.answer
    before, token = (answer.you or "", answer.token) if answer else ("", None)
    return Scene(address_gone, route_gone, before, bool(token), report)


def judge(kind: str, exc: MeasurementFailedError, scene: Scene) -> MeasurementFailedError:
    """Return the cause that *scene* shows of a test of *kind*; *exc* itself where it shows none."""
    if scene.route_gone:
        return MeasurementFailedError("link.lost", exc.detail)
    if scene.address_gone:
        return MeasurementFailedError("link.readdressed", exc.detail)
    if scene.report is None:
        code = "path.silent" if scene.asked and exc.code in ("no_data", "server.unreachable") else exc.code
        return MeasurementFailedError(code, exc.detail)
    if kind == "rtt":
        return MeasurementFailedError("udp.blocked", exc.detail)
    now, before = host_of(scene.report.you), host_of(scene.egress_before)
    if now and before and now != before:
        return MeasurementFailedError("path.rebound", f"from {before} to {now}; {exc.detail}")
    if scene.report.outcome == "stopped":
        return MeasurementFailedError("server.closed_early", f"it was stopped; {exc.detail}")
    return MeasurementFailedError("path.cut", exc.detail)


async def explained(attempt: Attempt, exc: MeasurementFailedError) -> MeasurementFailedError:
    """Return the cause of a test's end as far as it can be found; that of one which never began stays."""
    if exc.code not in BROKEN or attempt.answer is None or not attempt.answer.ok:
        return exc
    return judge(attempt.kind, exc, await look(attempt))


def host_of(endpoint: str) -> str:
    """Return the address in "ip:port" or "[ip]:port"."""
    return endpoint.rpartition(":")[0].strip("[]")


def _local(attempt: Attempt) -> tuple[bool, bool]:
    """Return whether the flow's own address is gone from this end, and whether there is no way out at all."""
    if attempt.flow_ends is None:
        return False, False
    gone = [False, False]
    for place, act in enumerate(("bind", "connect")):
        with suppress(MeasurementFailedError):
            sock = attempt.new_socket(SOCK_DGRAM)
            try:
                if act == "bind":
                    sock.bind((host_of(attempt.flow_ends.local), 0))
                else:
                    sock.connect((attempt.job.host, attempt.job.port))
            except OSError as exc:
                gone[place] = exc.errno in (errno.EADDRNOTAVAIL, errno.ENETUNREACH, errno.ENODEV)
            finally:
                sock.close()
    return gone[0], gone[1]
