"""The program from outside: plain HTTP clients, signals, faults, and four identical sticks in namespaces."""

import http.client
import json
import signal
import socket
import subprocess
from contextlib import ExitStack

import pytest

from hil_tests.bench.stick_program import (
    DEADLINE_S,
    ROOT,
    cable,
    command_line,
    next_line,
    ready,
    stick,
    stick_at,
)
from hil_tests.sims.operator_net.namespaces import inside


class Client:
    """http.client with the stick's cookie."""

    def __init__(self, address, sock=None):
        self.connection = http.client.HTTPConnection(address[0], address[1], timeout=DEADLINE_S)
        self.connection.sock = sock
        self.headers = {}
        body = self.get("webserver/SesTokInfo")
        self.headers["Cookie"] = body.partition("<SesInfo>")[2].partition("<")[0]
        self.token = body.partition("<TokInfo>")[2].partition("<")[0]

    def get(self, path):
        self.connection.request("GET", f"/api/{path}", headers=self.headers)
        return self.connection.getresponse().read().decode()

    def post(self, path, inner):
        headers = self.headers | {"__RequestVerificationToken": self.token}
        self.connection.request("POST", f"/api/{path}", f"<request>{inner}</request>".encode(), headers)
        return self.connection.getresponse().read().decode()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_dialogue_on_one_connection_and_its_log(tmp_path, stop):
    log = tmp_path / "log.jsonl"
    with stick("--seed", 11, "--log", log, stop=stop) as process:
        client = Client(ready(process))
        shown = [client.get("device/signal") for _ in range(3)]
        client.connection.close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["command"] for line in lines] == ["GET /api/webserver/SesTokInfo"] + [
        "GET /api/device/signal"
    ] * 3
    for line, body in zip(lines[1:], shown, strict=True):
        assert "\n".join(line["reply"]) + "\n" == body
        assert f"<rsrp>{line['truth']['rsrp_dbm']:g}dBm</rsrp>" in body
        assert "rounded" in line["truth_is"]
    assert lines[1]["t_ns"] < lines[2]["t_ns"]


def test_the_same_seed_is_the_same_stick():
    bodies = []
    for seed in (5, 5, 6):
        with stick("--seed", seed) as process:
            client = Client(ready(process))
            bodies.append(client.get("device/information"))
            client.connection.close()
    assert bodies[0] == bodies[1] != bodies[2]


def test_storage_first_then_switched_then_restarted(tmp_path):
    usb = tmp_path / "usb.jsonl"
    with stick("--storage", "--hurry", 40, "--usb", usb) as process:
        assert next_line(process) == "PHASE storage\n"
        process.send_signal(signal.SIGUSR1)
        words = [next_line(process) for _ in range(3)]
        assert words == ["PHASE absent\n", "PHASE booting\n", "PHASE busy\n"]
        address = ready(process)
        client = Client(address)
        assert "OK" in client.post("device/control", "<Control>1</Control>")
        assert next_line(process) == "PHASE absent\n"
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            client.get("device/information")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=DEADLINE_S)
        client.connection.close()
        assert next_line(process) == "PHASE storage\n"
    records = [json.loads(line) for line in usb.read_text().splitlines()]
    ids = [record["device"] and record["device"]["product_id"] for record in records]
    assert ids == ["1f01", None, "14dc", "14dc", "14dc", None, "1f01"]


def test_scenarios_of_the_network_by_name():
    with stick("--scenario", "sim-pin:2", "--scenario", "sms-none") as process:
        client = Client(ready(process))
        body = client.get("pin/status")
        client.connection.close()
    assert "<SimState>260</SimState>" in body
    assert "<SimPinTimes>2</SimPinTimes>" in body


def raw(address):
    """Return what a stick says to one GET until it closes, or the first octets, or None in a second."""
    with socket.create_connection(address, timeout=1.0) as sock:
        sock.sendall(b"GET /api/webserver/SesTokInfo HTTP/1.1\r\nHost: h\r\n\r\n")
        try:
            return sock.recv(65536)
        except TimeoutError:
            return None


