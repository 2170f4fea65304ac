"""The program from outside: a pty opened with nothing but os.open, and every fault as a client meets it."""

import errno
import json
import os
import signal
import time
from pathlib import Path

import pytest

from hil_tests.bench.at_program import ask, client, hear, modem, run_to_its_end
from hil_tests.sims.at_modem.faults import NAMES


@pytest.fixture
def link(tmp_path):
    return tmp_path / "modem"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_round_trip_log_and_end(link, tmp_path, stop):
    log = tmp_path / "log.jsonl"
    before_ns = time.time_ns()
    with modem(link, "--log", log, stop=stop):
        with client(link) as first:
            assert ask(first, b"ATE0") == b"ATE0\r\r\nOK\r\n"
            assert ask(first, b"AT+CGMM") == b"\r\nEC25\r\n\r\nOK\r\n"
        with client(link) as second:  # clients come and go
            heard = ask(second, b"AT+CESQ")
        line = json.loads(log.read_text().splitlines()[-1])  # flushed while running
    fields = heard.split(b"\r\n")[1].removeprefix(b"+CESQ: ").split(b",")
    assert fields[:4] == [b"99", b"99", b"255", b"255"]
    assert line["command"] == "AT+CESQ"
    assert line["reply"] == [f"+CESQ: {b','.join(fields).decode()}", "OK"]
    assert line["truth"]["rsrp_dbm"] == int(fields[5]) - 141
    assert line["truth"]["rsrq_db"] == int(fields[4]) / 2 - 20
    assert before_ns < line["t_ns"] < time.time_ns()


def test_an_idle_modem_uses_no_processor(link):
    with modem(link) as process, client(link) as port:
        ask(port, b"ATE0")
        ticks = _ticks(process.pid)
        assert hear(port, b"never", deadline_s=1.0) == b""
        assert _ticks(process.pid) - ticks <= 1


def _ticks(pid):
    cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(cells[11]) + int(cells[12])  # utime, stime: proc(5) fields 14 and 15


def test_silent(link):
    with modem(link, "--fault", "silent"), client(link) as port:
        os.write(port, b"AT\r")
        assert hear(port, b"\n", deadline_s=0.5) == b""


def test_garbage_is_the_seeds(link, tmp_path):
    heard = []
    for number in range(2):
        with modem(tmp_path / f"m{number}", "--fault", "garbage"), client(tmp_path / f"m{number}") as port:
            os.write(port, b"AT+CSQ\r")
            heard.append(hear(port, b"never", deadline_s=0.5).removeprefix(b"AT+CSQ\r"))
    assert heard[0] == heard[1]
    assert {0x00, 0xFF} <= set(heard[0])
    assert b"OK" not in heard[0]


def test_late(link):
    with modem(link, "--fault", "late:0.8"), client(link) as port:
        start_s = time.monotonic()
        assert ask(port, b"AT+CGMM").endswith(b"EC25\r\n\r\nOK\r\n")
        assert time.monotonic() - start_s >= 0.8


def test_urc_storm_breaks_into_replies(link):
    with modem(link, "--fault", "urc-storm:50"), client(link) as port:
        ask(port, b"ATE0")
        heard = ask(port, b"AT+CGMM")
        inside = heard.partition(b"EC25\r\n")[2].partition(b"\r\nOK\r\n")[0]
        assert any(line in inside for line in (b"+CREG:", b"+CMTI:", b"+QIND:", b"RING"))
        assert len(hear(port, b"never", deadline_s=0.5).split(b"\r\n\r\n")) > 5


def test_half_line(link):
    with modem(link, "--fault", "half-line"), client(link) as port:
        os.write(port, b"AT+CGMM\r")
        first = hear(port, b"never", deadline_s=0.5).removeprefix(b"AT+CGMM\r")
        rest = hear(port, b"OK\r\n")
        assert first
        assert first + rest == b"\r\nEC25\r\n\r\nOK\r\n"
        assert len(first) < len(b"\r\nEC25\r\n\r\nOK\r\n")


def test_no_echo_off(link):
    with modem(link, "--fault", "no-echo-off"), client(link) as port:
        assert ask(port, b"ATE0").endswith(b"OK\r\n")
        assert ask(port, b"AT").startswith(b"AT\r")


