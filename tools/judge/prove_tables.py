"""`make prove-tables`: change each constant of the drivers' tables once, and run the tests that must notice.

A change nobody notices is a survivor. Each change lives in a process of its own, which imports the changed
module in place of the file, and runs the named test functions: no file is written. Tests are chosen by hand
(table_targets), hold literals with their sources, and are those of `make test`; what is changed: mutate.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import json
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

from tools.judge.mutate import Mutation, find_mutations
from tools.judge.table_targets import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
HANG_S = 20.0
CHUNK = 40
PACKAGE = "modem_drivers"


class Fate(NamedTuple):
    """What became of a change. noticed_by: where; "" of a survivor."""

    module: str
    line: int
    kind: str
    what: str
    noticed_by: str


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives one module's changed code to whoever imports it."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the changed module, None for every other."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed code."""
        return self._code

    def get_source(self, fullname: str) -> str | None:
        """Return nothing: there is no file of it."""
        return None


def _axis(names: str | Sequence[str], values: Sequence[object]) -> Iterator[dict[str, object]]:
    """Yield the arguments of one parametrize mark, case by case."""
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    for value in values:
        row = value if len(keys) > 1 and isinstance(value, list | tuple) else (value,)
        yield dict(zip(keys, row, strict=True))


def cases_of(test: Callable[..., object]) -> Iterator[dict[str, object]]:
    """Yield the arguments of every case of a parametrized test function; {} once, if it is none."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    axes = [list(_axis(*mark.args[:2])) for mark in marks]
    for combination in itertools.product(*axes):
        yield {name: value for chosen in combination for name, value in chosen.items()}


def runnable_tests(module: ModuleType) -> Iterator[Callable[..., object]]:
    """Yield the module's test functions that need no fixture."""
    for name, test in list(vars(module).items()):
        if not name.startswith("test_") or not hasattr(test, "__code__"):
            continue
        wanted = set(test.__code__.co_varnames[: test.__code__.co_argcount])
        if wanted <= next(iter(cases_of(test)), {}).keys():
            yield test


def run_tests(names: Sequence[str], tell: Callable[[str], None]) -> None:
    """Import and run the test modules *names*; tell where it is. Raises whatever a test raises."""
    for name in names:
        tell(f"{name.rpartition('.')[2]} (import)")
        module = importlib.import_module(name)
        for test in runnable_tests(module):
            tell(f"{name.rpartition('.')[2]}::{test.__name__}")
            for case in cases_of(test):
                test(**case)


def _in_child(target: Target, make: Callable[[], CodeType], pipe: int) -> None:
    """Run the target's tests with made code in place of its module; the exit status is 0 if all pass."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, _Changed(target.module, make()))
    run_tests(target.tests, lambda where: (os.write(pipe, where.encode() + b"\n"), None)[1])
    os._exit(0)


def try_one(target: Target, make: Callable[[], CodeType]) -> str:
    """Return where the change of *target*'s module to what *make* returns was noticed, "" if nowhere."""
    told, pipe = os.pipe()
    child = os.fork()
    if not child:
        try:
            _in_child(target, make, pipe)
        finally:
            os._exit(1)  # whatever was raised has noticed the change
    os.close(pipe)
    where, hung = _follow(told)
    if hung:
        os.kill(child, signal.SIGKILL)
    os.close(told)
    _, status = os.waitpid(child, 0)
    if hung:
        return f"{where}: hangs"
    return (where or "before the tests") if status else ""


def _follow(told: int) -> tuple[str, bool]:
    """Return the last place told, and whether the child took too long."""
    text, until_s = b"", time.monotonic() + HANG_S
    while (left_s := until_s - time.monotonic()) > 0:
        if select.select([told], [], [], left_s)[0]:
            data = os.read(told, 65536)
            if not data:
                return text.decode().strip().rpartition("\n")[2], False
            text += data
    return text.decode().strip().rpartition("\n")[2], True


def count_of(target: Target) -> int:
    """Return how many changes *target*'s module has."""
    return len(find_mutations(_parse(target), functions=target.functions))


def _parse(target: Target) -> ast.Module:
    return ast.parse((ROOT / target.path).read_text(encoding="utf-8"))


def _forget(target: Target) -> None:
    """Import the tests, then forget the module and all that hang on it: children import these anew."""
    for name in target.tests:
        importlib.import_module(name)
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == PACKAGE}
    stale = {target.module, *target.tests}
    grown = 0
    while grown != len(stale):
        grown = len(stale)
        stale |= {name for name, module in ours.items() if _imports(module) & stale}
    for name in stale & set(ours):
        del sys.modules[name]
        parent, _, last = name.rpartition(".")
        if parent in sys.modules and hasattr(sys.modules[parent], last):
            delattr(sys.modules[parent], last)


