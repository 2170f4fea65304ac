"""The seam to paho: one connection to the broker, driven by its owner's thread."""

import select
import socket
from contextlib import suppress
from typing import Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.schema.address import BrokerAddress

KEEPALIVE_S = 15
TCP_USER_TIMEOUT_MS = 10_000  # a half-open connection is noticed in 10.5 s instead of twice the keepalive
CONNECT_TIMEOUT_S = 5.0


class LinkLost(Exception):
    """The broker cannot be reached, or no longer; the text says why."""


class Hears(Protocol):
    """Who hears what happens on a link, in the thread that calls `Link.step`."""

    def on_up(self) -> None:
        """The broker accepted us."""

    def on_refused(self, code: int, why: str) -> None:
        """The broker refused us; *code* as in MQTT 5, 3.2.2.2."""

    def on_message(self, topic: str, payload: bytes) -> None:
        """A message came in."""

    def on_acknowledged(self, mid: int) -> None:
        """The broker has the message *mid*."""

    def on_subscribe_refused(self) -> None:
        """The broker refused a subscription."""


class Link:
    """One connection: clean_session off, keepalive 15 s, nothing kept in memory from the one before."""

    def __init__(
        self, address: BrokerAddress, client_id: str, hears: Hears, *, will: tuple[str, bytes] | None = None
    ) -> None:
        """Make ready; *will* is (topic, payload), retained, QoS 1."""
        self._address = address
        self._hears = hears
        self._wake_r, self._wake_w = socket.socketpair()
        self._wake_r.setblocking(False)
        self._wake_w.setblocking(False)
        self._lost: str | None = None
        self._unacknowledged: set[int] = set()
        client = Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=False, protocol=MQTTProtocolVersion.MQTTv311
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(0)  # Delivery counts; paho's queue in memory stays empty
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_publish = self._on_message, self._on_publish
        client.on_subscribe, client.on_socket_open = self._on_subscribe, self._on_socket_open
        if will is not None:
            client.will_set(will[0], will[1], qos=1, retain=True)
        self._client = client

    def connect(self, login: tuple[str, str] | None) -> None:
        """Open the connection; `Hears.on_up` or `on_refused` follows from `step`.

        Raises: LinkLost.
        """
        if login is not None:
            self._client.username_pw_set(*login)
        try:
            self._client.connect_async(*self._address, keepalive=KEEPALIVE_S)
            self._client.reconnect()
        except OSError as exc:
            raise LinkLost(exc.strerror or str(exc) or type(exc).__name__) from exc

    def unacknowledged(self) -> bool:
        """Whether the broker owes an answer to a message of QoS 1."""
        return bool(self._unacknowledged)

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> int:
        """Send; return the message's number, which `Hears.on_acknowledged` repeats for QoS 1."""
        mid = self._client.publish(topic, payload, qos=qos, retain=retain).mid
        if qos:
            self._unacknowledged.add(mid)
        return mid

    def subscribe(self, topics: list[str]) -> None:
        """Subscribe with QoS 1."""
        self._client.subscribe([(topic, 1) for topic in topics])

    def wake(self) -> None:
        """End a `step` that waits, from any thread."""
        with suppress(OSError):  # full: it will wake anyhow; closed: nobody waits
            self._wake_w.send(b"w")

    def step(self, wait_s: float) -> None:
        """Wait at most *wait_s* for the network or `wake`, and do what is due.

        Raises: LinkLost.
        """
        sock = self._client.socket()
        if not isinstance(sock, socket.socket) or self._lost is not None:
            raise LinkLost(self._lost or "not connected")
        writers = [sock] if self._client.want_write() else []
        readable, writable, _ = select.select([sock, self._wake_r], writers, [], wait_s)
        if self._wake_r in readable:
            self._wake_r.recv(4096)
        if writable:
            self._client.loop_write()
        if sock in readable:
            self._client.loop_read()
        self._client.loop_misc()
        if self._lost is not None:
            raise LinkLost(self._lost)

    def close(self) -> None:
        """Say goodbye if connected, and free the sockets."""
        if self._lost is None and self._client.disconnect() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._client.loop_write()
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            sock.close()
        self._wake_r.close()
        self._wake_w.close()

    def _on_socket_open(self, _client: Client, _userdata: object, sock: object) -> None:
        if isinstance(sock, socket.socket):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_connect(
        self,
        _client: Client,
        _data: object,
        _flags: ConnectFlags,
        code: ReasonCode,
        _props: Properties | None,
    ) -> None:
        if code.is_failure:
            self._lost = self._lost or str(code)
            self._hears.on_refused(code.value, str(code))
        else:
            self._hears.on_up()

    def _on_disconnect(
        self, _client: Client, _data: object, _f: DisconnectFlags, code: ReasonCode, _p: Properties | None
    ) -> None:
        self._lost = self._lost or f"connection lost: {code}"

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._hears.on_message(message.topic, bytes(message.payload))

    def _on_publish(
        self, _client: Client, _data: object, mid: int, _code: ReasonCode, _props: Properties
    ) -> None:
        self._unacknowledged.discard(mid)
        self._hears.on_acknowledged(mid)

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _props: Properties
    ) -> None:
        if any(code.is_failure for code in codes):
            self._hears.on_subscribe_refused()
