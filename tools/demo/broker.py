"""The demo's own MQTT broker, so that the demo needs no service: `python -m tools.demo.broker --port P`.

amqtt speaks MQTT 3.1.1 and forgets everything when it ends; it is for the demo only. It prints one line
READY and ends on SIGTERM, SIGINT or when its standard input is closed.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys

from amqtt.broker import Broker


def config(port: int) -> dict[str, object]:
    """Return amqtt's settings: one listener on loopback, anybody may come in."""
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }


async def serve(port: int) -> None:
    """Serve on 127.0.0.1:*port* until told to end."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_reader(sys.stdin, _read_to_end, ended)
    broker = Broker(config(port))
    await broker.start()
    print(f"READY mqtt://127.0.0.1:{port}", flush=True)
    await ended.wait()
    loop.remove_reader(sys.stdin)
    await broker.shutdown()


def _read_to_end(ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        ended.set()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo.broker", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
