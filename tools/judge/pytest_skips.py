"""A pytest plugin: prints every test that did not simply pass or fail, and in CI makes most of them failures.

Where the environment says CI=true, a run with a skip (unless the test is marked `hardware` or `probe_uf2`),
an xfail, an xpass or a rerun exits 1. Under xdist the controller sees the workers' reports, so it decides.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

import pytest

MAY_SKIP = ("hardware", "probe_uf2")
IN_CI = pytest.StashKey[bool]()


class Exemption(NamedTuple):
    """One test, or module, that did not simply pass or fail."""

    node: str
    what: str
    why: str
    allowed: bool


def is_ci(environ: Mapping[str, str]) -> bool:
    """Return whether this run is judged: CI=true (or 1) in the environment."""
    return environ.get("CI", "").lower() in ("true", "1")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the words with which a report says why its test was skipped."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", "") or report.longrepr or "")


def exemption_of(report: pytest.TestReport | pytest.CollectReport) -> Exemption | None:
    """Return what *report* excuses, or None for a plain pass or failure.

    A module skipped while collecting has no markers, so it is never allowed.
    """
    marks = report.keywords if isinstance(report, pytest.TestReport) else {}
    if hasattr(report, "wasxfail"):
        return Exemption(report.nodeid, "xfail", reason_of(report), allowed=False)
    if str(report.outcome) == "rerun":
        return Exemption(report.nodeid, "rerun", "", allowed=False)
    if report.skipped:
        return Exemption(report.nodeid, "skip", reason_of(report), any(mark in marks for mark in MAY_SKIP))
    return None


class Watch:
    """Gathers the exemptions of one run; judges them at its end."""

    def __init__(self, in_ci: bool) -> None:
        self.in_ci = in_ci
        self.found: dict[str, Exemption] = {}

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember *report* if it excuses its test (several phases of one test count once)."""
        exemption = exemption_of(report)
        if exemption is not None:
            self.found[exemption.node] = exemption

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test's report, wherever the test ran."""
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take a module's report, for a skip of the whole module."""
        self.note(report)

    def forbidden(self) -> list[Exemption]:
        """Return what this run may not excuse; outside CI everything may be."""
        return [item for item in self.found.values() if self.in_ci and not item.allowed]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Turn a green run with a forbidden exemption into a failed one."""
        if self.forbidden() and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print every exemption, the forbidden ones marked."""
        if not self.found:
            return
        bad = self.forbidden()
        terminalreporter.section(f"not run: {len(self.found)}, of which forbidden here: {len(bad)}")
        for item in sorted(self.found.values()):
            verdict = "FORBIDDEN" if item in bad else "allowed"
            terminalreporter.write_line(f"{verdict} {item.what} {item.node}: {item.why}")


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run; an xdist worker only reports to its controller."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch(is_ci(os.environ)), "pantau-skips")
