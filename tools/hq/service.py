"""The running ingest: keeps connected, steps the link, ends on request or when nothing comes any more."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.hq.ingest import Ingest
from tools.hq.link import HqLink, LinkLost, LoginRefused

STEP_S = 0.5
RETRY_FIRST_S = 0.5
RETRY_CAP_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """When to end: *stopping* says so, or nothing came for *idle_s* while connected (None: never)."""

    stopping: Callable[[], bool]
    idle_s: float | None = None


def serve(link: HqLink, ingest: Ingest, until: Until, say: Callable[[str], None]) -> None:
    """Run until *until* says so. Raises: LoginRefused, StoreFailed."""
    retry_s = RETRY_FIRST_S
    while not until.stopping():
        try:
            link.connect()
            if _stay(link, ingest, until, say):
                return
        except LoginRefused:
            raise
        except LinkLost as exc:
            retry_s = RETRY_FIRST_S if link.was_up else min(RETRY_CAP_S, retry_s * 2)
            say(f"broker not reached ({exc}); trying again in {retry_s:g} s")
            _wait(retry_s, until)


def _stay(link: HqLink, ingest: Ingest, until: Until, say: Callable[[str], None]) -> bool:
    """Serve one connection; return True when it is time to end. Raises: LinkLost, StoreFailed."""
    told, seen, since_s = False, ingest.totals.messages, time.monotonic()
    while not until.stopping():
        link.step(ingest.wait_s(STEP_S))
        ingest.flush_if_due()
        if link.up and not told:
            told, since_s = True, time.monotonic()
            say("connected")
        if ingest.totals.messages != seen:
            seen, since_s = ingest.totals.messages, time.monotonic()
        if until.idle_s is not None and link.up and time.monotonic() - since_s >= until.idle_s:
            break
    ingest.flush()
    link.close()
    return True


def _wait(seconds: float, until: Until) -> None:
    end_s = time.monotonic() + seconds
    while not until.stopping() and (left_s := end_s - time.monotonic()) > 0:
        time.sleep(min(0.2, left_s))
