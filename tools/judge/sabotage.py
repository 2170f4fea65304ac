"""Switches each protection off and demands that its test goes red (sabotage.toml, `make sabotage`).

For every entry: copy the repository to build/sabotage/NAME, see the test green there, apply the patch, run
the test again. Caught means: a test FAILED. An error before or around the test, or a timeout, is not that.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300.0
PACKAGES = ("edge", "modem_drivers", "tools", "hil_tests")
TIMEOUT_WORDS = "pytest-timeout"


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement: *find* stands exactly once in *file*."""

    file: str
    find: str
    replace: str


class Sabotage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of sabotage.toml: what is switched off, how, and the test that must go red."""

    name: str
    words: str
    patch: list[Edit]
    test: str


class Run(msgspec.Struct, frozen=True):
    """What one run of a test came to, from its JUnit report."""

    passed: int = 0
    failed: int = 0
    trouble: str = ""  # an error, a skip, a timeout, no report: neither green nor red


class SabotageError(Exception):
    """An entry that cannot be tried; the text says why."""


def read_entries(path: Path) -> list[Sabotage]:
    """Return the entries of sabotage.toml. Raises msgspec.ValidationError."""
    return msgspec.convert(
        tomllib.loads(path.read_text(encoding="utf-8")).get("sabotage", []), list[Sabotage]
    )


def copy_tree(source: Path, target: Path) -> None:
    """Copy what git knows or would add from *source* to a fresh *target*."""
    shutil.rmtree(target, ignore_errors=True)
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)


def apply_patch(tree: Path, edits: Sequence[Edit]) -> None:
    """Make *edits* in *tree*. Raises SabotageError unless each `find` stands exactly once in its file."""
    for edit in edits:
        path = tree / edit.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        times = text.count(edit.find)
        if times != 1:
            raise SabotageError(f"{edit.file}: the text to find stands there {times} times, not once")
        path.write_text(text.replace(edit.find, edit.replace), encoding="utf-8")


def environment(tree: Path) -> dict[str, str]:
    """Return the environment in which imports come from *tree*, before anything installed."""
    return {
        **os.environ,
        "PYTHONPATH": f"{tree}{os.pathsep}{tree / 'firmware/shared'}{os.pathsep}{tree / 'firmware'}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def check_imports(tree: Path) -> str:
    """Return where the packages come from. Raises SabotageError if that is not *tree*."""
    code = f"import {', '.join(PACKAGES)}; print(*({', '.join(f'{name}.__file__' for name in PACKAGES)},))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env=environment(tree),
        capture_output=True,
        text=True,
        check=False,
    )
    places = said.stdout.split()
    if len(places) != len(PACKAGES) or not all(Path(place).is_relative_to(tree) for place in places):
        raise SabotageError(f"imports do not come from the copy: {said.stdout}{said.stderr}")
    return places[0]


def read_junit(path: Path) -> Run:
    """Return what a JUnit report says; a failure by timeout counts as trouble."""
    cases = list(ElementTree.parse(path).iter("testcase"))
    trouble = [
        (child.get("message") or child.tag)[:200]
        for case in cases
        for child in case
        if child.tag in ("error", "skipped")
        or TIMEOUT_WORDS in (child.text or "") + (child.get("message") or "")
    ]
    failed = sum(case.find("failure") is not None for case in cases)
    passed = sum(all(child.tag not in ("failure", "error", "skipped") for child in case) for case in cases)
    return Run(passed, failed, trouble[0] if trouble else "" if cases else "no test ran")


def run_test(tree: Path, test: str, limit_s: float) -> Run:
    """Run one pytest node in *tree*; its words go to test.log there."""
    report, log = tree / "junit.xml", tree / "test.log"
    report.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "0",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--junit-xml={report}",
        test,
    ]
    with log.open("w") as handle:
        try:
            subprocess.run(
                command, cwd=tree, env=environment(tree), stdout=handle, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, check=False, timeout=limit_s,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Run(trouble=f"took longer than {limit_s:.0f} s")
    return read_junit(report) if report.exists() else Run(trouble=f"pytest wrote no report: see {log}")


def attempt(entry: Sabotage, source: Path, build: Path, limit_s: float) -> None:
    """Try *entry*. Raises SabotageError unless its test is green before the patch and fails after it."""
    tree = build / entry.name
    copy_tree(source, tree)
    print(f"  imports from {check_imports(tree)}", flush=True)
    before = run_test(tree, entry.test, limit_s)
    if before.trouble or before.failed or not before.passed:
        raise SabotageError(f"the test is not green without the sabotage: {before.trouble or 'it fails'}")
    apply_patch(tree, entry.patch)
    after = run_test(tree, entry.test, limit_s)
    if not after.failed:
        raise SabotageError(f"SURVIVED: {after.trouble or 'the test stays green'}")
    if after.trouble:
        raise SabotageError(f"SURVIVED: red, but not only by a failed test: {after.trouble}")


def try_all(
    entries: Sequence[Sabotage], source: Path, build: Path, limit_s: float = LIMIT_S
) -> dict[str, str]:
    """Try every entry, printing how it goes; return why, by name, for those that were not caught."""
    survived: dict[str, str] = {}
    for entry in entries:
        print(f"sabotage {entry.name}: {entry.words}", flush=True)
        try:
            attempt(entry, source, build, limit_s)
        except SabotageError as error:
            survived[entry.name] = str(error)
        print(f"  {survived.get(entry.name, f'caught by {entry.test}')}", flush=True)
    return survived


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the entries; return 1 if one was not caught."""
    parser = argparse.ArgumentParser(prog="sabotage", description=__doc__)
    parser.add_argument("--only", default="", help="entries by name, separated by commas")
    parser.add_argument("--json", action="store_true", help="print the measurement as the last line")
    given = parser.parse_args(arguments)
    wanted = [name for name in given.only.split(",") if name]
    known = {entry.name: entry for entry in read_entries(ROOT / "sabotage.toml")}
    if unknown := [name for name in wanted if name not in known]:
        print(f"sabotage: no entry {', '.join(unknown)} in sabotage.toml; known: {', '.join(known)}")
        return 1
    entries = [known[name] for name in wanted or known]
    survived = try_all(entries, ROOT, ROOT / "build/sabotage")
    print(
        f"sabotage: {len(entries) - len(survived)} caught, {len(survived)} not: {', '.join(survived) or '-'}"
    )
    if given.json:
        print(
            json.dumps({"result": len(survived), "n": len(entries), "invalid": 0, "detail": survived or None})
        )
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
