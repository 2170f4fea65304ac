"""Counts the faults that lack an observer or an expectation, or whose test does not tell on from off.

`python -m hil_tests.holds.faults --seed N` runs every fault test afresh, in an order drawn from the seed, and
believes the bench's report alone.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from hil_tests.faults.table import FAULTS, Fault
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300.0


def run_tests(seed: int, report: Path) -> int:
    """Run the fault tests; return pytest's status."""
    command = [sys.executable, "-m", "pytest", "hil_tests/faults", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += [f"--randomly-seed={seed % 2**32}", "--bench", "hil_tests/benches/sim.toml"]
    done = subprocess.run(
        [*command, "--bench-report", str(report)],
        cwd=ROOT,
        stdout=sys.stderr,
        stdin=subprocess.DEVNULL,
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode


def outcomes(report: Mapping[str, object]) -> dict[str, set[str]]:
    """Return, per test function and half ("test_hang on"), the outcomes that the report has."""
    found: dict[str, set[str]] = {}
    tests = report["tests"]
    for line in tests if isinstance(tests, list) else []:
        function, _, place = str(line["test"]).rpartition("::")[2].partition("[")
        half = "on" if "fault_on" in place else "off"
        if line["outcome"] != "skipped":
            found.setdefault(f"{function} {half}", set()).add(str(line["outcome"]))
    return found


def lacking(fault: Fault, found: Mapping[str, set[str]]) -> str:
    """Return what *fault* lacks, or ""."""
    if not all((fault.effect, fault.observer, fault.expected_state, fault.expected_outcome)):
        return f"{fault.name}: no observer or no expectation"
    for half in ("on", "off"):
        seen = found.get(f"{fault.test} {half}", {"did not run"})
        if seen != {"passed"}:
            return f"{fault.name}: with the fault {half} the test {', '.join(sorted(seen))}"
    return ""


def judge(faults: Iterable[Fault], found: Mapping[str, set[str]]) -> list[str]:
    """Return what the faults lack, one sentence each."""
    return [sentence for fault in faults if (sentence := lacking(fault, found))]


def main() -> int:
    """Measure; the last line is the figure."""
    seed = seed_from_arguments("Runs every fault test with and without its fault.")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        run_tests(seed, report)
        found = outcomes(json.loads(report.read_text(encoding="utf-8"))) if report.exists() else {}
    sentences = judge(FAULTS, found)
    print_figures(figure(len(sentences), n=len(FAULTS), invalid=0, detail="; ".join(sentences)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
