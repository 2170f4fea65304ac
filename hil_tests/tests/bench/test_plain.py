"""The hardware backend for real: against a simulator that somebody started by hand behind a tty path."""

import json
import os
import stat
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hil_tests.bench.by_hand import IMEI, ROOT, run_pytest, simulator
from hil_tests.bench.errors import BenchIncomplete, WrongModem
from hil_tests.bench.load import parse_bench
from hil_tests.bench.session import Bench

SHIPPED = (ROOT / "hil_tests/benches/plain-tty.toml").read_text(encoding="utf-8")
SHIPPED_PORT = "/tmp/pantau-plain-tty"
OTHER_IMEI = "490154203237518"
POWERED = '"power.cut", "inject:unplug"'


def bench_text(port: Path, *more: str) -> str:
    assert SHIPPED_PORT in SHIPPED
    return SHIPPED.replace(SHIPPED_PORT, str(port)) + "\n".join(more) + "\n"


def open_bench(text: str) -> Bench:
    return Bench(parse_bench(text, where="plain-tty.toml"))


@pytest.fixture
def port(tmp_path):
    with simulator(tmp_path / "tty"):
        yield tmp_path / "tty"


def test_the_right_modem_is_taken(port):
    bench = open_bench(bench_text(port))
    bench.refuse(hardware=False)
    bench.open()
    bench.check_identities()
    assert bench.modems["by-hand"].identity is not None
    bench.close()


def test_the_wrong_imei_is_refused_naming_both(port):
    bench = open_bench(bench_text(port).replace(IMEI, OTHER_IMEI))
    bench.open()
    with pytest.raises(WrongModem) as refused:
        bench.check_identities()
    bench.close()
    assert refused.value.phase == "identity"
    assert OTHER_IMEI in str(refused.value)
    assert IMEI in str(refused.value)


def test_another_model_is_refused_naming_both(port):
    bench = open_bench(bench_text(port).replace('model = "EC25"', 'model = "SIM7600"'))
    bench.open()
    with pytest.raises(WrongModem, match="says model SIM7600, what answers says EC25"):
        bench.check_identities()
    bench.close()


def test_a_pseudo_terminal_is_no_hardware_whatever_the_file_says(port):
    text = bench_text(port).replace('tier = "sim"', 'tier = "hardware"').replace('free = ["power-cycle"]', "")
    with pytest.raises(BenchIncomplete, match='behind it is tier "sim", not "hardware"'):
        open_bench(text).refuse(hardware=False)
    with pytest.raises(BenchIncomplete, match="--require hardware takes real modems only"):
        open_bench(bench_text(port)).refuse(hardware=True)


def test_a_port_that_somebody_holds_is_named_with_its_holder(port):
    descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        with pytest.raises(BenchIncomplete, match=rf"is held by \S+ \(process {os.getpid()}\)"):
            open_bench(bench_text(port)).refuse(hardware=False)
    finally:
        os.close(descriptor)


def power_script(folder: Path, link: Path) -> Path:
    """A power switch as a technician has one: `switch off|on`; here it ends and starts the simulator."""
    script = folder / "switch"
    start = f"{sys.executable} -m hil_tests.sims.at_modem --seed 4711 --link {link} --boot"
    script.write_text(
        f"#!/bin/sh\ncd {ROOT}\ncase $1 in\n"
        f"off) kill $(cat {folder}/pid);;\n"
        f"on) {start} >{folder}/said 2>&1 </dev/null & echo $! >{folder}/pid;;\nesac\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_the_contract_runs_on_a_plain_tty_and_no_line_looks_like_hardware(tmp_path):
    """Every test that the bench grants passes, power cut by a program; reports say SIMULATED on each line."""
    link, file = tmp_path / "tty", tmp_path / "plain-tty.toml"
    with simulator(link) as process:
        (tmp_path / "pid").write_text(str(process.pid))
        switch = power_script(tmp_path, link)
        power = f'power_off = ["{switch}", "off"]\npower_on = ["{switch}", "on"]'
        text = bench_text(link, power).replace('"modem.clock"]', f'"modem.clock", {POWERED}]')
        file.write_text(text.replace('tier = "sim"', 'tier = "sim"\ngrants = ["inject:clock-step"]'))
        report, junit = tmp_path / "report.json", tmp_path / "junit.xml"
        done = run_pytest(
            *("hil_tests", "--bench", str(file), "--bench-report", str(report), f"--junitxml={junit}"),
            *("-n", "0", "-vv"),
        )
        os.kill(int((tmp_path / "pid").read_text()), 15)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text())
    assert found["mark"] == "SIMULATED"
    assert found["simulated"] is True
    assert found["hardware_pass"] is False
    passed = {line["test"].rpartition("::")[2] for line in found["tests"] if line["outcome"] == "passed"}
    place = "[plain-tty-SIMULATED-by-hand]"
    wanted = ("identity", "registration", "signal", "serving_cell", "name", "clock", "power_cycle")
    assert {f"test_{name}{place}" for name in wanted} <= passed
    for fault in ("test_unplug", "test_clock_step"):
        halves = [name for name in passed if name.startswith(fault)]
        assert len(halves) == 2, passed
    assert all(line["mark"] == "SIMULATED" and line["tier"] == "sim" for line in found["tests"])
    assert any(line["measurements"] for line in found["tests"])
    lines = [line for line in done.stdout.splitlines() if "PASSED" in line]
    assert lines
    assert all("SIMULATED" in line for line in lines)
    assert_junit_is_marked(junit)


