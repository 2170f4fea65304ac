"""The self-test's report: a figure that is none is null and fails; a part says what was thrown away."""

import json
import math

from hil_tests.bench.machine import Machine
from hil_tests.bench.validity import Validity
from hil_tests.emulator_bench.flows import Sent
from hil_tests.emulator_bench.goals import Goal
from hil_tests.emulator_bench.report import as_json, words
from hil_tests.emulator_bench.suite import Part, stalled

MACHINE = Machine(cpu="AMD EPYC", cpus=2, kernel="6.1", load1=0.5, busy_pct=40.0, steal_pct=0.3)
LATE = Validity(packets=90, late_share=0.0, late_p99_ms=0.7, late_max_ms=2.2, own_failures=0)


def part(*goals):
    return Part(
        name="load",
        goals=goals,
        packets=100,
        facts={"pps": 67000},
        machine=MACHINE,
        late=LATE,
        invalid=("x",),
    )


def test_json_has_every_goal_and_whether_all_hold():
    good = Goal(name="drops", figures=(0.0,), limit=0)
    bad = Goal(name="rate", figures=(0.05, math.nan), limit=0.1, detail="five links")
    read = json.loads(as_json([part(good, bad)], {"v": 1, "seed": 7}))
    assert (read["v"], read["seed"], read["holds"]) == (1, 7, False)
    (found,) = read["parts"]
    assert found["goals"][1] == {
        "name": "rate", "figures": [0.05, None], "limit": 0.1, "holds": False, "detail": "five links",
    }  # fmt: skip
    assert (found["machine"]["steal_pct"], found["invalid_runs"], found["packets"]) == (0.3, ["x"], 100)
    assert found["emulator_late"]["late_p99_ms"] == 0.7
    assert json.loads(as_json([part(good)], {}))["holds"] is True


def test_words_name_machine_load_steal_lateness_and_invalid_runs():
    told = words(part())
    for expected in ("100 packets", "load 0.5", "steal 0.3 %", "p99 0.7, max 2.2 ms", "invalid run: x"):
        assert expected in told


def test_a_source_that_stood_still_says_so():
    sent = Sent(packets=(5,), begun_ns=0, ended_ns=1, cpu_s=0.1, worst_tick_ms=120.5)
    assert stalled(sent) == ["the source stood still for 120.5 ms"]
    assert stalled(Sent(packets=(5,), begun_ns=0, ended_ns=1, cpu_s=0.1, worst_tick_ms=20)) == []