def _imports(module: ModuleType) -> set[str]:
    """Return the modules of the package that *module*'s source names in its imports."""
    file = getattr(module, "__file__", None)
    if file is None:
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(name), names=names):
                found |= {name, *(f"{name}.{alias.name}" for alias in names)}
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
    return found


def try_some(target: Target, numbers: Sequence[int]) -> list[Fate]:
    """Make the changes *numbers* of *target*, one after the other; what became of each."""
    _forget(target)
    tree = _parse(target)
    mutations = find_mutations(tree, functions=target.functions)

    def made(mutation: Mutation) -> Callable[[], CodeType]:
        def make() -> CodeType:
            mutation.change()
            return compile(ast.fix_missing_locations(tree), str(ROOT / target.path), "exec")

        return make

    fates: list[Fate] = []
    for mutation in (mutations[number] for number in numbers):
        noticed = try_one(target, made(mutation))
        fates.append(Fate(target.path, mutation.line, mutation.kind, mutation.what, noticed))
    return fates


def unchanged_fails(target: Target) -> str:
    """Return where the target's tests fail as it is, "" if they pass: else they would notice anything."""
    tree = _parse(target)
    return try_one(target, lambda: compile(tree, str(ROOT / target.path), "exec"))


def prove(targets: Sequence[Target], *, sample: int | None = None, seed: int = 0) -> list[Fate]:
    """Make every change of *targets* (or *sample* of them, drawn by *seed*) in two processes.

    Raises: RuntimeError, if the tests of a target fail without a change.
    """
    work = [(target, number) for target in targets for number in range(count_of(target))]
    if sample is not None:
        work = sorted(random.Random(seed).sample(work, min(sample, len(work))), key=lambda one: one[0].path)
    with Pool(WORKERS, maxtasksperchild=1) as pool:
        used = [target for target in targets if any(target is one for one, _ in work)]
        broken = pool.map(unchanged_fails, used, chunksize=1)
        failing = [f"{one.path} ({where})" for one, where in zip(used, broken, strict=True) if where]
        if failing:
            raise RuntimeError(f"the tests fail without a change: {', '.join(failing)}")
        done = pool.starmap(try_some, _chunks(work), chunksize=1)
        return [fate for fates in done for fate in fates]


def _chunks(work: Sequence[tuple[Target, int]]) -> list[tuple[Target, list[int]]]:
    chunks: list[tuple[Target, list[int]]] = []
    for target, number in work:
        if chunks and chunks[-1][0] is target and len(chunks[-1][1]) < CHUNK:
            chunks[-1][1].append(number)
        else:
            chunks.append((target, [number]))
    return chunks


def figures_of(fates: Sequence[Fate], seconds: float) -> dict[str, dict[str, float]]:
    """Return the figures as holds.toml takes them: survivors, and seconds."""
    survivors = sum(not fate.noticed_by for fate in fates)
    return {
        "survivors": {"result": survivors, "n": len(fates), "invalid": 0},
        "seconds": {"result": round(seconds, 1), "n": len(fates), "invalid": 0},
    }


def lines_of(fates: Sequence[Fate]) -> Iterator[str]:
    """Yield what is said of *fates*: survivors, then how many changes of which kind and module."""
    for fate in fates:
        if not fate.noticed_by:
            yield f"SURVIVOR {fate.module}:{fate.line} {fate.kind}: {fate.what}"
    for module, number in Counter(fate.module for fate in fates).items():
        yield f"{number:5} {module}"
    kinds = Counter(fate.kind for fate in fates)
    yield ", ".join(f"{number} of kind {kind}" for kind, number in kinds.items())
    at_import = sum(fate.noticed_by.endswith("(import)") for fate in fates)
    yield f"{len(fates)} changes, {at_import} of them refused when the module or a test was imported"


def main(argv: Sequence[str]) -> int:
    """Print survivors and figures; return 1 if there is a survivor."""
    parser = argparse.ArgumentParser(prog="python -m tools.judge.prove_tables", description=__doc__)
    parser.add_argument("--only", default="", help="only modules whose path holds this")
    parser.add_argument("--sample", type=int, help="only so many changes, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(argv)
    begun_s = time.monotonic()
    targets = [target for target in TARGETS if chosen.only in target.path]
    fates = prove(targets, sample=chosen.sample, seed=chosen.seed)
    print("\n".join(lines_of(fates)))
    print(json.dumps(figures_of(fates, time.monotonic() - begun_s)))
    return 1 if any(not fate.noticed_by for fate in fates) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
