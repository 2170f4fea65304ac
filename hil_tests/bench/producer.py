"""A box without modems: journals, finishes and publishes numbered tests as fast as asked, to be killed.

`python -m hil_tests.bench.producer --broker URL --data DIR --box NAME --rate 200` runs the real outbox and
the real publisher. Like a measurement server's log, DIR/served.log gets each test's nonce after it was
journaled and before it has a result; DIR/counts.json says how many records wait for a receipt. Ends on
SIGTERM; on SIGUSR1 it produces no more and ends when all receipts are there.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from edge.mqtt.publisher import Publisher, PublisherConfig
from edge.outbox.store import Outbox
from edge.schema.address import parse_broker
from edge.schema.record import Fields


def now_ms() -> int:
    """Return Unix ms."""
    return time.time_ns() // 1_000_000


def write_counts(outbox: Outbox, folder: Path) -> None:
    """Write the counts so that a reader sees all or nothing."""
    new = folder / "counts.new"
    new.write_text(json.dumps(asdict(outbox.counts())))
    new.replace(folder / "counts.json")


def one_test(outbox: Outbox, served: TextIO) -> None:
    """Journal, be served, finish."""
    nonce = secrets.token_hex(16)
    fields = Fields(boot="bench", ts=now_ms(), values={"measurement": "rtt"})
    outbox.begin(nonce, "result", "51010", fields)
    served.write(nonce + "\n")
    served.flush()
    outbox.finish(nonce, fields)


async def produce(args: argparse.Namespace) -> None:
    """Produce until SIGTERM."""
    folder: Path = args.data
    outbox = Outbox.open(
        folder / "outbox.db",
        args.box,
        site="bench",
        rng_hex=lambda: secrets.token_hex(4),
        clock=now_ms,
    )
    outbox.recover()
    loop, ended, enough = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, enough.set)
    publisher = Publisher(
        PublisherConfig(
            broker=parse_broker(args.broker),
            province=args.regency[:2],
            regency=args.regency,
            box=args.box,
            start_number=outbox.start_number,
            resend_s=args.resend_s,
        ),
        outbox,
        rng=random.random,
        clock_ms=now_ms,
        mono_s=time.monotonic,
        on_state=lambda state: print(state.text, flush=True),
        on_notice=lambda notice: None if notice.code == "receipt" else print(notice.text, flush=True),
    )
    publisher.start(loop)
    with (folder / "served.log").open("a") as served:
        while not (ended.is_set() or enough.is_set()) and outbox.counts().issued < args.count:
            one_test(outbox, served)
            publisher.wake()
            write_counts(outbox, folder)
            await asyncio.sleep(1 / args.rate)
    await _drain(publisher, outbox, folder, ended)
    await publisher.stop()
    outbox.close()


async def _drain(publisher: Publisher, outbox: Outbox, folder: Path, ended: asyncio.Event) -> None:
    while not ended.is_set() and not await publisher.wait_drained(0.5):
        write_counts(outbox, folder)
    write_counts(outbox, folder)


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--box", required=True)
    parser.add_argument("--regency", default="3171")
    parser.add_argument("--rate", type=float, default=200.0, help="tests a second")
    parser.add_argument("--count", type=int, default=1 << 50, help="end after that many records and a drain")
    parser.add_argument("--resend-s", type=float, default=2.0)
    print(f"producer {os.getpid()}", flush=True)
    asyncio.run(produce(parser.parse_args()))


if __name__ == "__main__":
    main()
