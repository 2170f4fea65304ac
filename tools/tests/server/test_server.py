"""pantau-server as anybody meets it: admission, log, refusals, garbage, and no amplification."""

import hashlib
import hmac
import socket
import struct
import time
import zlib

import pytest

KEY = b"0123456789abcdef0123456789abcdef"


def test_the_start_is_logged_before_the_yes(serve):
    server = serve()
    client = server.connect()
    answer = client.ask()
    (entry,) = server.entries()
    assert (answer["ok"], entry["event"], entry["kind"], entry["nonce"]) == (
        True,
        "start",
        "rtt",
        "fedcba9876543210fedcba9876543210",
    )
    assert answer["you"] == entry["peer"] == f"127.0.0.1:{client.sock.getsockname()[1]}"
    client.close()
    assert server.wait_for("end")["outcome"] == "client_gone"


def test_an_upload_is_counted_and_logged(serve):
    server = serve()
    client = server.connect()
    assert client.ask(kind="tcp-up", seconds=1.0)["ok"]
    client.sock.sendall(bytes(300_000))
    client.sock.shutdown(socket.SHUT_WR)
    count = client.read()
    end = server.wait_for("end")
    assert (count["bytes"], count["width_ms"], end["bytes"], end["outcome"]) == (300_000, 100, 300_000, "ok")


def test_an_upload_without_end_is_answered_one_second_after_its_time(serve):
    client = serve().connect()
    assert client.ask(kind="tcp-up", seconds=0.5)["ok"]
    begun_s = time.monotonic()
    client.sock.sendall(bytes(1000))
    assert client.read()["bytes"] == 1000
    assert 1.4 < time.monotonic() - begun_s < 6


def test_a_download_lasts_its_time_and_is_incompressible(serve):
    server = serve()
    client = server.connect()
    begun_s = time.monotonic()
    assert client.ask(kind="tcp-down", seconds=0.5)["ok"]
    data = client.file.read(200_000)
    while client.sock.recv(1 << 20):
        pass
    assert 0.4 < time.monotonic() - begun_s < 5
    assert len(zlib.compress(data[:60_000])) > 60_000
    client.close()
    assert server.wait_for("end")["outcome"] == "ok"


def test_probes_are_reflected_and_counted(serve):
    server = serve()
    client = server.connect()
    ssid = client.ask()["ssid"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect(("127.0.0.1", server.port))
        for seq in (10, 11, 11):
            udp.send(struct.pack("!IQHH28x", seq, 0, 0x2001, ssid))  # RFC 8972 figure 1
            answer = udp.recv(2000)
            assert len(answer) == 44
            assert struct.unpack_from("!I", answer, 24)[0] == seq
            assert answer[40] == 64  # TTL of the loopback
    client.say(v=1, done=True)
    told = client.read()
    late_ns = told.pop("late_ns")
    assert told == {"v": 1, "received": 2, "replied": 3}
    assert len(late_ns) == 3
    assert all(0 < late < 1_000_000_000 for late in late_ns)  # the kernel's stamp is after T3
    assert server.wait_for("end")["outcome"] == "ok"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"kind": "udp-flood"}, "kind", "rtt, tcp-down, tcp-up"),
        ({"seconds": 31}, "malformed", "give 0.1 to 30"),
        ({"seconds": "5"}, "malformed", "seconds"),
        ({"nonce": "x"}, "malformed", "32 hex digits"),
        ({"nonce": None}, "malformed", "nonce"),
        ({"v": 2}, "malformed", "version 2"),
        ({"cc": ["bbr"]}, "malformed", "cc"),
    ],
)
def test_a_bad_request_is_refused_with_its_reason_and_not_logged(serve, changes, code, words):
    server = serve()
    answer = server.connect().ask(**changes)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert words in answer["text"]
    assert server.entries() == []


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.0\r\n\r\n", b"\xff" * 400 + b"\n", b"{" * 20_000, b"[[[[\n"]
)
def test_garbage_is_refused_and_the_server_lives(serve, garbage):
    server = serve()
    client = server.connect()
    client.sock.sendall(garbage)
    assert client.read()["code"] == "malformed"
    assert server.connect().ask()["ok"]


def test_unknown_congestion_controls_do_no_harm(serve):
    answer = serve().connect().ask(kind="tcp-down", seconds=0.1, cc="nö-such\x00thing" * 9)
    assert answer["ok"]
    assert answer["cc"] in ("bbr", "cubic", "reno")


def test_the_place_of_a_client_that_vanished_is_free_again(serve):
    server = serve("--open", "--max-sessions", "1")
    first = server.connect()
    assert first.ask()["ok"]
    refused = server.connect().ask()
    assert (refused["ok"], refused["code"]) == (False, "busy")
    first.close()
    server.wait_for("end")
    assert server.connect().ask(nonce="1" * 32)["ok"]


def signed(hello, key, **changes):
    """Return the changes of a request signed with *key* (the protocol's own words, put together here)."""
    text = "|".join((hello["challenge"], "fedcba9876543210fedcba9876543210", "rtt", "5.0"))
    return {"mac": hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), **changes}


def test_a_key_is_asked_for(serve, tmp_path):
    key_file = tmp_path / "key"
    key_file.write_bytes(KEY + b"\n")
    server = serve("--key", str(key_file))
    for mac in (None, "", "0" * 64, "ö"):
        answer = server.connect().ask(mac=mac)
        assert (answer["ok"], answer["code"]) == (False, "auth")
    client = server.connect()
    assert client.hello["auth"] == "hmac-sha256"
    assert client.ask(**signed(client.hello, KEY))["ok"]
    again = server.connect()
    replayed = again.ask(**signed(client.hello, KEY))  # the signature of another challenge
    assert replayed["code"] == "auth"


def test_with_a_key_unsigned_probes_stay_unanswered(serve, tmp_path):
    key_file = tmp_path / "key"
    key_file.write_bytes(KEY)
    server = serve("--key", str(key_file))
    client = server.connect()
    ssid = client.ask(**signed(client.hello, KEY))["ssid"]
    body = struct.pack("!I12xQHH68x", 1, 0, 0x2001, ssid)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect(("127.0.0.1", server.port))
        udp.send(struct.pack("!IQHH28x", 1, 0, 0x2001, ssid))
        udp.send(body + bytes(16))
        udp.send(body + hmac.new(KEY, body, hashlib.sha256).digest()[:16])
        assert len(udp.recv(2000)) == 112
    client.say(v=1, done=True)
    assert client.read() | {"late_ns": []} == {"v": 1, "received": 1, "replied": 1, "late_ns": []}


def test_no_datagram_brings_a_longer_one_back(serve):
    server = serve()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect(("127.0.0.1", server.port))
        for size in (0, 1, 43, 44, 60, 1472):
            udp.send(bytes(size))
        assert [len(udp.recv(4000)) for _ in range(3)] == [44, 60, 1472]


def test_a_stopped_server_says_so_in_its_log(serve):
    server = serve()
    client = server.connect()
    assert client.ask()["ok"]
    server.process.terminate()
    assert server.process.wait(timeout=10) == 0
    assert [(entry["event"], entry.get("outcome")) for entry in server.entries()] == [
        ("start", None),
        ("end", "stopped"),
    ]


def test_a_full_disk_serves_nobody_unlogged(serve, tmp_path):
    (tmp_path / "served.jsonl").symlink_to("/dev/full")
    answer = serve().connect().ask()
    assert (answer["ok"], answer["code"]) == (False, "busy")
    assert "cannot write its log: No space left on device" in answer["text"]
