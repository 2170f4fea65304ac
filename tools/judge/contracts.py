"""Checks the import contracts of pyproject.toml with import-linter (`make check`).

A contract may name modules that are not written yet: they are left out of it, and counted. What
import-linter cannot see, a folder of code without `__init__.py`, is an error here.
"""

import copy
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import grimp

MODULE_LISTS = ("source_modules", "forbidden_modules", "modules", "protected_modules", "allowed_importers")
LEAST = {"forbidden": ("source_modules", "forbidden_modules"), "protected": ("protected_modules",)}
UNPACKAGED = ("tests",)  # folders of code that are no packages on purpose
Contract = dict[str, object]


def is_test(path: Path) -> bool:
    """Return whether *path* is a test or its fixtures, which nothing imports."""
    return path.name.startswith("test_") or path.name == "conftest.py"


def unseen_folders(root: Path, packages: Iterable[str]) -> list[Path]:
    """Return the folders of code below *packages* without `__init__.py`: the import graph misses them."""
    return sorted(
        folder
        for package in packages
        for folder in {path.parent for path in (root / package).rglob("*.py") if not is_test(path)}
        if not (folder / "__init__.py").exists() and not set(UNPACKAGED) & set(folder.parts)
    )


def prune(contract: Contract, known: set[str]) -> tuple[Contract, list[str]]:
    """Return *contract* with only *known* modules in its lists, and the names left out."""
    kept, left_out = copy.copy(contract), []
    for field in MODULE_LISTS:
        names = contract.get(field)
        if isinstance(names, list):
            kept[field] = [name for name in names if name in known or "*" in name]
            left_out += [name for name in names if name not in known and "*" not in name]
    return kept, left_out


def is_empty(contract: Contract) -> bool:
    """Return whether nothing is left in *contract* that could be checked."""
    kind = str(contract["type"])
    if kind == "independence":
        modules = contract["modules"]
        return not isinstance(modules, list) or len(modules) < 2
    return any(not contract[field] for field in LEAST.get(kind, ()))


def known_modules(root_packages: Sequence[str]) -> set[str]:
    """Return every module of ours, and every foreign top-level one that ours import."""
    graph = grimp.build_graph(
        *root_packages, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    return set(graph.modules)


def prepare(contracts: Sequence[Contract], known: set[str]) -> tuple[list[Contract], list[str]]:
    """Return those *contracts* that can be checked, and the names in them that are not in the code."""
    pruned = [prune(contract, known) for contract in contracts]
    absent = sorted({name for _, names in pruned for name in names})
    return [contract for contract, _ in pruned if not is_empty(contract)], absent


def table(values: Mapping[str, object]) -> list[str]:
    """Return the TOML lines of *values*: text, booleans and lists of text are written alike in JSON."""
    return [f"{key} = {json.dumps(value)}" for key, value in values.items()]


def as_toml(session: Mapping[str, object], contracts: Sequence[Contract]) -> str:
    """Return import-linter's configuration file."""
    lines = ["[tool.importlinter]", *table(session)]
    for contract in contracts:
        lines += ["", "[[tool.importlinter.contracts]]", *table(contract)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Check every contract; return 1 if one is broken."""
    root = Path(__file__).resolve().parents[2]
    session = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    listed = session.pop("contracts")
    hidden = unseen_folders(root, session["root_packages"])
    for folder in hidden:
        print(f"contracts: {folder.relative_to(root)} has no __init__.py, so its imports cannot be checked")
    contracts, absent = prepare(listed, known_modules(session["root_packages"]))
    print(
        f"contracts: {len(contracts)} of {len(listed)}; not in the code: {', '.join(absent) or 'none'}",
        flush=True,
    )
    settings = root / "build/importlinter.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(as_toml(session, contracts))
    lint = Path(sys.executable).with_name("lint-imports")
    command: list[str | Path] = [lint, "--config", settings, "--no-logo"]
    broken = subprocess.run(command, cwd=root, check=False).returncode
    return 1 if broken or hidden else 0


if __name__ == "__main__":
    sys.exit(main())