@pytest.mark.parametrize(("name", "command"), [("wrong-rsrp", b"AT+CESQ"), ("wrong-name", b"AT+QSPN")])
def test_lies_show_in_the_reply_and_not_in_the_truth(link, tmp_path, name, command):
    log = tmp_path / "log.jsonl"
    with modem(link, "--fault", name, "--log", log), client(link) as port:
        ask(port, command)
    line = json.loads(log.read_text().splitlines()[-1])
    if name == "wrong-rsrp":
        shown = int(line["reply"][0].rpartition(",")[2]) - 141
        assert shown == line["truth"]["rsrp_dbm"] + 7
    else:
        assert f'"{line["truth"]["name_full"]}"' not in line["reply"][0]


def test_drop_port(link):
    with modem(link, "--fault", "drop-port:2") as process, client(link) as port:
        ask(port, b"AT")
        assert ask(port, b"AT+CGMM").endswith(b"OK\r\n")
        assert process.stdout is not None
        assert process.stdout.readline() == f"DROPPED {link}\n"
        assert not link.is_symlink()
        with pytest.raises(OSError, match=r".") as lost:  # as a pulled cable: hang-up, then EIO
            os.write(port, b"AT\r")
        assert lost.value.errno == errno.EIO


def test_reset_in_mid_command(link):
    with modem(link, "--fault", "reset:2"), client(link) as port:
        assert ask(port, b"ATE0").endswith(b"OK\r\n")
        heard = ask(port, b"AT+CGMM", until=b"RDY\r\n")
        assert b"EC25" not in heard
        assert b"RDY" in heard
        assert ask(port, b"AT").startswith(b"AT\r")  # ATE0 is forgotten


def test_brown_out(link):
    with modem(link, "--fault", "brown-out:2") as process, client(link) as port:
        assert process.stdout is not None
        assert ask(port, b"ATE0").endswith(b"OK\r\n")
        os.write(port, b"AT+CGMM\r")
        first = hear(port, b"EC25\r\n\r\nOK\r\n", deadline_s=0.1)
        assert process.stdout.readline() == f"DROPPED {link}\n"
        assert b"\r\nEC25\r\n\r\nOK\r\n".startswith(first)
        assert not link.is_symlink()
        assert process.stdout.readline() == f"READY {link}\n"
        with client(link) as again:
            assert b"RDY" in hear(again, b"RDY\r\n")


def test_boot(link):
    with modem(link, "--boot"), client(link) as port:
        heard = hear(port, b"PB DONE\r\n")
    assert heard.index(b"RDY") < heard.index(b"+CPIN: READY") < heard.index(b"+QIND: PB DONE")


def test_every_fault_has_a_test_here():
    source = Path(__file__).read_text()
    assert all(f'"{name}' in source for name in NAMES)


def test_list_names_personality_faults_and_provenance():
    shown = run_to_its_end("--list").stdout
    assert "personality quectel-ec25: " in shown
    assert "recorded 0, manual " in shown
    assert all(f"fault {name}: " in shown for name in NAMES)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--fault", "lazy"], 'no fault "lazy"; choose from silent'),
        (["--profile", "/nonexistent.json"], "cannot be read (No such file or directory); give an existing"),
        (
            ["--link", "/nonexistent/x"],
            "/nonexistent/x: No such file or directory; name a --link in a folder",
        ),
        (["--log", "/nonexistent/x"], "/nonexistent/x: No such file or directory; name a file for --log"),
        (["--hook", "/nonexistent/x"], "/nonexistent/x: No such file or directory; name a file for --hook"),
        (
            ["--scenario", "zone:999"],
            "a zone has -48 to 56 quarter hours, not 999; write for instance zone:36",
        ),
    ],
)
def test_bad_arguments(link, words, text):
    ended = run_to_its_end("--link", link, *words)
    assert ended.returncode == 2
    assert text in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not link.is_symlink()


def test_a_file_in_the_way_is_left_alone(link):
    link.write_text("mine")
    ended = run_to_its_end("--link", link)
    assert ended.returncode == 2
    assert "exists and is no symlink; remove it or name another --link" in ended.stderr
    assert link.read_text() == "mine"
