"""The life of a box from start to orderly end, also when it is told to stop in the middle."""

import asyncio
import signal
from dataclasses import dataclass
from enum import IntEnum

from edge.service.build import Box

GOODBYE_S = 1.0
"""How long the broker may take to hear that we go; the whole end takes less than 3 s."""


class Exit(IntEnum):
    """Exit statuses of `pantau run` and `pantau once`."""

    DONE = 0
    REFUSED = 1
    WITHOUT_RECEIPT = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Plan:
    """rounds None = for ever, every_s apart; receipt_s: how long to wait for the last receipts."""

    rounds: int | None
    every_s: float
    receipt_s: float


async def run_box(box: Box, plan: Plan) -> Exit:
    """Measure as planned. Raises: OutboxError, HelperGone."""
    work = asyncio.ensure_future(_rounds(box, plan))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        return Exit.INTERRUPTED
    finally:
        await box.service.stop()
        await box.publisher.stop(GOODBYE_S)


async def _rounds(box: Box, plan: Plan) -> Exit:
    box.outbox.recover()
    box.publisher.start(asyncio.get_running_loop())
    await box.service.start()
    done = 0
    while True:
        await box.service.round()
        done += 1
        if plan.rounds is not None and done >= plan.rounds:
            break
        await asyncio.sleep(plan.every_s)
    drained = await box.publisher.wait_drained(plan.receipt_s)
    return Exit.DONE if drained else Exit.WITHOUT_RECEIPT
