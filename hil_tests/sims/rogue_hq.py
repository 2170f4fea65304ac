"""A headquarters that lies: it receipts every record it sees and stores nothing.

`python -m hil_tests.sims.rogue_hq --broker mqtt://HOST:PORT --box BOX` shows that the demo's books notice. It
answers records of that one box only: on a shared broker it must not make other boxes forget theirs. It prints
READY once it is subscribed and ends on SIGTERM or SIGINT.
"""

import argparse
import json
import signal
import sys
import threading
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

EVIDENCE = ("result", "event", "gap", "alert")
CONNECT_S = 10.0


def receipt_for(topic: str, payload: bytes) -> tuple[str, bytes] | None:
    """Return (topic, payload) of the receipt for a record, None for what is no record.

    Topics have seven levels, pantau/v1/province/regency/box/line/kind; an id is box/epoch/sequence.
    """
    levels = topic.split("/")
    try:
        box, epoch, sequence = json.loads(payload)["id"].split("/")
        watermark = int(sequence)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    receipt = {"v": 1, "box": box, "epoch": epoch, "watermark": watermark, "also": []}
    return "/".join([*levels[:5], "box", "receipt"]), json.dumps(receipt).encode()


class RogueHq:
    """Subscribes to the records of one box and receipts each at once."""

    def __init__(self, box: str) -> None:
        self.ready = threading.Event()
        self._topics = [(f"pantau/v1/+/+/{box}/+/{kind}", 1) for kind in EVIDENCE]
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"rogue-hq-{box}")
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(self._topics)

    def _on_subscribe(self, *_: object) -> None:
        self.ready.set()

    def _on_message(self, client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        answer = receipt_for(message.topic, bytes(message.payload))
        if answer is not None:
            client.publish(answer[0], answer[1], qos=1)


def main() -> None:
    """Lie until told to end."""
    parser = argparse.ArgumentParser(prog="python -m hil_tests.sims.rogue_hq", description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--box", required=True)
    args = parser.parse_args()
    where = urlsplit(args.broker)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    rogue = RogueHq(args.box)
    rogue.client.connect(where.hostname or "127.0.0.1", where.port or 1883, keepalive=30)
    rogue.client.loop_start()
    if not rogue.ready.wait(CONNECT_S):
        sys.exit(f"rogue_hq: {args.broker} granted no subscription within {CONNECT_S:g} s")
    print("READY", flush=True)
    ended.wait()
    rogue.client.disconnect()
    rogue.client.loop_stop()


if __name__ == "__main__":
    main()
