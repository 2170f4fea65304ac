"""Tests are chosen by what they need: a skip that names it, a failure, or in CI no test at all."""

import json

import pytest

from hil_tests.bench.by_hand import run_pytest
from hil_tests.bench.capability import HARDWARE_ONLY, NAMES
from hil_tests.bench.errors import BenchIncomplete
from hil_tests.bench.load import load_bench
from hil_tests.bench.plugin.selection import CI_BENCHES, unknown_word
from hil_tests.bench.session import Bench

TESTS = """
import pytest

@pytest.mark.needs("modem.identity")
def test_granted(modem):
    assert modem.identity.imei == "864612046446305"  # what seed 11 draws

@pytest.mark.needs("operator.live")
def test_live(modem):
    raise AssertionError("no simulator is a live operator")

def test_of_no_bench():
    raise AssertionError("not a test of a bench")
"""


BENCH = """name = "one"
backend = "sim"
tier = "sim"
[[modem]]
slot = "1-1.1"
personality = "quectel-ec25"
seed = 11
imei = "864612046446305"
model = "EC25"
grants = ["modem.identity"]
"""


@pytest.fixture
def test_file(tmp_path):
    path = tmp_path / "test_these.py"
    path.write_text(TESTS)
    (tmp_path / "one.toml").write_text(BENCH)
    return path


def words(test_file):
    report = str(test_file.parent / "report.json")
    bench = ["--bench", str(test_file.parent / "one.toml")]
    return [
        str(test_file),
        *bench,
        "-n",
        "0",
        "-rs",
        "--bench-report",
        report,
        "-p",
        "hil_tests.bench.plugin",
    ]


def test_a_missing_capability_is_a_skip_that_names_it(test_file):
    done = run_pytest(*words(test_file))
    assert done.returncode == 0, done.stdout
    assert "does not grant operator.live" in done.stdout
    assert "1 deselected" in done.stdout


def test_another_simulated_modem_than_the_file_says_is_refused_before_any_test(test_file):
    file, report = test_file.parent / "one.toml", test_file.parent / "report.json"
    file.write_text(BENCH.replace("864612046446305", "490154203237518"))
    done = run_pytest(*words(test_file))
    assert done.returncode == 4, done.stdout
    assert "says IMEI 490154203237518, what answers says 864612046446305" in done.stdout + done.stderr
    found = json.loads(report.read_text())
    assert (found["mark"], found["refused"][0]["phase"], found["tests"]) == ("REFUSED", "identity", [])


def test_a_run_that_reports_nothing_leaves_no_older_report(test_file):
    report = test_file.parent / "report.json"
    report.write_text('{"hardware_pass": true}')
    done = run_pytest(*words(test_file), "-k", "nothing_of_that_name")
    assert done.returncode == 5, done.stdout
    assert not report.exists()


def test_in_ci_it_is_not_collected(test_file):
    done = run_pytest(*words(test_file), in_ci=True)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert "passed" in done.stdout


def test_a_word_that_is_no_capability_is_named():
    assert unknown_word(frozenset({"modem.sms", "timing"})) == ""
    said = unknown_word(frozenset({"modem.identity", "modem.identiti"}))
    assert said == '"modem.identiti", which is no capability; did you mean "modem.identity"?'


def test_simulated_is_refused_where_hardware_is_required():
    bench = Bench(load_bench(CI_BENCHES[0]))
    with pytest.raises(BenchIncomplete, match=r'modem 1-1\.1: behind it is tier "sim", not "hardware"'):
        bench.refuse(hardware=True)
    bench.refuse(hardware=False)


def test_the_benches_of_ci_together_grant_everything_that_needs_no_hardware():
    granted = {name for path in CI_BENCHES for name in _all_grants(path)}
    assert set(NAMES) - granted == HARDWARE_ONLY


def _all_grants(path):
    bench = load_bench(path)
    return frozenset().union(*(bench.granted(row) for row in bench.modem))
