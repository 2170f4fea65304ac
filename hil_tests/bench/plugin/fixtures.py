"""What tests of a bench ask for: the bench, a modem on it, a place to write measurements, valid runs."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from hil_tests.bench.model import BenchFile, Span
from hil_tests.bench.plugin.state import PLACE, STATE, Place
from hil_tests.bench.session import Bench, BenchModem
from hil_tests.bench.verdict import Measurement

if TYPE_CHECKING:
    from hil_tests.sims.operator_net.log import Records

T = TypeVar("T")

Opened = Callable[[str], Bench]


@pytest.fixture(scope="session")
def opened_benches(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Return a function that opens a bench of the run at its first use; all are closed at the end."""
    benches = request.config.stash[STATE].benches
    opened: dict[str, Bench] = {}

    def get(name: str) -> Bench:
        if name not in opened:
            benches[name].open()
            opened[name] = benches[name]
        return opened[name]

    yield get
    for bench in opened.values():
        bench.close()


@pytest.fixture
def bench_files(request: pytest.FixtureRequest) -> list[BenchFile]:
    """Return the run's bench files."""
    return [bench.file for bench in request.config.stash[STATE].benches.values()]


@pytest.fixture
def bench(request: pytest.FixtureRequest, opened_benches: Opened) -> Bench:
    """Return the open bench this test runs on; the test is made once a bench, or once a modem."""
    place = request.param
    assert isinstance(place, Place)
    return opened_benches(place.bench.name)


@pytest.fixture
def modem(request: pytest.FixtureRequest, bench: Bench) -> BenchModem:
    """Return the modem this test runs on; who it is was checked, and stands in the report."""
    row = request.node.stash[PLACE].row
    assert row is not None
    modem = bench.modems[row.slot]
    if modem.identity is None:
        modem.check_identity()
    assert modem.identity is not None
    request.node.user_properties.append(("modem", f"{modem.identity.model} {modem.identity.revision}"))
    return modem


class Measured(Protocol):
    """Write down a figure, and judge it."""

    def __call__(self, name: str, value: float | None, unit: str, limits: Span) -> None:
        """Record; fail if there is no value, or it is outside of *limits*."""


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Return a function that puts a figure into the report, and fails the test outside of its limits."""

    def record(name: str, value: float | None, unit: str, limits: Span) -> None:
        found = Measurement(name=name, value=value, unit=unit, low=limits[0], high=limits[1])
        request.node.user_properties.append(("measurement", found.to_json()))
        assert found.holds, f"{name} is {value} {unit}, plausible here: {limits[0]:g} to {limits[1]:g} {unit}"

    return record


class StatesSeen(Protocol):
    """Write down which states of a session a personality was seen in."""

    def __call__(self, personality: str, states: Mapping[str, str]) -> None:
        """Record {state: what it was put into}."""


@pytest.fixture
def states_seen(request: pytest.FixtureRequest) -> StatesSeen:
    """Return a function that puts the states of a personality into the report."""

    def record(personality: str, states: Mapping[str, str]) -> None:
        told = json.dumps({personality: dict(sorted(states.items()))})
        request.node.user_properties.append(("session_states", told))

    return record


class Repeat(Protocol):
    """Repeat a run until it counts."""

    def __call__(self, play: Callable[[], T], records_of: "Callable[[T], Records | None]") -> T:
        """Return the first of three runs whose emulator's log is valid; where nobody emulates (None), any is.

        Raises: NoVerdict.
        """


@pytest.fixture
def valid_run(request: pytest.FixtureRequest) -> Repeat:
    """Return a function that repeats a run until its emulator was in time; the report counts the others."""
    from hil_tests.bench.validity import first_valid, judge  # numpy: only for who judges an emulator's log

    def repeat(play: Callable[[], T], records_of: "Callable[[T], Records | None]") -> T:
        def reasons(run: T) -> list[str]:
            records = records_of(run)
            return [] if records is None else judge(records).reasons

        judged = first_valid(play, reasons)
        request.node.user_properties.extend(("invalid_run", reason) for reason in judged.invalid)
        return judged.run

    return repeat
