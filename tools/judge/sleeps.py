"""Counts fixed sleeps in tests: a call of sleep with a constant above 0 that no loop repeats.

A test that polls a condition until its deadline sleeps inside `while` or `for`: that is no fixed sleep.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.judge.counts import python_files

LOOPS = (ast.While, ast.For, ast.AsyncFor)


def is_fixed_sleep(node: ast.AST) -> bool:
    """Return whether *node* calls something named sleep with a constant that is not 0."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    length = node.args[0]
    return name == "sleep" and isinstance(length, ast.Constant) and bool(length.value)


def fixed_sleeps(node: ast.AST) -> Iterator[int]:
    """Yield the line of each fixed sleep below *node*; loops are not entered."""
    for child in ast.iter_child_nodes(node):
        if is_fixed_sleep(child):
            yield getattr(child, "lineno", 0)
        if not isinstance(child, LOOPS):
            yield from fixed_sleeps(child)


def is_test(path: Path) -> bool:
    """Return whether *path* is code of the tests."""
    return path.name.startswith("test_") or path.name == "conftest.py" or "tests" in path.parts


def main(arguments: list[str]) -> int:
    """Print the fixed sleeps (with `--json` also the measurement); return 1 if there is one."""
    root = Path(__file__).resolve().parents[2]
    files = [path for path in python_files(root) if is_test(path.relative_to(root))]
    found = [
        f"{path.relative_to(root)}:{line}"
        for path in files
        for line in fixed_sleeps(ast.parse(path.read_bytes(), str(path)))
    ]
    for place in found:
        print(f"{place}: a fixed sleep; wait for a condition with a deadline instead")
    print(f"fixed sleeps in {len(files)} files of tests: {len(found)}")
    if arguments == ["--json"]:
        print(json.dumps({"result": len(found), "n": len(files), "invalid": 0, "detail": found}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
