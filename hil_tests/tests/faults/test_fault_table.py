"""The list of faults, its tests, and the judge of both."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.bench.capability import NAMES
from hil_tests.bench.errors import DeadlineMissed
from hil_tests.faults.table import FAULTS
from hil_tests.faults.trial import EffectNotSeen, EffectWithoutFault, Trial, see
from hil_tests.holds.faults import judge, outcomes

ROOT = Path(__file__).resolve().parents[3]
ORDERED = {  # the bench's order, word by word
    "unplug", "replug-renamed", "hang", "late-reply", "echo", "half-line", "garbage", "urc-storm", "reset",
    "brown-out", "interface-deleted", "dhcp-lost", "half-open", "server-slow", "server-silent",
    "server-lying", "clock-step",
    "interface-replugged",  # added: not of the order
}  # fmt: skip


def functions_of_faults():
    found = {}
    for path in (ROOT / "hil_tests/faults").glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = ast.unparse(node)
    return found


def test_every_fault_of_the_order_is_in_the_list_with_observer_and_expectation():
    assert {fault.name for fault in FAULTS} == ORDERED
    for fault in FAULTS:
        assert all((fault.effect, fault.observer, fault.expected_state, fault.expected_outcome))
        assert "driver" not in fault.observer
        assert fault.rest_in in (4, 5)
        assert f"inject:{fault.name}" in NAMES


def test_every_fault_has_its_test_and_looks_within_the_trial():
    found = functions_of_faults()
    assert set(found) == {fault.test for fault in FAULTS}
    for fault in FAULTS:
        assert f"needs('inject:{fault.name}')" in found[fault.test]
        assert "trial.effect()" in found[fault.test]


def test_list_in_words_and_json():
    command = [sys.executable, "-m", "hil_tests.faults", "list"]
    words = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = json.loads(subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, check=True).stdout)
    assert [row["fault"] for row in rows] == [fault.name for fault in FAULTS]
    assert all(f"\n{name}\n" in f"\n{words}" for name in ORDERED)
    assert rows[0]["state_and_outcome_asserted_by"] == {"issue": 4, "of": "drivers"}


def test_a_reader_that_has_had_enough_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "hil_tests.faults", "list", "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_trial_that_sees_the_effect_without_the_fault_fails():
    with Trial(on=True).effect():
        see(True, "it")
    with Trial(on=False).effect():
        see(False, "it")
    with pytest.raises(EffectNotSeen, match="it"), Trial(on=True).effect():
        see(False, "it")
    with pytest.raises(EffectWithoutFault), Trial(on=False).effect():
        see(True, "it")
    with pytest.raises(DeadlineMissed), Trial(on=False).effect():  # another error is no proof
        raise DeadlineMissed("a simulator", 1)


def line(test, outcome):
    return {"test": f"hil_tests/faults/x.py::{test}-sim-SIMULATED]", "outcome": outcome}


def test_the_judge_misses_no_half():
    hang = next(fault for fault in FAULTS if fault.name == "hang")
    both = [line("test_hang[fault_on", "passed"), line("test_hang[fault_off", "passed")]
    assert judge([hang], outcomes({"tests": both})) == []
    assert judge([hang], outcomes({"tests": both[:1]})) == ["hang: with the fault off the test did not run"]
    failed = [*both, line("test_hang[fault_on", "failed")]
    assert len(judge([hang], outcomes({"tests": failed}))) == 1
    assert len(judge([hang._replace(observer="")], outcomes({"tests": both}))) == 1
    skipped = [line("test_hang[fault_on", "skipped"), both[1]]
    assert len(judge([hang], outcomes({"tests": skipped}))) == 1