def test_faults_of_the_connection():
    with stick("--fault", "silent") as process:
        assert raw(ready(process)) is None
    with stick("--fault", "garbage") as process:
        assert raw(ready(process))[:2] == b"\x00\xff"
    with stick("--fault", "half") as process, socket.create_connection(ready(process), DEADLINE_S) as sock:
        sock.sendall(b"GET /api/webserver/SesTokInfo HTTP/1.1\r\n\r\n")
        data = b"".join(iter(lambda: sock.recv(65536), b""))
        head, _, body = data.partition(b"\r\n\r\n")
        promised = int(head.lower().partition(b"content-length: ")[2].split()[0])
        assert 0 < len(body) < promised
    with stick("--fault", "drop:2") as process:
        address = ready(process)
        client = Client(address)
        client.get("device/signal")
        assert next_line(process) == "PHASE absent\n"
        client.connection.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=DEADLINE_S)


def test_an_answer_that_is_late_by_a_second():
    with stick("--fault", "late:1.2") as process:
        address = ready(process)
        assert raw(address) is None


def test_what_is_no_http_is_answered_400_and_the_next_client_is_served():
    with stick() as process:
        address = ready(process)
        with socket.create_connection(address, timeout=DEADLINE_S) as sock:
            sock.sendall(b"AT\r\n\r\n")
            assert sock.recv(100).startswith(b"HTTP/1.1 400")
        assert "<TokInfo>" in raw(address).decode()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--fault", "nosuch"), "choose from silent"),
        (("--scenario", "nosuch"), "no scenario"),
        (("--listen", "here"), "write HOST:PORT"),
        (("--listen", "127.0.0.1:99999"), "write HOST:PORT"),
        (("--hurry", "0"), "above 0"),
        (("--password-file", "/nonexistent"), "cannot be read"),
        (("--profile", "/nonexistent"), "cannot be read"),
        (("--netns", "no-such-namespace"), "no namespace no-such-namespace"),
        (("--listen", "127.0.0.1:0", "--count-interface", "nosuch0"), "no interface nosuch0"),
        (("--listen", "203.0.113.1:80"), "cannot listen on 203.0.113.1:80"),
    ],
)
def test_arguments_that_cannot_be_used(words, hint):
    done = subprocess.run(
        command_line(*words), cwd=ROOT, check=False, capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_names_endpoints_quirks_and_faults():
    done = subprocess.run(
        command_line("--list"), cwd=ROOT, check=True, capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert "personality huawei-e3372h: " in done.stdout
    assert "quirk token-once: " in done.stdout
    assert "fault drop: " in done.stdout


def reach(host):
    """Return a client of the stick that *host*'s namespace sees at 192.168.8.1."""
    sock = inside(host, lambda: socket.create_connection(("192.168.8.1", 80), timeout=DEADLINE_S))
    return Client(("192.168.8.1", 80), sock)


@pytest.mark.netns
def test_four_identical_sticks_each_in_its_namespace(tmp_path):
    with ExitStack() as stack:
        cables = [stack.enter_context(cable()) for _ in range(4)]
        for number, ends in enumerate(cables):
            profile = tmp_path / f"{number}.json"
            profile.write_text(json.dumps({"imei": f"86461204000000{number}", "plmn": "51010"}))
            words = ("--profile", profile, "--count-interface", "br0")
            ready(stack.enter_context(stick_at(ends, *words)))
        for number, ends in enumerate(cables):
            client = reach(ends.host)
            assert f"<Imei>86461204000000{number}</Imei>" in client.get("device/information")
            traffic = client.get("monitoring/traffic-statistics")
            assert int(traffic.partition("<CurrentUpload>")[2].partition("<")[0]) > 1000
            client.connection.close()
