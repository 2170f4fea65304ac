"""A refused run says so in its reports: an older run's never stay to be read as this one's."""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

import pytest

from hil_tests.bench.plugin.options import Options


def report_paths(config: pytest.Config, options: Options) -> tuple[Path, Path | None]:
    """Return where the JSON goes, and JUnit's XML if it was asked for (--junitxml)."""
    junit = config.getoption("xmlpath", None)
    return options.report, Path(os.path.expandvars(str(junit))).expanduser() if junit else None


def clear_reports(config: pytest.Config, options: Options) -> None:
    """Remove what an older run left at the reports' paths. Raises: ValueError, where that is not possible."""
    for path in report_paths(config, options):
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise ValueError(f"{path}: no report can be written there ({exc}); name another file") from exc


def refused_report(phase: str, why: str) -> Mapping[str, object]:
    """Return the JSON of a run that was refused: no test, no pass, and who refused it."""
    return {
        "v": 1,
        "mark": "REFUSED",
        "simulated": False,
        "hardware_pass": False,
        "refused": [{"phase": phase, "why": why.splitlines()}],
        "benches": [],
        "tests": [],
    }


def refused_junit(phase: str, why: str) -> bytes:
    """Return JUnit's XML of a run that was refused: one case, an error."""
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", name="bench", tests="1", errors="1", failures="0", skipped="0")
    case = ET.SubElement(suite, "testcase", classname="bench", name=f"refused-{phase}", time="0")
    ET.SubElement(case, "error", message=why.splitlines()[0] if why else phase).text = why
    written: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written


def write_refusal(config: pytest.Config, options: Options, phase: str, why: str) -> None:
    """Write both reports of a refused run. Raises: OSError."""
    report, junit = report_paths(config, options)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(refused_report(phase, why), indent=1) + "\n", encoding="utf-8")
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_bytes(refused_junit(phase, why))


def demand_one_process(config: pytest.Config, plain: list[str]) -> None:
    """Raises: ValueError, if xdist spreads tests over processes, which would fight for *plain* ports.

    Simulated benches need no such care: each process has its own simulators.
    """
    if plain and config.getoption("dist", "no") != "no":
        raise ValueError(
            f"bench {plain[0]}: a port takes one process at a time, and -n spreads the tests over several; "
            "use -n 0"
        )
