"""Constants are frozen before the judged half is run: the book against the files, and the refusals."""

import hashlib
import subprocess

import pytest

from hil_tests.bench_measure.errors import NotFrozen
from hil_tests.bench_measure.frozen import ROOT, demand_frozen, digest, freeze, read_book

# name, length and content, as docs/methods/README.md has it
HASH = hashlib.sha256(b"stat.py\x009\x00SHARE = 1").hexdigest()


@pytest.fixture
def tree(tmp_path):
    """Return a committed tree with one frozen method."""
    (tmp_path / "docs/methods").mkdir(parents=True)
    (tmp_path / "stat.py").write_text("SHARE = 1")
    book = f'[[method]]\nid = "trains"\nfiles = ["stat.py"]\nsha256 = "{HASH}"\n'
    (tmp_path / "docs/methods/frozen.toml").write_text(book)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def git(tree, *words):
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "-C", str(tree), *who, *words], check=True, capture_output=True)


def commit(tree):
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "frozen")


def test_our_methods_are_what_their_hashes_say():
    methods = read_book(ROOT)
    assert methods
    for method in methods:
        told = f"{method.id}: freeze anew, and run the judged half anew (docs/methods/README.md)"
        assert digest(ROOT, method.files) == method.sha256, told


def test_a_frozen_and_committed_method_may_be_judged(tree):
    assert demand_frozen(tree, "trains") == {"trains": HASH}


def test_a_changed_constant_is_refused(tree):
    (tree / "stat.py").write_text("SHARE = 2")
    commit(tree)
    with pytest.raises(NotFrozen, match="its files are not what"):
        demand_frozen(tree, "trains")


def test_a_hash_that_was_not_committed_is_refused(tree):
    book = tree / "docs/methods/frozen.toml"
    (tree / "stat.py").write_text("SHARE = 2")
    book.write_text(book.read_text().replace(HASH, digest(tree, ["stat.py"])))
    with pytest.raises(NotFrozen, match=r"commit docs/methods/frozen.toml, stat.py before"):
        demand_frozen(tree, "trains")
    commit(tree)
    assert demand_frozen(tree, "trains") == {"trains": digest(tree, ["stat.py"])}


def test_freezing_anew_writes_the_hash_of_the_files_as_they_are(tree):
    (tree / "stat.py").write_text("SHARE = 2")
    freeze(tree)
    (method,) = read_book(tree)
    assert method.sha256 == hashlib.sha256(b"stat.py\x009\x00SHARE = 2").hexdigest()
    assert (method.id, method.files) == ("trains", ("stat.py",))


def test_a_method_or_file_nobody_knows_is_refused(tree):
    with pytest.raises(NotFrozen, match="has no method 'guess'"):
        demand_frozen(tree, "guess")
    (tree / "stat.py").unlink()
    with pytest.raises(NotFrozen, match=r"stat.py: .*No such file"):
        demand_frozen(tree, "trains")
