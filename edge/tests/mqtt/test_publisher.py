"""The publisher against a real broker; the store's side is played by a plain MQTT client."""

import asyncio
import json
import random
import time
from contextlib import asynccontextmanager

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.mqtt.publisher import Publisher, PublisherConfig
from edge.mqtt.state import BrokerState, Notice
from edge.outbox.store import Outbox
from edge.schema.address import parse_broker
from edge.schema.live import Signal, State
from edge.schema.record import Fields
from hil_tests.bench.broker import Mosquitto, free_port

pytestmark = pytest.mark.mqtt

DEADLINE_S = 20.0
FIELDS = Fields(boot="b", ts=1766000000000, values={"measurement": "rtt"})


def now_ms():
    return time.time_ns() // 1_000_000


async def until(condition, what):
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.01)
    assert condition(), what


class Ear:
    """A subscriber to one box that may answer with receipts; it clears what it leaves retained."""

    def __init__(self, url, box, client_id=""):
        self.box, self.heard, self.answer = box, [], None
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id)
        self.client.on_message = self._on_message
        self.subscribed = False
        self.client.on_subscribe = lambda *_: setattr(self, "subscribed", True)
        self.client.connect(*parse_broker(url))
        self.client.subscribe(f"pantau/v1/31/3171/{box}/#", 1)
        self.client.loop_start()

    def _on_message(self, _client, _data, message):
        self.heard.append((message.topic.split("/", 5)[5], bytes(message.payload), message.retain))
        if self.answer and message.topic.endswith("/result"):
            box, epoch, seq = json.loads(message.payload)["id"].split("/")
            self.say("box/receipt", {"v": 1, "box": box, "epoch": epoch, **self.answer(int(seq))})

    def say(self, tail, payload, retain=False):
        self.client.publish(f"pantau/v1/31/3171/{self.box}/{tail}", json.dumps(payload), qos=1, retain=retain)

    def of(self, tail):
        return [json.loads(payload) for heard, payload, _ in self.heard if heard == tail and payload]

    def close(self):
        for tail in {tail for tail, _, _ in self.heard if tail.endswith(("status", "state", "meta"))}:
            self.client.publish(f"pantau/v1/31/3171/{self.box}/{tail}", b"", qos=1, retain=True)
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def ear(broker, box):
    made = Ear(broker, box)
    yield made
    made.close()


@pytest.fixture
def outbox(tmp_path, box):
    made = Outbox.open(
        tmp_path / "outbox.db", box, site="KPU", rng_hex=lambda: f"{random.getrandbits(32):08x}", clock=now_ms
    )
    yield made
    made.close()


@asynccontextmanager
async def running(url, outbox, **config):
    states: list[BrokerState] = []
    notices: list[Notice] = []
    publisher = Publisher(
        PublisherConfig(
            broker=parse_broker(url),
            province="31",
            regency="3171",
            box=outbox.box,
            start_number=config.pop("start_number", outbox.start_number),
            **{"resend_s": 0.3, **config},
        ),
        outbox,
        rng=lambda: 0.0,
        clock_ms=now_ms,
        mono_s=time.monotonic,
        on_state=states.append,
        on_notice=notices.append,
    )
    publisher.start(asyncio.get_running_loop())
    try:
        yield publisher, states, notices
    finally:
        await publisher.stop()


def test_rows_leave_on_receipts_only(broker, outbox, ear):
    """PUBACKs come for all; only what a receipt names may go."""
    for _ in range(5):
        outbox.append("result", "51010", FIELDS)

    async def body():
        await until(lambda: ear.subscribed, "subscribed")
        async with running(broker, outbox) as (publisher, _, _):
            await until(lambda: len(ear.of("51010/result")) >= 15, "each row is sent at least twice more")
            assert [row.seq for row in outbox.pending(10)] == [1, 2, 3, 4, 5]
            ids = [record["id"] for record in ear.of("51010/result")]
            assert ids[:5] == [row.id for row in outbox.pending(10)]
            ear.answer = lambda seq: {"watermark": 2, "also": [4]}
            await until(lambda: [row.seq for row in outbox.pending(10)] == [3, 5], "3 and 5 stay")
            ear.answer = lambda seq: {"watermark": 5, "also": []}
            assert await publisher.wait_drained(DEADLINE_S)

    asyncio.run(body())


def test_the_published_bytes_are_the_stored_ones_with_a_tail(broker, outbox, ear):
    row = outbox.append("result", "51010", FIELDS)

    async def body():
        await until(lambda: ear.subscribed, "subscribed")
        async with running(broker, outbox):
            await until(lambda: ear.of("51010/result"), "a result")
        payload = next(payload for tail, payload, _ in ear.heard if tail == "51010/result")
        assert payload.startswith(row.evidence[:-1] + b',"tx":')
        assert json.loads(payload)["hist"] is False

    asyncio.run(body())


def test_a_foreign_receipt_is_told_and_removes_nothing(broker, outbox, ear):
    outbox.append("result", "51010", FIELDS)

    async def body():
        await until(lambda: ear.subscribed, "subscribed")
        async with running(broker, outbox) as (_, _, notices):
            await until(lambda: ear.of("51010/result"), "a result")
            ear.say("box/receipt", {"v": 1, "box": outbox.box, "epoch": "dead", "watermark": 1, "also": []})
            ear.say("box/receipt", {"v": 1, "box": outbox.box, "epoch": outbox.epoch, "watermark": 9})
            ear.say("box/receipt", {"nonsense": True})
            await until(lambda: len(notices) >= 3, "three notices")
            assert [n.code for n in notices[:3]] == [
                "receipt_refused",
                "receipt_refused",
                "receipt_malformed",
            ]
            assert outbox.counts().unreceipted == 1

    asyncio.run(body())