def assert_junit_is_marked(path: Path) -> None:
    cases = list(ET.parse(path).getroot().iter("testcase"))
    assert cases
    for case in cases:
        assert "SIMULATED" in case.attrib["name"]
        assert "SIMULATED" in {entry.attrib["name"] for entry in case.iter("property")}


def test_a_strict_bench_fails_where_another_skips(port, tmp_path):
    file = tmp_path / "b.toml"
    file.write_text(bench_text(port))
    words = ["hil_tests/contract", "-n", "0", "--bench", str(file), "--bench-report", str(tmp_path / "r")]
    strict = run_pytest(*words, "-k", "test_sms or test_identity", "--strict-bench")
    assert strict.returncode == 1
    assert "strict bench: bench plain-tty-SIMULATED-by-hand does not grant modem.sms" in strict.stdout
    assert "1 passed" in strict.stdout


def test_a_bench_with_nothing_plugged_in_refuses_and_names_what_is_missing(tmp_path):
    report = ["--bench-report", str(tmp_path / "r.json")]
    done = run_pytest("hil_tests", "--bench", "hil_tests/benches/example.toml", "-n", "0", *report)
    assert done.returncode == 4
    words = done.stdout + done.stderr
    assert "inventory: bench example: refused, no test was run" in words
    assert "modem 1-1.1: no AT port at usb_path 1-1.1; no USB modem is plugged in at all" in words
    assert "modem 1-1.2: no port /dev/serial/by-path/platform-fd500000" in words
    assert "passed" not in words


def assert_both_reports_say_refused(report: Path, junit: Path, phase: str, word: str) -> None:
    found = json.loads(report.read_text())
    assert (found["mark"], found["hardware_pass"], found["tests"]) == ("REFUSED", False, [])
    assert [refusal["phase"] for refusal in found["refused"]] == [phase]
    assert word in " ".join(found["refused"][0]["why"])
    (case,) = ET.parse(junit).getroot().iter("testcase")
    assert case.attrib["name"] == f"refused-{phase}"
    assert word in str(case.findtext("error"))


def test_the_wrong_imei_ends_the_run_before_any_test_and_older_reports_go(port, tmp_path):
    file, report, junit = tmp_path / "b.toml", tmp_path / "report.json", tmp_path / "junit.xml"
    file.write_text(bench_text(port).replace(IMEI, OTHER_IMEI))
    report.write_text('{"hardware_pass": true, "tests": [{"outcome": "passed"}]}')
    junit.write_text("<testsuites/>")
    reports = ["--bench-report", str(report), f"--junitxml={junit}"]
    done = run_pytest("hil_tests", "--bench", str(file), "-n", "0", *reports)
    assert done.returncode == 4
    assert f"says IMEI {OTHER_IMEI}, what answers says {IMEI}" in done.stdout + done.stderr
    assert_both_reports_say_refused(report, junit, "identity", OTHER_IMEI)


def test_a_port_is_not_shared_by_several_test_processes(port, tmp_path):
    file, report, junit = tmp_path / "b.toml", tmp_path / "report.json", tmp_path / "junit.xml"
    file.write_text(bench_text(port))
    words = ["hil_tests/contract", "--bench", str(file), "--bench-report", str(report), f"--junitxml={junit}"]
    done = run_pytest(*words, "-n", "2")
    assert done.returncode == 4, done.stdout
    assert "use -n 0" in done.stdout + done.stderr
    assert_both_reports_say_refused(report, junit, "bench", "one process at a time")


@pytest.mark.parametrize("name", ["/dev/null", "a file"])
def test_what_is_no_terminal_is_named_and_nobody_is_blamed(name, tmp_path):
    path = tmp_path / name
    if not path.exists():
        path.touch()
    with pytest.raises(BenchIncomplete, match=rf"modem by-hand: {path} is no terminal") as refused:
        open_bench(bench_text(path)).refuse(hardware=False)
    assert len(refused.value.missing) == 1
    assert "is held by" not in str(refused.value)
