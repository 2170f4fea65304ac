"""The seam to paho at headquarters: a persistent session that acknowledges when told to."""

import socket
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.schema.address import BrokerAddress

KEEPALIVE_S = 15
TCP_USER_TIMEOUT_MS = 10_000
LOGIN_CODES = (0x86, 0x87)  # bad user name or password, not authorized (MQTT 5, 3.2.2.2)


class LinkLost(Exception):
    """The broker cannot be reached, or no longer."""


class LoginRefused(LinkLost):
    """The broker refuses user name, password or client."""


class HqLink:
    """One connection after another to one broker; messages carry the number of theirs."""

    def __init__(
        self,
        broker: BrokerAddress,
        client_id: str,
        filters: list[str],
        on_message: Callable[[int, MQTTMessage], None],
        *,
        login: tuple[str, Path] | None = None,
        persistent: bool = True,
    ) -> None:
        """*on_message* gets the connection's number; *login* is (user name, file that holds the password)."""
        self._broker, self._client_id, self._filters = broker, client_id, filters
        self._on_message, self._login, self._persistent = on_message, login, persistent
        self._client: Client | None = None
        self._lost: LinkLost | None = None
        self.connection = 0
        self.up = False
        self.was_up = False

    def connect(self) -> None:
        """Open a new connection; `up` is set once the broker accepted it.

        Raises: LinkLost, LoginRefused (the password's file cannot be read).
        """
        self.close()
        self.connection += 1
        self._lost, self.was_up, client = None, False, self._new_client()
        if self._login is not None:
            client.username_pw_set(self._login[0], _password(self._login[1]))
        self._client = client
        try:
            client.connect(*self._broker, keepalive=KEEPALIVE_S)
        except OSError as exc:
            raise LinkLost(exc.strerror or str(exc)) from exc

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            self._client_id,
            clean_session=not self._persistent,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=self._persistent,
        )
        client.max_inflight_messages_set(0)
        client.connect_timeout = 5.0
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_socket_open = self._on_paho_message, self._on_socket_open
        return client

    def step(self, wait_s: float) -> None:
        """Wait at most *wait_s* for messages and hand them on. Raises: LinkLost, LoginRefused."""
        if self._client is None:
            raise LinkLost("not connected")
        code = self._client.loop(wait_s)
        if self._lost is not None:
            raise self._lost
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise LinkLost(f"connection lost: {code.name}")

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1; lost if the connection is."""
        if self._client is not None:
            self._client.publish(topic, payload, qos=1)

    def acknowledge(self, connection: int, mid: int) -> None:
        """Send the PUBACK of message *mid*, unless its connection is gone."""
        if self._client is not None and connection == self.connection:
            self._client.ack(mid, 1)

    def close(self) -> None:
        """Say goodbye; the broker keeps the session's queue."""
        self.up = False
        if self._client is not None:
            self._client.disconnect()
            sock = self._client.socket()
            if isinstance(sock, socket.socket):
                sock.close()
            self._client = None

    def _on_socket_open(self, _client: Client, _data: object, sock: object) -> None:
        if isinstance(sock, socket.socket):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _p: Properties | None
    ) -> None:
        if code.is_failure:
            kind = LoginRefused if code.value in LOGIN_CODES else LinkLost
            self._lost = kind(str(code))
            return
        self.up = self.was_up = True
        client.subscribe([(topic, 1) for topic in self._filters])

    def _on_disconnect(
        self, _client: Client, _data: object, _f: DisconnectFlags, code: ReasonCode, _p: Properties | None
    ) -> None:
        self.up = False
        self._lost = self._lost or LinkLost(f"connection lost: {code}")

    def _on_paho_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._on_message(self.connection, message)


def _password(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise LoginRefused(f"password file {file} cannot be read ({exc})") from exc
