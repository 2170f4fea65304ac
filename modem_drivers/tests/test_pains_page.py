"""docs/pains.md names tests that exist, for all 23 pains, none of them ever skipped or expected to fail."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/pains.md").read_text()
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))


def test_every_pain_has_a_row_with_a_test_in_it():
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, 24))
    for row in ROWS:
        assert re.search(r"`[\w/]+\.py::\w+`", row.split(" | ")[2]), row[:60]
    assert len(NAMED) > 40


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value.rpartition("/")[2])
def test_a_named_test_is_there_and_runs(path, name):
    tree = ast.parse((ROOT / path).read_text())
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]
    assert len(found) == 1, f"{path} has no test {name}"
    marks = " ".join(ast.unparse(decorator) for decorator in found[0].decorator_list)
    assert not re.search(r"\b(skip|skipif|xfail)\b", marks)
