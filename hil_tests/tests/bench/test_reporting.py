"""A report of simulated modems can never be read as one of hardware, whatever passed."""

import pytest

from hil_tests.bench.load import parse_bench
from hil_tests.bench.plugin.options import Options
from hil_tests.bench.plugin.reporting import line_of, whole_report
from hil_tests.bench.plugin.selection import make_state
from hil_tests.bench.plugin.state import Place

BENCH = """name = "{name}"
backend = "plain"
tier = "{tier}"
[[modem]]
slot = "1-1.1"
at_port = "/dev/ttyUSB2"
imei = "490154203237518"
model = "EC25"
"""


def bench_of(tier, name="b"):
    return parse_bench(BENCH.format(tier=tier, name=name), where="b.toml")


def state_of(tmp_path, *tiers):
    options = Options((), named=True, strict=False, hardware=False, allow=(), report=tmp_path / "r.json")
    return make_state(options, [bench_of(tier, f"b{n}") for n, tier in enumerate(tiers)], in_ci=False)


def report_of_a_test(tier, outcome="passed", *, more=()):
    properties = [("tier", tier), ("bench", "b"), ("slot", "1-1.1"), *more]
    return pytest.TestReport(
        "hil_tests/contract/x.py::test_x[b]",
        ("x.py", 1, "test_x"),
        {},
        outcome,
        None if outcome == "passed" else "AssertionError: no",
        "call",
        user_properties=properties,
        duration=1.5,
    )


@pytest.mark.parametrize(("tier", "mark"), [("sim", "SIMULATED"), ("usb-vm", "SIMULATED"), ("hardware", "")])
def test_each_line_is_marked_by_its_own_tier(tier, mark):
    line = line_of(report_of_a_test(tier))
    assert (line["tier"], line["mark"], line["outcome"]) == (tier, mark, "passed")
    bench = bench_of(tier)
    assert Place(bench, bench.modem[0]).label == f"b-{mark or 'hardware'}-1-1.1"
    assert Place(bench, None).label == f"b-{mark or 'hardware'}"


def test_figures_and_invalid_runs_are_in_the_line():
    more = [("measurement", '{"name":"rsrp_dbm","value":-97,"unit":"dBm","low":-120,"high":-60}')]
    line = line_of(
        report_of_a_test("hardware", more=[*more, ("invalid_run", "late"), ("modem", "EC25 EC25E")])
    )
    assert line["measurements"] == [
        {"name": "rsrp_dbm", "value": -97, "unit": "dBm", "low": -120, "high": -60}
    ]
    assert (line["invalid_runs"], line["modem"]) == (["late"], "EC25 EC25E")


@pytest.mark.parametrize(
    ("tiers", "outcomes", "hardware_pass", "mark"),
    [
        (["hardware"], ["passed"], True, ""),
        (["hardware"], ["failed"], False, ""),
        (["hardware"], ["skipped"], False, ""),
        (["sim"], ["passed"], False, "SIMULATED"),
        (["usb-vm"], ["passed"], False, "SIMULATED"),
        (["hardware", "sim"], ["passed", "passed"], False, "SIMULATED"),
        (["hardware"], [], False, ""),
    ],
)
def test_only_real_modems_alone_can_pass_as_hardware(tmp_path, tiers, outcomes, hardware_pass, mark):
    lines = [
        line_of(report_of_a_test(tier, outcome))
        for tier, outcome in zip(tiers, outcomes, strict=bool(outcomes))
    ]
    found = whole_report(state_of(tmp_path, *tiers), lines, tmp_path)
    assert (found["hardware_pass"], found["mark"]) == (hardware_pass, mark)
    assert found["code"] == "unknown"  # not a checkout


def test_two_benches_of_one_name_are_refused(tmp_path):
    options = Options((), named=True, strict=False, hardware=False, allow=(), report=tmp_path / "r.json")
    with pytest.raises(ValueError, match="two bench files are called b"):
        make_state(options, [bench_of("sim"), bench_of("sim")], in_ci=False)
