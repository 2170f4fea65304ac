"""An MQTT subscriber beside the box: which results are published, and which of them have a receipt."""

import json
import threading
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge.schema.address import parse_broker


class Observer:
    """Use as a context manager; counts of one box."""

    def __init__(self, broker: str, box: str) -> None:
        """Make ready; nothing is connected yet."""
        self._address, self._box = parse_broker(broker), box
        self._results: dict[tuple[str, int], dict[str, object]] = {}
        self._published: set[tuple[str, int]] = set()
        self._receipted: set[tuple[str, int]] = set()
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._subscribed.set()

    def __enter__(self) -> Self:
        self._client.connect(*self._address)
        self._client.subscribe([(f"pantau/v1/+/+/{self._box}/+/{kind}", 1) for kind in ("result", "receipt")])
        self._client.loop_start()
        if not self._subscribed.wait(10):
            raise TimeoutError(f"the broker {self._address} did not answer a subscription within 10 s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def published(self) -> int:
        """Return how many distinct results were published so far."""
        with self._changed:
            return len(self._published)

    def results(self) -> list[dict[str, object]]:
        """Return the results in the order in which the box committed them, each once."""
        with self._changed:
            return [self._results[key] for key in sorted(self._results)]

    def await_in_flight(self, more: int, *, deadline_s: float) -> int:
        """Wait until *more* further results came and one has no receipt; return how many have none.

        Raises: TimeoutError.
        """
        with self._changed:
            goal = len(self._published) + more
            found = self._changed.wait_for(
                lambda: len(self._published) >= goal and self._open() > 0, deadline_s
            )
            if not found:
                raise TimeoutError(f"no {more} results with one in flight within {deadline_s:g} s")
            return self._open()

    def _open(self) -> int:
        return len(self._published - self._receipted)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        with self._changed:
            if message.topic.endswith("/result"):
                _, epoch, seq = said["id"].split("/")
                self._published.add((epoch, int(seq)))
                self._results[epoch, int(seq)] = said
            else:
                epoch = said["epoch"]
                known = {(e, n) for e, n in self._published if e == epoch and n <= said["watermark"]}
                self._receipted |= known | {(epoch, n) for n in said.get("also", [])}
            self._changed.notify_all()
