"""Tests are chosen by what they need: a skip that names it, a failure, or in CI no test at all."""

import pytest

from hil_tests.bench.by_hand import run_pytest
from hil_tests.bench.capability import HARDWARE_ONLY, NAMES
from hil_tests.bench.load import load_bench
from hil_tests.bench.plugin.selection import CI_BENCHES

TESTS = """
import pytest

@pytest.mark.needs("modem.identity")
def test_granted(modem):
    assert modem.identity.model == "EC25"

@pytest.mark.needs("operator.live")
def test_live(modem):
    raise AssertionError("no simulator is a live operator")

def test_of_no_bench():
    raise AssertionError("not a test of a bench")
"""


@pytest.fixture
def test_file(tmp_path):
    path = tmp_path / "test_these.py"
    path.write_text(TESTS)
    return path


def words(test_file, *more):
    report = str(test_file.parent / "report.json")
    return [str(test_file), "-n", "0", "-rs", "--bench-report", report, "-p", "hil_tests.bench.plugin", *more]


def test_a_missing_capability_is_a_skip_that_names_it(test_file):
    done = run_pytest(*words(test_file, "--bench", "hil_tests/benches/sim.toml"))
    assert done.returncode == 0, done.stdout
    assert "does not grant operator.live" in done.stdout
    assert "1 deselected" in done.stdout


def test_in_ci_it_is_not_collected(test_file):
    done = run_pytest(*words(test_file, "--bench", "hil_tests/benches/sim.toml"), in_ci=True)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert "passed" in done.stdout


def test_a_word_that_is_no_capability_ends_the_run(test_file):
    test_file.write_text(TESTS.replace("modem.identity", "modem.identiti"))
    done = run_pytest(*words(test_file))
    assert done.returncode == 4
    assert 'no capability; did you mean "modem.identity"?' in done.stdout + done.stderr


def test_simulated_is_refused_where_hardware_is_required(test_file):
    done = run_pytest(*words(test_file, "--require", "hardware"))
    assert done.returncode == 4
    assert 'behind it is tier "sim", not "hardware"' in done.stdout + done.stderr


def test_the_benches_of_ci_together_grant_everything_that_needs_no_hardware():
    granted = {name for path in CI_BENCHES for name in _all_grants(path)}
    assert set(NAMES) - granted == HARDWARE_ONLY


def _all_grants(path):
    bench = load_bench(path)
    return frozenset().union(*(bench.granted(row) for row in bench.modem))
