"""The pytest plugin of the bench: options, selection by capability, fixtures, reports.

pytest hil_tests --bench hil_tests/benches/my.toml --allow sms-send --strict-bench
"""

from hil_tests.bench.plugin.fixtures import (
    bench,
    bench_files,
    measured,
    modem,
    opened_benches,
    states_seen,
    valid_run,
)
from hil_tests.bench.plugin.options import pytest_addoption
from hil_tests.bench.plugin.reporting import pytest_runtest_makereport
from hil_tests.bench.plugin.room import pytest_runtest_protocol
from hil_tests.bench.plugin.selection import (
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_ignore_collect,
    pytest_runtest_setup,
)

__all__ = [
    "bench",
    "bench_files",
    "measured",
    "modem",
    "opened_benches",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_ignore_collect",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "states_seen",
    "valid_run",
]
