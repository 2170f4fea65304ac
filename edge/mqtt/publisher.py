"""The publisher: a thread that keeps the box connected and its outbox draining; asyncio hears of it.

The thread owns the socket; the outbox is read there too, so that a slow disk or network never stops the
event loop. Broker down at the start is no error: it keeps trying, and measuring goes on.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge.mqtt.backoff import Backoff
from edge.mqtt.delivery import Delivery
from edge.mqtt.link import Link, LinkLost
from edge.mqtt.session import OutboxPort, Session
from edge.mqtt.state import (
    CONNECTED,
    DOWN,
    REFUSED,
    REFUSED_OTHER,
    STARTING,
    STOPPED,
    BrokerState,
    Notice,
    Status,
    Texts,
)
from edge.schema.address import BrokerAddress
from edge.schema.errors import StoreError
from edge.schema.kinds import kind_of
from edge.schema.live import Live, encode_live
from edge.schema.topics import Topic

LIVE_MAX = 200  # live payloads waiting for the thread; the oldest is dropped
STEP_MAX_S = 5.0  # paho's keepalive needs a look that often
SESSIONS_A_START = 1_000_000
OFFLINE_ACK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherConfig:
    """Where and as whom: *start_number* is `Outbox.start_number`, from which session numbers grow.

    ``password_file`` holds the password alone and is read for every connection; None: anonymous.
    """

    broker: BrokerAddress
    province: str
    regency: str
    box: str
    start_number: int
    username: str = ""
    password_file: Path | None = None
    resend_s: float = 30.0


class Publisher:
    """Publishes the rows of an outbox until receipts come; and live payloads while connected."""

    def __init__(
        self,
        config: PublisherConfig,
        outbox: OutboxPort,
        *,
        rng: Callable[[], float],
        clock_ms: Callable[[], int],
        mono_s: Callable[[], float],
        on_state: Callable[[BrokerState], None],
        on_notice: Callable[[Notice], None],
    ) -> None:
        """*rng* gives [0, 1); *clock_ms* Unix ms; the callbacks run in the event loop of `start`."""
        self._config, self._outbox = config, outbox
        self._clock_ms, self._mono_s = clock_ms, mono_s
        self._on_state, self._on_notice = on_state, on_notice
        self._topic = Topic(
            province=config.province, regency=config.regency, box=config.box, line="box", kind="status"
        )
        self._broker_text = f"{config.broker.host}:{config.broker.port}"
        self._backoff = Backoff(rng)
        self._delivery = Delivery(resend_s=config.resend_s)
        self._number = config.start_number * SESSIONS_A_START
        self._retained: dict[str, tuple[str, bytes, str]] = {}
        self._live: deque[tuple[str, bytes, str]] = deque(maxlen=LIVE_MAX)
        self._stopping = threading.Event()
        self._link: Link | None = None
        self._connected = False
        self._state = BrokerState(status="stopped", since_ms=clock_ms(), text="", text_id="")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def state(self) -> BrokerState:
        """The latest state."""
        return self._state

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin; callbacks come in *loop*."""
        self._loop = loop
        threading.Thread(target=self._run, name="mqtt", daemon=True).start()

    def wake(self) -> None:
        """New rows were committed (any thread)."""
        link = self._link
        if link is not None:
            link.wake()

    def publish_live(self, kind: str, line: str, payload: Live) -> None:
        """Publish signal, state or meta of *line*: dropped while offline, the retained sent when connected.

        Raises: BadTopic, BadName.
        """
        topic, raw = str(self._topic.of(line, kind)), encode_live(payload)
        if kind_of(kind).retained:
            self._retained = {**self._retained, topic: (topic, raw, kind)}
        if self._connected:
            self._live.append((topic, raw, kind))
            self.wake()

    async def wait_drained(self, timeout_s: float) -> bool:
        """Wait until every row has its receipt; False if *timeout_s* passed first. Raises: StoreError."""
        try:
            async with asyncio.timeout(timeout_s):
                while self._outbox.pending(1):
                    self._changed.clear()
                    self.wake()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self, timeout_s: float = 2.0) -> None:
        """Say goodbye and end; a connection attempt under way is left behind after *timeout_s*."""
        self._stopping.set()
        self.wake()
        if self._loop is None:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._ended.wait()
        except TimeoutError:
            return  # the thread is a daemon in connect(), which has its own timeout

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wait_s = self._one_connection()
                self._stopping.wait(wait_s)
        finally:
            self._tell_state("stopped", STOPPED.fill(self._broker_text))
            self._call(self._ended.set)

    def _one_connection(self) -> float:
        """Connect and stay; return the seconds to wait before the next attempt."""
        session = self._new_session()
        link = Link(self._config.broker, self._config.box, session, will=session.will())
        session.link = link
        try:
            link.connect(self._login())
            self._link = link
            self._serve(session, link)
        except LinkLost as exc:
            self._tell_lost(session, str(exc))
        except OSError as exc:
            self._tell_lost(session, f"password_file {self._config.password_file}: {exc.strerror}")
        except StoreError as exc:
            self._notice(Notice(code="store", n=0, text=exc.text, text_id=exc.text_id))
        finally:
            self._link, self._connected = None, False
            link.close()
        return self._backoff.wait_s()

    def _new_session(self) -> Session:
        self._number += 1
        if self._state.status == "stopped":
            self._tell_state("starting", STARTING.fill(self._broker_text))
        return Session(
            self._number,
            self._topic,
            self._outbox,
            self._delivery,
            clock_ms=self._clock_ms,
            mono_s=self._mono_s,
            notify=self._notice,
        )

    def _login(self) -> tuple[str, str] | None:
        """Return name and password. Raises: OSError, if the password's file cannot be read."""
        if not self._config.username:
            return None
        file = self._config.password_file
        return self._config.username, "" if file is None else file.read_text(encoding="utf-8").strip()

    def _serve(self, session: Session, link: Link) -> None:
        while not self._stopping.is_set():
            link.step(self._wait_s(session))
            if session.up and not self._connected:
                self._be_connected(session)
            if session.up:
                self._send_live(session)
                session.send_due()
        if session.up:
            self._say_goodbye(session, link)

    def _be_connected(self, session: Session) -> None:
        self._connected = True  # first: what is published from now on goes into the queue
        self._backoff.reset()
        self._tell_state("connected", CONNECTED.fill(self._broker_text))
        for topic, raw, kind in self._retained.values():
            session.send_live(topic, raw, kind)

    def _wait_s(self, session: Session) -> float:
        due_s = self._delivery.wait_s(self._mono_s()) if session.up else None
        return STEP_MAX_S if due_s is None else min(STEP_MAX_S, due_s)

    def _send_live(self, session: Session) -> None:
        while self._live:
            session.send_live(*self._live.popleft())

    def _say_goodbye(self, session: Session, link: Link) -> None:
        """Publish offline and wait a moment for the broker's word."""
        session.say_offline()
        until_s = self._mono_s() + OFFLINE_ACK_S
        while link.unacknowledged() and self._mono_s() < until_s:
            link.step(0.1)

    def _tell_lost(self, session: Session, why: str) -> None:
        if session.refused is not None:
            code, reason = session.refused
            texts = REFUSED.get(code, REFUSED_OTHER)
            self._tell_state("refused", texts.fill(self._broker_text, reason))
        else:
            self._tell_state("down", DOWN.fill(self._broker_text, why))

    def _tell_state(self, status: Status, texts: Texts) -> None:
        since_ms = self._state.since_ms if status == self._state.status else self._clock_ms()
        state = BrokerState(status=status, since_ms=since_ms, text=texts.text, text_id=texts.text_id)
        if state != self._state:
            self._state = state
            self._call(lambda: self._on_state(state))

    def _notice(self, notice: Notice) -> None:
        self._call(lambda: self._on_notice(notice))
        self._call(self._changed.set)

    def _call(self, function: Callable[[], None]) -> None:
        """Run *function* in the event loop; nothing if that has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody is left to hear it
                self._loop.call_soon_threadsafe(function)
