"""What one pytest process knows about the benches of its run."""

from dataclasses import dataclass

import pytest

from hil_tests.bench.allow import Allowance
from hil_tests.bench.model import BenchFile, ModemRow, Tier
from hil_tests.bench.plugin.options import Options
from hil_tests.bench.session import Bench


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test runs: a bench, and a modem on it (None: the bench as a whole)."""

    bench: BenchFile
    row: ModemRow | None

    @property
    def tier(self) -> Tier:
        """What stands behind the bench: what its file says, which is refused where it boasts."""
        return self.bench.tier

    @property
    def label(self) -> str:
        """The words in the test's name: who reads one line of a report sees what it was measured on."""
        mark = "hardware" if self.tier == "hardware" else "SIMULATED"
        return "-".join([self.bench.name, mark, *([self.row.slot] if self.row else [])])

    def missing(self, wanted: frozenset[str]) -> list[str]:
        """Return the capabilities of *wanted* that are not granted here."""
        return sorted(wanted - self.bench.granted(self.row))


@dataclass(slots=True)
class State:
    """Benches of the run, by name; in CI nothing is skipped."""

    options: Options
    benches: dict[str, Bench]
    allowances: dict[str, Allowance]
    in_ci: bool

    def plain_benches(self) -> list[str]:
        """Return the names of the benches whose ports somebody else provides."""
        return [name for name, bench in self.benches.items() if bench.file.backend == "plain"]

    def places(self, *, per_modem: bool) -> list[Place]:
        """Return where a test can run."""
        found: list[Place] = []
        for bench in self.benches.values():
            rows: tuple[ModemRow | None, ...] = bench.file.modem if per_modem else (None,)
            found += [Place(bench.file, row) for row in rows]
        return found


STATE = pytest.StashKey[State]()
PLACE = pytest.StashKey[Place]()
