"""The reports of a bench run: JSON, and marks that make a simulated line unmistakable.

JUnit comes from pytest's own --junitxml: each case has the properties `tier`, `bench` and, where nothing real
was measured, `SIMULATED`; the mark also stands in the test's name.
"""

import json
import platform
import subprocess
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path

import pytest

from hil_tests.bench.plugin.state import PLACE, STATE, State

SIMULATED = "SIMULATED"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark every report of a bench test with what it was measured on."""
    place = item.stash.get(PLACE, None)
    if place is not None and not any(name == "tier" for name, _ in item.user_properties):
        item.user_properties += [("tier", place.tier), ("bench", place.bench.name)]
        if place.row:
            item.user_properties.append(("slot", place.row.slot))
        if place.tier != "hardware":
            item.user_properties.append((SIMULATED, f"tier {place.tier}: no modem was measured"))
    report = yield
    report.user_properties = list(item.user_properties)
    return report


def line_of(report: pytest.TestReport) -> dict[str, object]:
    """Return the report's line of one test."""
    found: dict[str, object] = {"test": report.nodeid, "outcome": report.outcome, "phase": report.when}
    properties = report.user_properties
    facts = {name: str(value) for name, value in properties if name in ("tier", "bench", "slot", "modem")}
    found |= facts
    found["mark"] = "" if facts["tier"] == "hardware" else SIMULATED
    found["measurements"] = [json.loads(str(value)) for name, value in properties if name == "measurement"]
    found["invalid_runs"] = [str(value) for name, value in properties if name == "invalid_run"]
    if seen := [json.loads(str(value)) for name, value in properties if name == "session_states"]:
        found["session_states"] = seen[0]
    found["seconds"] = round(report.duration, 3)
    if report.outcome != "passed":
        found["why"] = report.longreprtext.strip().splitlines()[-1:] or [""]
    return found


def git_version(folder: Path) -> str:
    """Return what `git describe` says of the code under test, "unknown" outside of a checkout."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def whole_report(state: State, found: Iterable[Mapping[str, object]], root: Path) -> dict[str, object]:
    """Return the report of a run. simulated: any line is; hardware_pass: none is, and all have passed."""
    lines = sorted(found, key=lambda line: str(line["test"]))
    simulated = any(line["mark"] for line in lines)
    seen = [told for line in lines if isinstance(told := line.get("session_states"), dict)]
    benches = [
        {
            "name": name,
            "tier": bench.file.tier,
            "backend": bench.file.backend,
            "modems": [row.slot for row in bench.file.modem],
            "provenance": bench.provenance(),
        }
        for name, bench in state.benches.items()
    ]
    return {
        "v": 1,
        "mark": SIMULATED if simulated else "",
        "simulated": simulated,
        "hardware_pass": bool(lines) and not simulated and all(x["outcome"] == "passed" for x in lines),
        "code": git_version(root),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "benches": benches,
        "session_states": {name: told for one in seen for name, told in one.items()},
        "tests": lines,
    }


class Reporter:
    """Gathers the bench tests' reports, also those of xdist's workers; writes the file at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lines: dict[str, dict[str, object]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep one line a test: its call, or the phase that failed or skipped it."""
        of_bench = any(name == "tier" for name, _ in report.user_properties)
        if of_bench and (report.when == "call" or report.outcome != "passed"):
            self._lines[report.nodeid] = line_of(report)

    def pytest_sessionfinish(self) -> None:
        """Write the JSON, if any test of a bench ran."""
        if self._lines:
            path = self._config.stash[STATE].options.report
            path.parent.mkdir(parents=True, exist_ok=True)
            facts = whole_report(self._config.stash[STATE], self._lines.values(), self._config.rootpath)
            path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say per tier what ran, and that a simulated pass is none of hardware."""
        if not self._lines:
            return
        state = self._config.stash[STATE]
        terminalreporter.section(f"bench: {', '.join(state.benches)}")
        for tier in sorted({str(line["tier"]) for line in self._lines.values()}):
            outcomes = [line["outcome"] for line in self._lines.values() if line["tier"] == tier]
            counted = ", ".join(f"{outcomes.count(word)} {word}" for word in dict.fromkeys(outcomes))
            mark = "" if tier == "hardware" else f"{SIMULATED}, no modem was measured: "
            terminalreporter.write_line(f"{mark}tier {tier}: {counted}; report: {state.options.report}")