def test_birth_will_and_goodbye(broker, outbox, ear):
    async def body():
        await until(lambda: ear.subscribed, "subscribed")
        async with running(broker, outbox, start_number=3) as (publisher, states, _):
            await until(lambda: ear.of("box/status"), "a birth")
            birth = ear.of("box/status")[0]
            assert (birth["state"], birth["session"]) == ("online", 3_000_001)
            await until(lambda: publisher.state.status == "connected", "connected")
            ear.say("box/status", {"v": 1, "box": outbox.box, "state": "offline", "session": 2_000_007}, True)
            await until(lambda: len(ear.of("box/status")) >= 3, "an answer to the old session's will")
            assert ear.of("box/status")[2]["state"] == "online"
        await until(lambda: ear.of("box/status")[-1]["state"] == "offline", "goodbye")
        assert ear.of("box/status")[-1]["session"] == 3_000_001
        await until(lambda: [s.status for s in states] == ["starting", "connected", "stopped"], "states")

    asyncio.run(body())


def test_live_payloads_are_dropped_while_offline_except_the_retained(tmp_path, outbox, box):
    mosquitto = Mosquitto(tmp_path)

    async def body():
        async with running(mosquitto.url, outbox) as (publisher, states, _):
            await until(lambda: publisher.state.status == "down", "down")
            publisher.publish_live("signal", "51010", Signal(box=box, line="51010", ts=1))
            publisher.publish_live("state", "51010", State(box=box, line="51010", ts=1))
            publisher.publish_live("state", "51010", State(box=box, line="51010", ts=2))
            mosquitto.start()
            ear = Ear(mosquitto.url, box)
            await until(lambda: ear.of("51010/state"), "the last state")
            await until(lambda: publisher.state.status == "connected", "connected")
            publisher.publish_live("signal", "51010", Signal(box=box, line="51010", ts=3))
            await until(lambda: ear.of("51010/signal"), "the signal of now")
            assert {state["ts"] for state in ear.of("51010/state")} == {2}
            assert [signal["ts"] for signal in ear.of("51010/signal")] == [3]
            assert "measuring goes on, results wait on the disk" in states[1].text
            assert "pengukuran jalan terus" in states[1].text_id
            ear.close()

    try:
        asyncio.run(body())
    finally:
        mosquitto.stop()


def test_a_broker_that_forgets_everything_gets_everything_again(tmp_path, outbox, box):
    mosquitto = Mosquitto(tmp_path)
    mosquitto.start()

    async def body():
        async with running(mosquitto.url, outbox, resend_s=8.0) as (publisher, _, _):
            await until(lambda: publisher.state.status == "connected", "connected")
            outbox.append("result", "51010", FIELDS)
            publisher.wake()
            mosquitto.kill()
            await until(lambda: publisher.state.status == "down", "down")
            outbox.append("result", "51010", FIELDS)
            mosquitto.start()
            ear = Ear(mosquitto.url, box)
            ear.answer = lambda seq: {"watermark": 0, "also": [seq]}
            assert await publisher.wait_drained(DEADLINE_S)
            assert [record["id"][-6:] for record in ear.of("51010/result")][:2] == ["000001", "000002"]
            ear.close()

    try:
        asyncio.run(body())
    finally:
        mosquitto.stop()


def test_a_wrong_password_says_what_to_correct_and_nothing_is_lost(tmp_path, outbox):
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    mosquitto = Mosquitto(tmp_path, config=f"allow_anonymous false\npassword_file {passwords}\n")
    mosquitto.start()
    secret = tmp_path / "secret"
    secret.write_text("canary-password\n")
    outbox.append("result", "51010", FIELDS)

    async def body():
        async with running(mosquitto.url, outbox, username="me", password_file=secret) as (
            publisher,
            states,
            _,
        ):
            await until(lambda: publisher.state.status == "refused", "refused")
            text = publisher.state.text
            assert f"127.0.0.1:{mosquitto.port}" in text
            assert "[mqtt] username" in text
            assert "password_file" in text
            assert "perbaiki" in publisher.state.text_id or "isi [mqtt] username" in publisher.state.text_id
            assert all("canary-password" not in state.text + state.text_id for state in states)
            assert outbox.counts().unreceipted == 1

    try:
        asyncio.run(body())
    finally:
        mosquitto.stop()


def test_a_missing_password_file_is_named(tmp_path, outbox):
    async def body():
        missing = tmp_path / "none"
        url = f"mqtt://127.0.0.1:{free_port()}"
        async with running(url, outbox, username="me", password_file=missing) as (publisher, _, _):
            await until(lambda: publisher.state.status == "down", "down")
            assert f"password_file {missing}: No such file or directory" in publisher.state.text

    asyncio.run(body())


def test_it_stops_at_once_while_it_waits_for_a_broker(outbox):
    async def body():
        async with running(f"mqtt://127.0.0.1:{free_port()}", outbox) as (publisher, _, _):
            await until(lambda: publisher.state.status == "down", "down")
            await publisher.stop(timeout_s=1.0)
            await until(lambda: publisher.state.status == "stopped", "stopped")

    asyncio.run(body())
