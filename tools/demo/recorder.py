"""A plain subscriber: `python -m tools.demo.recorder --broker URL --box BOX --out messages.jsonl`.

It appends every message of the box to a file, a JSON line each, as it comes: what the demo's verdict knows of
the measurements. It prints READY once it is subscribed; it ends on SIGTERM, SIGINT or the end of its standard
input, and with --tidy clears the box's retained messages from the broker before it goes.
"""

import argparse
import os
import signal
import sys
import threading
import time
from io import BufferedWriter
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tools.demo.verdict.messages import Message

CONNECT_S = 10.0
SETTLE_S = 2.0


def split_url(url: str) -> tuple[str, int]:
    """Return host and port of mqtt://host:port.

    Raises: ValueError, if it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme != "mqtt" or not parts.hostname:
        raise ValueError(
            f"broker {url!r} is not mqtt://host:port; give an address like mqtt://127.0.0.1:1883"
        )
    return parts.hostname, parts.port or 1883


class Recorder:
    """Writes what it hears to *out*; `ready` is set once the broker has granted the subscription."""

    def __init__(self, out: BufferedWriter, box: str) -> None:
        self.ready = threading.Event()
        self.retained: set[str] = set()
        self._out, self._topics = out, f"pantau/v1/+/+/{box}/#"
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"demo-recorder-{box}")
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(self._topics, qos=1)

    def _on_subscribe(self, *_: object) -> None:
        self.ready.set()

    def _on_message(self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        payload = message.payload.decode("utf-8", errors="backslashreplace")
        line = Message(t_ns=time.time_ns(), topic=message.topic, payload=payload)
        self._out.write(msgspec.json.encode(line) + b"\n")
        self._out.flush()
        if message.topic.rsplit("/", 1)[-1] in {"status", "meta", "state", "alert"}:
            self.retained.add(message.topic)

    def tidy(self) -> None:
        """Clear the retained messages that were heard from the broker."""
        sent = [self.client.publish(topic, b"", qos=1, retain=True) for topic in sorted(self.retained)]
        for info in sent:
            info.wait_for_publish(SETTLE_S)


def record(url: str, box: str, path: Path, *, tidy: bool) -> int:
    """Record until told to end; return the exit status."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    host, port = split_url(url)
    with path.open("ab") as out:
        recorder = Recorder(out, box)
        try:
            recorder.client.connect(host, port, keepalive=30)
        except OSError as exc:
            print(f"recorder: {url}: {exc}; is a broker running there?", file=sys.stderr)
            return 1
        recorder.client.loop_start()
        if not recorder.ready.wait(CONNECT_S):
            print(f"recorder: {url} granted no subscription within {CONNECT_S:g} s", file=sys.stderr)
            return 1
        print("READY", flush=True)
        threading.Thread(target=_await_end_of_input, args=(ended,), daemon=True).start()
        ended.wait()
        if tidy:
            recorder.tidy()
        recorder.client.disconnect()
        recorder.client.loop_stop()
    return 0


def _await_end_of_input(ended: threading.Event) -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    ended.set()


def main() -> None:
    """Read the arguments and record."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo.recorder", description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--box", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tidy", action="store_true")
    args = parser.parse_args()
    sys.exit(record(args.broker, args.box, args.out, tidy=args.tidy))


if __name__ == "__main__":
    main()
