"""What the far end tells besides a count: shares, reports, whose address, whether it was the limit."""

import hashlib
import hmac
import socket
import struct

import pytest

from tools.server.limits import Traffic, Watch

TEST, REPORT = "1" * 32, "2" * 32


def download(client, **changes):
    """Have a download and return (answer, its bytes)."""
    answer = client.ask(nonce=TEST, kind="tcp-down", **{"seconds": 0.3, **changes})
    size = 0
    while data := client.file.read(65_536):
        size += len(data)
    client.sock.shutdown(socket.SHUT_WR)
    client.close()
    return answer, size


def test_a_download_is_reported_once(serve):
    server = serve()
    answer, size = download(server.connect())
    server.wait_for("end")
    report = server.connect().ask(nonce=REPORT, kind="report", token=answer["token"])
    assert (report["nonce"], report["kind"], report["running"], report["outcome"]) == (
        TEST,
        "tcp-down",
        False,
        "ok",
    )
    yes_and_hello = report["acked"] - size  # lines of the protocol before the payload, and one of SYN or FIN
    assert 0 <= size - report["bytes"] <= 65_536  # the server does not count a block broken off by the end
    assert 100 < yes_and_hello < 600
    assert report["sent"] >= size
    again = server.connect().ask(nonce="3" * 32, kind="report", token=answer["token"])
    assert (again["ok"], again["code"]) == (False, "token")


def test_a_running_test_is_reported_as_such(serve):
    server = serve()
    client = server.connect()
    answer = client.ask(nonce=TEST)
    report = server.connect().ask(nonce=REPORT, kind="report", token=answer["token"])
    assert (report["kind"], report["running"]) == ("rtt", True)


def test_no_more_than_the_most_bytes_are_sent(serve):
    server = serve()
    _, size = download(server.connect(), max_bytes=150_000, seconds=5.0)
    assert size == 150_000
    assert server.wait_for("end")["outcome"] == "byte_cap"


def test_a_nonce_is_good_for_one_test(serve):
    server = serve()
    assert server.connect().ask(nonce=TEST)["ok"]
    again = server.connect().ask(nonce=TEST)
    assert (again["ok"], again["code"]) == (False, "used")


def test_without_bandwidth_left_it_says_when_to_come_again(serve):
    server = serve("--open", "--capacity-mbit", "100")
    first = server.connect()
    assert first.ask(nonce=TEST, kind="tcp-up", seconds=4.0, want_bps=70_000_000)["share_bps"] == 70_000_000
    refused = server.connect().ask(nonce=REPORT, kind="tcp-up", want_bps=40_000_000)
    assert (refused["ok"], refused["code"]) == (False, "busy")
    assert 4.0 < refused["retry_after_s"] <= 6.0
    assert "70 of 100 Mbit/s up are taken" in refused["text"]
    assert server.connect().ask(nonce=REPORT, kind="tcp-down", want_bps=40_000_000)["ok"]


def test_the_line_s_network_and_the_server_s_place_are_told(serve, tmp_path):
    table = tmp_path / "as.tsv"
    table.write_text("127.0.0.0\t127.255.255.255\t64500\tID\tLOOP\n")
    client = serve("--open", "--as-table", str(table), "--as-number", "64496", "--city", "Jakarta").connect()
    assert (client.hello["asn"], client.hello["city"]) == (64496, "Jakarta")
    answer = client.ask()
    assert (answer["asn"], answer["as_name"]) == (64500, "LOOP")


def signed(hello, key, nonce, box):
    """Return a request's changes, signed with *key* as interfaces.md section 2 says."""
    text = "|".join((hello["challenge"], nonce, "rtt", "5.0", f"box={box}"))
    return {"nonce": nonce, "box": box, "mac": hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}


def test_a_box_is_served_with_its_own_key_only(serve, tmp_path):
    ours, theirs = b"k" * 32, b"t" * 32
    (tmp_path / "kpu-a").write_bytes(ours)
    (tmp_path / "kpu-b").write_bytes(theirs)
    server = serve("--keys", str(tmp_path))
    client = server.connect()
    assert client.hello["auth"] == "hmac-sha256"
    for key, box in ((theirs, "kpu-a"), (ours, "kpu-b"), (ours, "kpu-c"), (ours, "")):
        stranger = server.connect()
        refused = stranger.ask(**signed(stranger.hello, key, TEST, box))
        assert (refused["ok"], refused["code"]) == (False, "auth")
    ssid = client.ask(**signed(client.hello, ours, TEST, "kpu-a"))["ssid"]
    body = struct.pack("!I12xQHH68x", 1, 0, 0x2001, ssid)  # RFC 8762 figure 2, RFC 8972 figure 3
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect(("127.0.0.1", server.port))
        udp.send(body + hmac.new(theirs, body, hashlib.sha256).digest()[:16])
        udp.send(body + hmac.new(ours, body, hashlib.sha256).digest()[:16])
        assert len(udp.recv(2000)) == 112
    client.say(v=1, done=True)
    assert client.read() | {"late_ns": []} == {"v": 1, "received": 1, "replied": 1, "late_ns": []}


@pytest.mark.parametrize(
    ("cpu_s", "size", "words"),
    [
        (0.1, 1_000_000, ""),
        (1.9, 1_000_000, "the server's processor: 95% of one core"),
        (0.1, 23_000_000, "the server's own line: 92.0 of 100 Mbit/s by all tests"),
    ],
)
def test_it_knows_when_it_is_the_limit(cpu_s, size, words):
    times, cpu = iter((10.0, 12.0)), iter((5.0, 5.0 + cpu_s))
    watch = Watch(Traffic(100_000_000), "down", mono_s=lambda: next(times), cpu_s=lambda: next(cpu))
    watch.count(size)
    assert watch.limited() == words
