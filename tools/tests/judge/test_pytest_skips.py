"""In CI a skip, an xfail or a rerun fails the run; only the marked hardware tests may skip."""

import os
import subprocess
import sys

import pytest

from tools.judge.pytest_skips import is_ci

pytestmark = pytest.mark.slow  # a pytest run each

PLAIN = "def test_plain():\n    assert True\n"
SKIP = "import pytest\ndef test_skip():\n    pytest.skip('no modem here')\n"
MODULE = "import pytest\npytest.skip('not today', allow_module_level=True)\n"
HARDWARE = "import pytest\n@pytest.mark.hardware\ndef test_hardware():\n    pytest.skip('no --bench')\n"
BOARD = "@pytest.mark.skipif(True, reason='no PROBE_UF2')\n@pytest.mark.probe_uf2\ndef test_board(): ...\n"
XFAIL = "import pytest\n@pytest.mark.xfail(reason='some day')\ndef test_xfail():\n    assert False\n"
FAIL = "import pytest\n@pytest.mark.xfail(reason='some day')\ndef test_xfail():\n    assert False\n"
FAIL = "def test_fails():\n    assert False\n"


def run(folder, code, *arguments, ci="true"):
    """Run pytest with the plugin alone on a file with *code*; return exit status and output."""
    (folder / "test_it.py").write_text(PLAIN + code)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    hardware: x\n    probe_uf2: x\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tools.judge.pytest_skips",
        "-p",
        "no:cacheprovider",
        *arguments,
    ]
    environ = {**os.environ, "CI": ci}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("workers", ["0", "1"])
def test_in_ci_skip_and_xfail_fail_the_run(tmp_path, workers):
    (tmp_path / "test_module.py").write_text(MODULE)
    status, printed = run(tmp_path, SKIP + XFAIL, "-n", workers)
    assert status == 1
    lines = printed.splitlines()
    assert "FORBIDDEN skip test_it.py::test_skip: no modem here" in lines
    assert "FORBIDDEN skip test_module.py: not today" in lines
    assert "FORBIDDEN xfail test_it.py::test_xfail: some day" in lines
    assert lines[-1].startswith("===")


@pytest.mark.parametrize("code", [SKIP, XFAIL])
def test_in_ci_each_fails_the_run_alone(tmp_path, code):
    assert run(tmp_path, code, "-n", "0")[0] == 1


@pytest.mark.parametrize("workers", ["0", "1"])
def test_in_ci_hardware_may_skip(tmp_path, workers):
    status, printed = run(tmp_path, HARDWARE + BOARD, "-n", workers)
    assert status == 0, printed
    assert "allowed skip test_it.py::test_hardware: no --bench" in printed
    assert "allowed skip test_it.py::test_board: no PROBE_UF2" in printed


def test_elsewhere_a_skip_is_printed_and_allowed(tmp_path):
    status, printed = run(tmp_path, SKIP, ci="")
    assert (status, "allowed skip test_it.py::test_skip: no modem here" in printed) == (0, True), printed


def test_failure_stays_a_failure(tmp_path):
    status, printed = run(tmp_path, FAIL)
    assert (status, "FORBIDDEN" in printed) == (1, False)


def test_green_run_stays_green(tmp_path):
    status, printed = run(tmp_path, "")
    assert (status, "not run:" in printed) == (0, False)


def test_rerun_is_forbidden(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "@pytest.hookimpl(wrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = yield\n"
        "    if call.when == 'teardown':\n"
        "        report.outcome = 'rerun'\n"  # what pytest-rerunfailures reports
        "    return report\n"
    )
    status, printed = run(tmp_path, "", "-n", "0")
    assert (status, "FORBIDDEN rerun test_it.py::test_plain" in printed) == (1, True), printed


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_ci_is_read_from_the_environment(value, expected):
    assert is_ci({"CI": value}) is expected


def test_no_variable_is_no_ci():
    assert not is_ci({})
