"""The command line's words of a bench run."""

from dataclasses import dataclass
from pathlib import Path

import pytest

DEFAULT_BENCH = Path(__file__).resolve().parents[2] / "benches" / "sim.toml"
DEFAULT_REPORT = Path("build") / "bench-report.json"


@dataclass(frozen=True, slots=True)
class Options:
    """The bench's options. named: --bench was given, so only tests of benches run."""

    benches: tuple[Path, ...]
    named: bool
    strict: bool
    hardware: bool
    allow: tuple[str, ...]
    report: Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("bench", "modems, simulated or real")
    group.addoption(
        "--bench", action="append", default=[], metavar="FILE", help="bench file; several allowed (sim.toml)"
    )
    group.addoption("--strict-bench", action="store_true", help="what a bench cannot do fails, not skips")
    group.addoption("--require", choices=["hardware"], help="refuse a bench with anything simulated")
    group.addoption(
        "--allow", action="append", default=[], metavar="ACTS", help="sms-send,data-mb=50,power-cycle"
    )
    group.addoption("--bench-report", default=str(DEFAULT_REPORT), metavar="FILE", help="JSON report")


def read_options(config: pytest.Config) -> Options:
    """Return what the command line says."""
    named = [Path(word) for word in config.getoption("--bench")]
    return Options(
        benches=tuple(named or [DEFAULT_BENCH]),
        named=bool(named),
        strict=bool(config.getoption("--strict-bench")),
        hardware=config.getoption("--require") == "hardware",
        allow=tuple(config.getoption("--allow")),
        report=Path(config.getoption("--bench-report")),
    )
