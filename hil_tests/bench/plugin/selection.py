"""Which tests run where: by what they need and what a bench grants.

`@pytest.mark.needs("modem.sms")` asks; a bench that does not grant it gives a skip that names it, or with
--strict-bench a failure. In CI a test is collected only for benches that grant what it needs.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from hil_tests.bench.allow import Allowance, parse_allow, split_act
from hil_tests.bench.capability import NAMES
from hil_tests.bench.errors import BenchError
from hil_tests.bench.load import load_bench, nearest
from hil_tests.bench.model import BenchFile
from hil_tests.bench.plugin.options import Options, read_options
from hil_tests.bench.plugin.refusal import clear_reports, demand_one_process, write_refusal
from hil_tests.bench.plugin.reporting import Reporter
from hil_tests.bench.plugin.state import PLACE, STATE, Place, State
from hil_tests.bench.session import open_benches
from modem_drivers.errors import ModemError

NOT_OF_A_BENCH = ("tests", "interop")
BENCHES = Path(__file__).resolve().parents[2] / "benches"
CI_BENCHES = tuple(BENCHES / name for name in ("sim.toml", "plain-tty.toml", "kvm-usb.toml"))
"""The benches that CI runs: make test, its test of the plain backend, make usb-lab."""


def pytest_configure(config: pytest.Config) -> None:
    """Read the benches; refuse those named on the command line that are not whole, before any test.

    Raises: UsageError; the reports of a refused run say so too.
    """
    options = read_options(config)
    is_worker = hasattr(config, "workerinput")
    of_a_bench = options.named or options.hardware
    reports = of_a_bench and not is_worker and not config.getoption("--collect-only")
    try:
        if reports:
            clear_reports(config, options)
        config.stash[STATE] = state = read_state(options)
        if not is_worker:
            config.pluginmanager.register(Reporter(config), "pantau-bench-report")
        if reports:
            demand_one_process(config, state.plain_benches())
            inspect(state)
    except (BenchError, ModemError, ValueError) as exc:
        phase = str(getattr(exc, "phase", "bench"))
        if reports:
            with suppress(OSError):  # then there is no report, and no older one either
                write_refusal(config, options, phase, str(exc))
        raise pytest.UsageError(f"{phase}: {exc}") from exc


def read_state(options: Options) -> State:
    """Return the state of a run on the bench files named. Raises: BenchFileError; ValueError."""
    return make_state(options, [load_bench(path) for path in options.benches], in_ci=is_ci(os.environ))


def is_ci(environ: Mapping[str, str]) -> bool:
    """Return whether the environment says CI=true (or 1)."""
    return environ.get("CI", "").lower() in ("true", "1")


def make_state(options: Options, files: Sequence[BenchFile], *, in_ci: bool) -> State:
    """Return the state of a run. Raises: ValueError, if two files have one name or --allow is wrong."""
    names = [file.name for file in files]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two bench files are called {doubled[0]}; give each its own name")
    benches = open_benches(files)
    allowances = {file.name: parse_allow(options.allow, file.free) for file in files}
    return State(options, benches, allowances, in_ci)


def inspect(state: State) -> None:
    """Look at every bench once: all there, as real as it says, the right modems, simulated or not.

    Raises: BenchError; ModemError.
    """
    for bench in state.benches.values():
        bench.refuse(hardware=state.options.hardware)
        with closing(bench):
            bench.open()
            bench.check_identities()


def wanted_of(item: pytest.Item) -> frozenset[str]:
    """Return what a test needs. Raises: UsageError, for a word that is no capability."""
    wanted = frozenset(str(name) for mark in item.iter_markers("needs") for name in mark.args)
    if mistake := unknown_word(wanted):
        raise pytest.UsageError(f"{item.nodeid} needs {mistake}")
    return wanted


def unknown_word(wanted: frozenset[str]) -> str:
    """Return what to say of a word in *wanted* that is no capability, or ""."""
    unknown = sorted(wanted - set(NAMES))
    return f'"{unknown[0]}", which is no capability; {nearest(unknown[0], NAMES)}' if unknown else ""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test a place where it can run."""
    if "bench" not in metafunc.fixturenames:
        return
    state = metafunc.config.stash[STATE]
    places = state.places(per_modem="modem" in metafunc.fixturenames)
    if state.in_ci:
        wanted = frozenset(
            str(name) for mark in metafunc.definition.iter_markers("needs") for name in mark.args
        )
        places = [place for place in places if not place.missing(wanted)]
    metafunc.parametrize("bench", places, indirect=True, ids=[place.label for place in places])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of the code itself where a bench was named: to load them takes a while."""
    of_the_code = collection_path.is_dir() and collection_path.name in NOT_OF_A_BENCH
    return True if of_the_code and config.stash[STATE].options.named else None


def place_of(item: pytest.Item) -> Place | None:
    """Return where a collected test runs, or None for a test that is not of a bench."""
    spec = getattr(item, "callspec", None)
    place = spec.params.get("bench") if spec else None
    return place if isinstance(place, Place) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not of a bench if one was named."""
    state = config.stash[STATE]
    kept, left_out = [], []
    for item in items:
        place = place_of(item)
        if (place is None and state.options.named) or _cannot_be_made(item):
            left_out.append(item)
            continue
        kept.append(item)
        if place is not None:
            wanted_of(item)
            item.stash[PLACE] = place
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def _cannot_be_made(item: pytest.Item) -> bool:
    """Tell whether pytest made a test for no place at all: it would be a skip without a reason."""
    return "bench" in getattr(item, "fixturenames", ()) and place_of(item) is None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail if the bench is strict, what the place does not grant or the run does not allow."""
    place = item.stash.get(PLACE, None)
    if place is None:
        return
    state = item.config.stash[STATE]
    if reason := why_not(item, place, state.allowances[place.bench.name]):
        if state.options.strict:
            pytest.fail(f"strict bench: {reason}", pytrace=False)
        pytest.skip(reason)


def why_not(item: pytest.Item, place: Place, allowance: Allowance) -> str:
    """Return why the test cannot run there, or ""; what it costs is taken from the allowance."""
    if missing := place.missing(wanted_of(item)):
        return f"bench {place.label} does not grant {', '.join(missing)}"
    acts = [str(act) for mark in item.iter_markers("costs") for act in mark.args]
    if refused := [act for act in acts if not allowance.may(act)]:
        return f"not allowed: {', '.join(refused)}; add --allow {','.join(refused)}"
    for act in acts:
        split_act(act)
        allowance.spend(act)
    return ""
