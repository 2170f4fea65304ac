"""The set-up script: when it installs again, and what it says where it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.judge import venv

PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "x"
[tool.hatch.build]
dev-mode-dirs = ["."]
[tool.ruff]
line-length = {length}
"""


@pytest.fixture
def root(tmp_path):
    """Return a checkout whose `.venv` holds the lock dev."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "requirements/dev.txt").write_text("a==1\n")
    (tmp_path / "requirements/demo.txt").write_text("b==1\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(length=110))
    (tmp_path / ".venv/.stamp-dev").write_text(venv.fingerprint(tmp_path, "dev"))
    return tmp_path


def test_second_run_has_nothing_to_do(root):
    assert venv.is_current(root, "dev")


def test_dev_serves_the_demo_but_not_the_reverse(root):
    assert venv.is_current(root, "demo")
    (root / ".venv/.stamp-dev").rename(root / ".venv/.stamp-demo")
    (root / ".venv/.stamp-demo").write_text(venv.fingerprint(root, "demo"))
    assert not venv.is_current(root, "dev")


def test_changed_lock_installs_again(root):
    (root / "requirements/dev.txt").write_text("a==2\n")
    assert not venv.is_current(root, "dev")


def test_changed_packaging_installs_again_but_a_lint_setting_does_not(root):
    (root / "pyproject.toml").write_text(PYPROJECT.format(length=99))
    assert venv.is_current(root, "dev")
    (root / "pyproject.toml").write_text(PYPROJECT.format(length=99).replace('"x"', '"y"'))
    assert not venv.is_current(root, "dev")


def test_vanished_python_installs_again(root):
    (root / ".venv/bin/python").unlink()
    assert not venv.is_current(root, "dev")


def test_python_without_ensurepip_is_told_what_to_install():
    with pytest.raises(venv.SetupError, match="run `sudo apt install python3-venv`"):
        venv.check_python((3, 11), has_ensurepip=False)


def test_old_python_is_told_so():
    with pytest.raises(venv.SetupError, match=r"python3 is 3\.9, Pantau needs 3\.11 or newer"):
        venv.check_python((3, 9), has_ensurepip=True)


def test_wrong_call_shows_the_use():
    script = Path(venv.__file__)
    done = subprocess.run([sys.executable, script, "prod"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "usage: python3 tools/judge/venv.py demo|dev\n")
