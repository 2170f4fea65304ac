"""Changes of tables: which are made, that tests notice them, and that a table nobody tests is told."""

import ast
import json
import subprocess
import sys

import pytest

from tools.judge.mutate import find_mutations
from tools.judge.prove_tables import ROOT, cases_of, runnable_tests
from tools.judge.table_targets import TARGETS

TABLE = '''
"""A docstring."""
from x import Column
A = Memory("where it was learnt")
LIMIT: float = 2.5
ROWS = (
    row("+X", (Column("first", integer(0, 5)), Column("second", text)), REMEMBERED, many=True),
    row("+Y", (), Thread("https://a.example/1"), title="words for people"),
)
ROLES = {0: PortRole.AT, 1: _AT2}

def code():
    """Another."""
    return 7
'''


def changed(functions):
    """Return (kind, the changed source) of every change of TABLE."""
    count = len(find_mutations(ast.parse(TABLE), functions=functions))
    texts = []
    for number in range(count):
        tree = ast.parse(TABLE)
        mutation = find_mutations(tree, functions=functions)[number]
        mutation.change()
        texts.append((mutation.kind, ast.unparse(tree)))
    return texts


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("constant", "LIMIT: float = 3.0"),
        ("constant", "'+X~'"),
        ("constant", "integer(1, 5)"),
        ("constant", "integer(0, 6)"),
        ("constant", "Column('second~', text)"),
        ("constant", "many=False"),
        ("constant", "{1: PortRole.AT, 1: _AT2}"),
        ("order", "(Column('second', text), Column('first', integer(0, 5)))"),
        ("row", "ROLES = {1: _AT2}"),
        ("row", "ROLES = {0: PortRole.AT}"),
        ("role", "{0: PortRole.AT_SECOND, 1: _AT2}"),
        ("role", "{0: PortRole.AT, 1: _PPP}"),
    ],
)
def test_what_is_changed(kind, part):
    assert sum(part in text for made, text in changed(functions=False) if made == kind) == 1


def test_what_is_left_alone():
    texts = changed(functions=False)
    assert all('"""A docstring."""' in text or "'A docstring.'" in text for _, text in texts)
    for part in ("Memory('where it was learnt')", "title='words for people'", "return 7", "a.example/1'"):
        assert all(part in text for kind, text in texts if kind != "row"), part
    assert len({text for _, text in texts}) == len(texts)
    assert [kind for kind, text in changed(functions=True) if "return 8" in text] == ["constant"]


SAID = """
import json, sys
from pathlib import Path
from tools.judge import prove_tables
from tools.judge.table_targets import Target
prove_tables.ROOT, prove_tables.PACKAGE = Path(sys.argv[1]), "like"
sys.path.insert(0, sys.argv[1])
fates = prove_tables.prove([Target("like/table.py", ("like.tests",))])
print(json.dumps([[fate.what, fate.noticed_by] for fate in fates]))
print(json.dumps(prove_tables.figures_of(fates, 1.0)))
print(json.dumps(list(prove_tables.lines_of(fates))))
"""


def run_apart(*words):
    """Run Python with *words*: whoever forks must have no threads, and a test's process has some."""
    line = [sys.executable, *map(str, words)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def package(tmp_path):
    """The folder of a table of two numbers, one of which has a test."""
    (tmp_path / "like").mkdir()
    (tmp_path / "like" / "table.py").write_text("NUMBERS = {'one': 1, 'two': 2}\n")
    test = "from like.table import NUMBERS\ndef test_one():\n    assert NUMBERS['one'] == 1\n"
    (tmp_path / "like" / "tests.py").write_text(test)
    return tmp_path


def test_a_change_that_no_test_notices_is_a_survivor(package):
    done = run_apart("-c", SAID, package)
    fates, figures, lines = (json.loads(line) for line in done.stdout.splitlines())
    assert {what for what, noticed_by in fates if not noticed_by} == {
        "'two' -> 'two~'",
        "2 -> 3",
        "without 'two'",
    }
    assert {noticed_by for _, noticed_by in fates} == {"", "tests::test_one"}
    assert figures["survivors"] == {"result": 3, "n": 6, "invalid": 0}
    assert sum(line.startswith("SURVIVOR like/table.py:1 ") for line in lines) == 3


def test_tests_that_fail_anyway_prove_nothing(package):
    (package / "like" / "tests.py").write_text("def test_broken():\n    assert False\n")
    assert (
        "RuntimeError: the tests fail without a change: like/table.py"
        in run_apart("-c", SAID, package).stderr
    )


def test_cases_are_those_of_parametrize():
    @pytest.mark.parametrize("c", [5])
    @pytest.mark.parametrize(("a", "b"), [(1, 2), (3, 4)])
    def test_sample(a, b, c):
        pass

    assert list(cases_of(test_sample)) == [{"a": 1, "b": 2, "c": 5}, {"a": 3, "b": 4, "c": 5}]
    assert list(cases_of(lambda: None)) == [{}]
    assert test_targets_are_there in list(runnable_tests(sys.modules[__name__]))


def test_targets_are_there():
    assert len({target.path for target in TARGETS}) == len(TARGETS)
    for target in TARGETS:
        assert (ROOT / target.path).is_file()
        assert all((ROOT / (name.replace(".", "/") + ".py")).is_file() for name in target.tests)


def test_a_sample_of_changes_is_noticed():
    words = ("--only", "radio/", "--sample", "40", "--seed", "20261125")
    done = run_apart("-m", "tools.judge.prove_tables", *words)
    assert (done.returncode, '"survivors": {"result": 0, "n": 40' in done.stdout) == (0, True), done.stdout
