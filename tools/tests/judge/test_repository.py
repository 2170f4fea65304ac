"""The repository as a whole: no registry address in it, and its commands are all explained."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# written apart, so that this file does not hold what it looks for
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "deb." + "debian.org",
    "security." + "debian.org",
    "archive." + "raspberrypi.com",
    "crates" + ".io",
    "proxy." + "golang.org",
)
OPTIONS = re.compile(r"--(?:extra-)?index" + r"-url|--find" + r"-links|--trusted" + r"-host|/simp" + "le/")
ABOUT_OPTIONS = ("tools/judge/",)  # tools that read a machine's own settings may name them
SMALL_BYTES = 2_000_000


def tracked() -> list[Path]:
    """Return the text files git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.stat().st_size < SMALL_BYTES]


def make(*words: str) -> list[str]:
    """Return what `make` prints, as if called from a shell: the tests may run inside another make."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_no_registry_address_is_in_the_repository():
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        for word in REGISTRIES
        if word.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["requirements", "docs", ".ci", "edge", "modem_drivers", "hil_tests"])
def test_no_option_names_another_registry(folder):
    paths = [path for path in tracked() if path.relative_to(ROOT).parts[0] == folder]
    assert paths, folder
    found = [
        str(path.relative_to(ROOT))
        for path in paths
        if OPTIONS.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize("lock", ["box", "hq", "kit", "server", "demo", "dev", "interop"])
def test_every_line_of_a_lock_is_hashed(lock):
    text = (ROOT / f"requirements/{lock}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_each_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    tables = text[text.index("\ndependencies = [") : text.index("[project.scripts]")]
    lines = [line.strip() for line in tables.splitlines() if line.strip().startswith('"')]
    assert len(lines) > 20
    assert [line for line in lines if "#" not in line and not line.startswith('"pantau[')] == []


def test_help_explains_every_command():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    explained = {line.split()[1] for line in make("help")}
    inner = {"setup-demo", "programs-demo", "programs-interop", "warm-demo"}
    assert explained == set(phony[1].split()) - inner


def test_tests_run_in_parallel_and_in_random_order():
    said = "\n".join(make("-n", "test"))
    assert "-m pytest -n 2 --dist loadgroup" in said
    assert "no:randomly" not in said
