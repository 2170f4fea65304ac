"""Sabotage on a small repository of its own: what is a catch, and what is not."""

import subprocess
import textwrap
from pathlib import Path

import pytest

from tools.judge import sabotage
from tools.judge.sabotage import Edit, Sabotage

pytestmark = pytest.mark.slow  # two pytest runs each

ROOT = Path(sabotage.__file__).resolve().parents[2]
CODE = """
import time

def stored(records):
    seen = set()
    for record in records:
        seen.add(record)
    return len(seen)
"""
TESTS = """
import pytest
from edge.store import stored

@pytest.fixture
def records():
    assert stored([]) == 0
    return [1, 1, 2]

def test_sound():
    assert stored([1, 1, 2]) == 2

def test_with_fixture(records):
    assert stored(records) == 2

def test_blind():
    assert stored([1]) == 1

def test_red():
    assert stored([1]) == 2

def test_skipped():
    pytest.skip("no reason")

@pytest.mark.timeout(1)
def test_slow():
    assert stored([1, 2]) == 2
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Return a git repository with the four packages, one function and its tests."""
    root = tmp_path_factory.mktemp("repository")
    for package in sabotage.PACKAGES:
        (root / package / "tests").mkdir(parents=True)
        (root / package / "__init__.py").touch()
    (root / "edge/store.py").write_text(CODE)
    (root / "edge/tests/test_store.py").write_text(TESTS)
    (root / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    (root / ".gitignore").write_text("*.log\n")
    (root / "big.log").write_text("left behind")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def why(repository, tmp_path, test, find="seen.add(record)", replace="seen.add(id(object()))", limit_s=60.0):
    """Return why the sabotage was not caught, or None if it was."""
    edit = Edit(file="edge/store.py", find=find, replace=replace)
    entry = Sabotage(name="trial", words="trial", patch=[edit], test=f"edge/tests/test_store.py::{test}")
    return sabotage.try_all([entry], repository, tmp_path, limit_s).get("trial")


NO_DEDUPE = {"find": "len(seen)", "replace": "len(records)"}


def test_failed_test_is_a_catch(repository, tmp_path):
    assert why(repository, tmp_path, "test_sound", **NO_DEDUPE) is None
    assert "len(seen)" in (repository / "edge/store.py").read_text()
    assert not (tmp_path / "trial/big.log").exists()


def test_blind_test_lets_it_survive(repository, tmp_path):
    assert why(repository, tmp_path, "test_blind", **NO_DEDUPE) == "SURVIVED: the test stays green"


def test_test_must_be_green_first(repository, tmp_path):
    assert why(repository, tmp_path, "test_red", **NO_DEDUPE) == (
        "the test is not green without the sabotage: it fails"
    )


def test_skipped_test_is_not_green(repository, tmp_path):
    reason = why(repository, tmp_path, "test_skipped", **NO_DEDUPE)
    assert reason.startswith("the test is not green without the sabotage: ")


def test_unknown_test_is_not_green(repository, tmp_path):
    reason = why(repository, tmp_path, "test_absent", **NO_DEDUPE)
    assert reason.startswith("the test is not green without the sabotage: ")


def test_import_error_is_no_catch(repository, tmp_path):
    reason = why(repository, tmp_path, "test_sound", find="import time", replace="import nonexistent_module")
    assert reason.startswith("SURVIVED: ")
    assert "stays green" not in reason


def test_error_in_a_fixture_is_no_catch(repository, tmp_path):
    reason = why(repository, tmp_path, "test_with_fixture", find="seen = set()", replace="seen = {3}")
    assert reason.startswith("SURVIVED: failed on setup")


def test_timeout_inside_the_test_is_no_catch(repository, tmp_path):
    reason = why(
        repository, tmp_path, "test_slow", find="seen = set()", replace="seen = set(); time.sleep(30)"
    )
    assert "Timeout" in reason
    assert reason.startswith("SURVIVED: ")


def test_hanging_run_is_no_catch(repository, tmp_path):
    reason = why(
        repository,
        tmp_path,
        "test_blind",
        find="seen = set()",
        replace="seen = set(); time.sleep(300)",
        limit_s=20.0,
    )
    assert reason == "SURVIVED: took longer than 20 s"


@pytest.mark.parametrize(("find", "times"), [("seen", 3), ("absent", 0)])
def test_text_to_find_must_stand_exactly_once(repository, tmp_path, find, times):
    assert why(repository, tmp_path, "test_sound", find=find) == (
        f"edge/store.py: the text to find stands there {times} times, not once"
    )


def test_imports_from_elsewhere_are_refused(tmp_path):
    with pytest.raises(sabotage.SabotageError, match="imports do not come from the copy"):
        sabotage.check_imports(tmp_path)


def test_each_of_our_patches_fits_the_code_and_names_a_test():
    entries = sabotage.read_entries(ROOT / "sabotage.toml")
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        path, _, name = entry.test.partition("::")
        assert name.split("::")[-1].split("[")[0] in (ROOT / path).read_text(), entry.name
        for edit in entry.patch:
            assert (ROOT / edit.file).read_text().count(edit.find) == 1, f"{entry.name}: {edit.file}"


def test_entry_with_an_unknown_key_is_refused(tmp_path):
    book = tmp_path / "sabotage.toml"
    book.write_text(
        textwrap.dedent("""
        [[sabotage]]
        name = "x"
        words = "x"
        tset = "y"
    """)
    )
    with pytest.raises(ValueError, match="unknown field `tset`"):
        sabotage.read_entries(book)


def test_only_takes_several_names_and_refuses_an_unknown_one(capsys):
    assert sabotage.main(["--only", "leak,nonsense,other"]) == 1
    assert capsys.readouterr().out.startswith("sabotage: no entry nonsense, other in sabotage.toml; known: ")
