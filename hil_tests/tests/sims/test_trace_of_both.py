"""One trace drives a modem and its link: what the modem reports and what the link does change together."""

import json
import os
import threading
import time
from typing import NamedTuple

import numpy as np
import pytest

from hil_tests.bench.at_program import ask, client, modem
from hil_tests.sims.operator_net import log, namespaces
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.records import UP
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting
from hil_tests.sims.operator_net.traces import trace_rows
from hil_tests.sims.trace import read_trace

pytestmark = pytest.mark.netns
TOGETHER_NS = 20_000_000
DEADLINE_S = 20.0
LEAD_S, APART_S = 5.0, 0.3  # the programs start in the lead
RSRP_DBM = (-80, -101, -90, -115, -85)
RATES_MBIT = (20, 2, 10, 1, 15)
FRAME_BYTES = 102


def trace_file(folder):
    """Write a trace: a row at once, then one each 0.3 s after the lead, radio and rate changing in each."""
    times_s = [0.0, *(LEAD_S + APART_S * row for row in range(1, len(RSRP_DBM)))]
    rows = zip(times_s, RSRP_DBM, RATES_MBIT, strict=True)
    path = folder / "trace.csv"
    lines = "".join(f"{t_s},{rsrp},-11,8,{rate}\n" for t_s, rsrp, rate in rows)
    path.write_text("t_s,rsrp_dbm,rsrq_db,sinr_db,rate_mbit\n" + lines)
    return path


def until(condition, what):
    deadline_s = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        assert time.monotonic() < deadline_s, f"waited in vain: {what}"
        time.sleep(0.02)
    return value


def start_of(running):
    summary = running.log_path.with_suffix(".json")
    until(summary.exists, "the emulator writes its summary")
    return json.loads(summary.read_text())["start_ns"]


def keep_sending(running, stop):
    with (
        namespaces.udp_socket(running.server_namespace) as sink,  # nobody reads it, and nobody refuses
        namespaces.udp_socket(running.client_namespaces[0]) as sock,
    ):
        sink.bind((SERVER_ADDRESS, 0))
        sock.connect(sink.getsockname())
        while not stop.wait(0.004):  # the pace of the traffic, not a wait for something
            sock.send(bytes(FRAME_BYTES - 42))


class Both(NamedTuple):
    """What a run left: when each row was due, the modem's log, the records of the packets."""

    due_ns: list[int]
    lines: list[dict[str, object]]
    packets: np.ndarray


def run_both(folder):
    """Run emulator and modem over one trace from one start."""
    csv, chronicle, link = trace_file(folder), folder / "modem.jsonl", folder / "tty"
    trace = read_trace(csv)
    ways = [DirectionSetting(rate_trace=trace_rows(trace, way)) for way in ("up", "down")]
    line = LinkSetting("1-1.1", *ways)
    with Lab(f"tb{os.getpid()}", [line], folder, client_netns=True) as running:
        start_ns, stop = start_of(running), threading.Event()
        words = ("--personality", "quectel-ec25", "--trace", csv, "--trace-start-ns", start_ns)
        traffic = threading.Thread(target=keep_sending, args=(running, stop))
        traffic.start()
        try:
            with modem(link, *words, "--log", chronicle), client(link) as port:
                assert time.time_ns() < start_ns + (LEAD_S + APART_S) * 1e9, "the programs took all the lead"
                end_ns = start_ns + (trace.points[-1].t_s + APART_S) * 1e9
                while time.time_ns() < end_ns:
                    assert b"OK" in ask(port, b"AT+CESQ")
        finally:
            stop.set()
            traffic.join()
    lines = [json.loads(line) for line in chronicle.read_text().splitlines()]
    records = log.load(running.log_path)
    due_ns = [start_ns + round(point.t_s * 1e9) for point in trace.points]
    return Both(due_ns, lines, records[(records["dir"] == UP) & (records["proto"] == 17)])


def radio_and_link_change_within_20_ms_of_each_other(both):
    radio_ns = {line["row"]: line["t_ns"] for line in both.lines if line.get("event") == "radio"}
    apart_ns = []
    for row in range(1, len(RSRP_DBM)):
        packet_ns = int(both.packets["t_in_ns"][both.packets["row"] == row].min())
        apart_ns.append(max(abs(packet_ns - radio_ns[row]), abs(radio_ns[row] - both.due_ns[row])))
    assert sorted(apart_ns)[-2] <= TOGETHER_NS, apart_ns  # a busy machine may hold one of them up once


def the_link_serves_at_the_rate_of_the_row(both):
    for row, rate_mbit in enumerate(RATES_MBIT):
        of_row = both.packets["queue_us"][both.packets["row"] == row]
        assert np.median(of_row) == pytest.approx(FRAME_BYTES * 8 / rate_mbit, abs=1.5)  # Mbit/s: bits a us


def rsrp_reported(line):
    """27.007 8.69: the last of +CESQ's six values, 1 dB a step from -140 dBm on."""
    (text,) = [text for text in line["reply"] if text.startswith("+CESQ: ")]
    return int(text.rpartition(",")[2]) - 141


def what_the_modem_answers_is_the_row_that_the_link_follows(both):
    changes_ns = np.array(both.due_ns[1:])
    answers = [line for line in both.lines if line["command"] == "AT+CESQ"]
    clear = [line for line in answers if np.abs(changes_ns - line["t_ns"]).min() > TOGETHER_NS]
    at_ns = both.packets["t_in_ns"]
    rows = [both.packets["row"][np.abs(at_ns - line["t_ns"]).argmin()] for line in clear]
    assert set(rows) == set(range(len(RSRP_DBM)))
    assert [rsrp_reported(line) for line in clear] == [RSRP_DBM[row] for row in rows]


def test_one_trace_drives_modem_and_link(tmp_path):
    both = run_both(tmp_path)
    radio_and_link_change_within_20_ms_of_each_other(both)
    the_link_serves_at_the_rate_of_the_row(both)
    what_the_modem_answers_is_the_row_that_the_link_follows(both)
