"""The ingest as a program on a real broker, and kills of box and ingest with records in flight."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import TextIO

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.schema.address import parse_broker
from hil_tests.bench.broker import Mosquitto, forget_session
from hil_tests.bench.kills import ingest_command, run_kills

pytestmark = pytest.mark.mqtt

DEADLINE_S = 20.0


def until(condition, what):
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def record(box, seq, **changes):
    fields = {"v": 1, "id": f"{box}/7f3a/{seq:06d}", "box": box, "line": "51010", "kind": "result"}
    return json.dumps({**fields, **changes}).encode()


class Station:
    """A plain MQTT client that plays a box."""

    def __init__(self, url, box):
        self.receipts: list[dict[str, object]] = []
        self.box, self.subscribed = box, False
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = lambda _c, _d, message: self.receipts.append(json.loads(message.payload))
        self.client.on_subscribe = lambda *_: setattr(self, "subscribed", True)
        self.client.connect(*parse_broker(url))
        self.client.subscribe(f"pantau/v1/31/3171/{box}/box/receipt", 1)
        self.client.loop_start()
        until(lambda: self.subscribed, "subscribed")

    def send(self, payload, topic=None):
        name = topic or f"pantau/v1/31/3171/{self.box}/51010/result"
        self.client.publish(name, payload, qos=1).wait_for_publish(DEADLINE_S)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def station(broker, box):
    made = Station(broker, box)
    yield made
    made.close()


@pytest.fixture
def start(tmp_path, broker, box):
    """Start the ingest and wait until it is connected; it is ended with the test."""
    started: list[tuple[subprocess.Popen[str], TextIO]] = []

    def begin():
        log = (tmp_path / f"ingest-{len(started)}.log").open("w+")
        command = ingest_command(broker, tmp_path / "store", box)
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        )
        started.append((process, log))
        until(lambda: "connected" in (tmp_path / log.name).read_text(), "connected")
        return process

    yield begin
    for process, log in started:
        process.kill()
        process.communicate()
        log.close()
    forget_session(broker, (tmp_path / "store" / "client-id").read_text().strip())


def stored(tmp_path, box):
    file = tmp_path / "stored.jsonl"
    command = [
        sys.executable,
        "-m",
        "tools.hq.cli",
        "export",
        "--store",
        str(tmp_path / "store"),
        "--jsonl",
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return [line for line in file.read_bytes().splitlines() if box.encode() in line]


def end(process):
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    return json.loads(out)


def test_a_record_sent_twice_is_stored_once_and_receipted_twice(start, station, box, tmp_path):
    process = start()
    station.send(record(box, 1, tx=5))
    until(lambda: len(station.receipts) == 1, "a receipt")
    station.send(record(box, 1, tx=6))
    until(lambda: len(station.receipts) == 2, "a receipt again")
    assert station.receipts[1] == {"v": 1, "box": box, "epoch": "7f3a", "watermark": 1, "also": []}
    end(process)
    assert stored(tmp_path, box) == [record(box, 1, tx=5)]


def test_poison_neither_stops_it_nor_gets_a_receipt(start, station, box, tmp_path):
    process = start()
    station.send(b"\x00poison")
    station.send(record("another-box", 1))
    station.send(record(box, 2))
    until(lambda: station.receipts, "a receipt for the good one")
    assert station.receipts[0]["watermark"] == 0
    assert station.receipts[0]["also"] == [2]
    assert end(process)["rejected"] == 2
    assert stored(tmp_path, box) == [record(box, 2)]


def test_after_a_kill_old_records_are_receipted_again_and_new_ones_taken(start, station, box, tmp_path):
    process = start()
    station.send(record(box, 1))
    until(lambda: station.receipts, "a receipt")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    station.send(record(box, 2))  # the broker keeps it for the persistent session
    station.receipts.clear()
    process = start()
    until(lambda: station.receipts and station.receipts[-1]["watermark"] == 2, "the queued record's receipt")
    station.send(record(box, 1))
    until(lambda: len(station.receipts) >= 2, "a receipt for a record of the time before")
    assert station.receipts[-1]["watermark"] == 2
    end(process)
    assert stored(tmp_path, box) == [record(box, 1), record(box, 2)]


def test_a_wrong_password_ends_it_with_words(tmp_path):
    (tmp_path / "passwords").write_text("")
    (tmp_path / "secret").write_text("canary-password")
    mosquitto = Mosquitto(tmp_path, config=f"allow_anonymous false\npassword_file {tmp_path / 'passwords'}\n")
    mosquitto.start()
    login = ["--username", "hq", "--password-file", str(tmp_path / "secret")]
    try:
        ended = subprocess.run(
            [*ingest_command(mosquitto.url, tmp_path / "store", "kpu-a"), *login],
            capture_output=True, text=True, timeout=DEADLINE_S, check=False,
        )  # fmt: skip
    finally:
        mosquitto.stop()
    assert ended.returncode == 2
    assert "refuses the login" in ended.stderr
    assert "--password-file" in ended.stderr
    assert "canary" not in ended.stderr + ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 20261124])
def test_kills_of_box_and_ingest_lose_nothing_and_store_nothing_twice(broker, box, tmp_path, seed):
    report = run_kills(tmp_path, broker, box=box, kills=8, seed=seed)
    forget_session(broker, (tmp_path / "store" / "client-id").read_text().strip())
    forget_session(broker, box, retained=[f"pantau/v1/31/3171/{box}/box/status"])
    assert report.kills.count("box") == report.kills.count("ingest") == 4
    assert min(report.in_flight) > 0
    assert report.served >= 100
    assert report.lost == []
    assert report.duplicates == 0
    assert report.holes == 0
    assert report.stored >= report.served
