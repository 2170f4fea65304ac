"""What iperf3 and irtt print, in small: their figures are the receiver's and leave out what they must."""

import json
from pathlib import Path

import pytest

from hil_tests.link import iperf3, irtt
from hil_tests.link.errors import ToolError
from hil_tests.link.run import local_ports


def interval(start, length, size):
    return {"sum": {"start": start, "end": start + length, "seconds": length, "bytes": size}}


def iperf3_report(**more):
    """Six half seconds and a rest; the receiver got 100,000 bytes in each, thrice that in the first two."""
    sizes = [300_000, 300_000, 100_000, 100_000, 100_000, 100_000]
    received = [interval(k / 2, 0.5, size) for k, size in enumerate(sizes)] + [interval(3.0, 0.002, 90_000)]
    total = {"start": 0, "end": 3.002, "seconds": 3.002, "bytes": 1_090_000}
    return {"end": {"sum_received": total}, "intervals": [interval(0, 3.0, 5)], "received": received, **more}


@pytest.mark.parametrize("down", [True, False], ids=["down", "up"])
def test_iperf3_is_read_where_the_bytes_arrived_after_the_first_seconds(down):
    report = iperf3_report()
    if down:
        report["intervals"] = report["received"]
    else:
        report["server_output_json"] = {"intervals": report["received"]}
    read = iperf3.read_report(json.dumps(report), down=down, omit_s=1, cpu_s=0.25)
    assert (read.outcome, read.layer, read.cpu_s) == ("ok", "tcp-payload", 0.25)
    assert (read.sustained_bps, read.seconds, read.bytes) == (1_600_000, 2.0, 1_090_000)
    assert read.interval_bps is None  # four intervals are too few


def test_an_iperf3_that_failed_has_its_own_words_and_no_figure():
    text = json.dumps({"error": "unable to connect to server: Connection refused", "end": {}})
    read = iperf3.read_report(text, down=True, omit_s=1, cpu_s=0.0)
    assert read.as_json() == {
        "outcome": "failed: unable to connect to server: Connection refused", "cpu_s": 0.0
    }  # fmt: skip


@pytest.mark.parametrize("read", [
    lambda text: iperf3.read_report(text, down=True, omit_s=1, cpu_s=0),
    lambda text: irtt.read_report(text, seconds=1, cpu_s=0),
], ids=["iperf3", "irtt"])  # fmt: skip
@pytest.mark.parametrize("text", ["", "no such program", '{"round_trips": 5, "intervals": 5}'])
def test_what_is_no_report_is_an_error_with_its_last_words(read, text):
    with pytest.raises(ToolError, match=text[:10] or "nothing"):
        read(text)


def test_irtt_counts_what_did_not_come_back():
    trips = [{"seqno": k, "lost": "false", "delay": {"rtt": (k + 40) * 1_000_000}} for k in range(9)]
    trips.append({"seqno": 9, "lost": "true_down", "delay": {}})
    read = irtt.read_report("[Connecting]\n" + json.dumps({"round_trips": trips}), seconds=0.2, cpu_s=0.1)
    assert (read.outcome, read.sent, read.lost, read.seconds) == ("ok", 10, 1, 0.2)
    assert read.rtt_ms is not None
    assert (read.rtt_ms["min"], read.rtt_ms["p50"], read.rtt_ms["max"]) == (40, 44, 48)


def test_an_irtt_nobody_answered_failed():
    trips = [{"seqno": 0, "lost": "true", "delay": {}}]
    read = irtt.read_report(json.dumps({"round_trips": trips}), seconds=0.2, cpu_s=0.1)
    assert (read.outcome, read.rtt_ms, read.lost) == ("failed: no probe was answered", None, 1)


def test_irtt_wants_ipv6_in_brackets():
    assert irtt.server_command("2001:db8::1")[-1] == "[2001:db8::1]:2112"
    assert irtt.client_command("198.51.100.10", seconds=2, interval_ms=10)[-1] == "198.51.100.10:2112"


def test_ports_are_read_from_both_families(tmp_path: Path):
    head = "  sl  local_address rem_address   st\n"
    (tmp_path / "tcp").write_text(head + "   0: 0100007F:0050 00000000:0000 0A\n")
    (tmp_path / "tcp6").write_text(head + "   0: " + "0" * 32 + ":1451 " + "0" * 32 + ":0000 0A\n")
    assert local_ports(tmp_path, "tcp") == {80, 5201}
