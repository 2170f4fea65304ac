"""Every fault test runs twice: with the fault, and without it."""

from collections.abc import Iterator

import pytest

from hil_tests.bench.session import Bench
from hil_tests.bench.wire import Wire
from hil_tests.faults.trial import Trial


@pytest.fixture(params=[True, False], ids=["fault_on", "fault_off"])
def trial(request: pytest.FixtureRequest) -> Trial:
    """Return the trial: first with, then without the fault."""
    return Trial(on=bool(request.param))


@pytest.fixture
def wire(bench: Bench) -> Iterator[Wire]:
    """Return a network interface that can be broken."""
    with bench.wire() as laid:
        yield laid
