"""The import contracts of this repository catch what they are for: violations planted in a small copy."""

import os
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from tools.judge import contracts

ROOT = Path(contracts.__file__).resolve().parents[2]
MODULES = (
    "edge/cli/main.py",
    "edge/service/build.py",
    "edge/net/link.py",
    "edge/run/job.py",
    "edge/mqtt/link.py",
    "edge/host/load.py",
    "edge/capture/dissect.py",
    "edge/capture/ring.py",
    "edge/capture/compile.py",
    "edge/schema/record.py",
    "edge/stats/median.py",
    "edge/measure/rtt.py",
    "edge/config/read.py",
    "modem_drivers/errors.py",
    "modem_drivers/radio/bands.py",
    "modem_drivers/at/replies.py",
    "modem_drivers/families/quectel.py",
    "modem_drivers/ports/tty.py",
    "modem_drivers/ports/record.py",
    "tools/hq/store/tables.py",
    "tools/hq/cli.py",
    "tools/server/cli.py",
    "tools/kit/cli.py",
    "tools/demo/main.py",
    "tools/judge/contracts.py",
    "hil_tests/sims/modem.py",
    "hil_tests/sims/at_modem/row.py",
    "hil_tests/sims/network/cells.py",
    "hil_tests/sims/operator_net/compiled.py",
    "hil_tests/bench/model.py",
    "hil_tests/bench_measure/runs.py",
    "hil_tests/bench_check/score.py",
)
ALLOWED = {  # every seam is used once, so that each contract has something to judge
    "modem_drivers/ports/tty.py": "import serial",
    "edge/mqtt/link.py": "import paho.mqtt.client",
    "edge/host/load.py": "import psutil",
    "edge/net/link.py": "import pyroute2",
    "edge/capture/dissect.py": "import scapy.all",
    "tools/hq/store/tables.py": "import duckdb",
    "hil_tests/sims/operator_net/compiled.py": "import numba",
    "edge/capture/compile.py": "import numba, llvmlite.binding",
    "edge/run/job.py": "import socket, time, random, edge.measure.rtt",
}


@pytest.fixture
def tree(tmp_path):
    """Return a repository in miniature: the same packages, the same contracts, nothing broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in MODULES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in path.relative_to(tmp_path).parents[:-1]:
            (tmp_path / folder / "__init__.py").touch()
        path.write_text(ALLOWED.get(name, "") + "\n")
    shutil.copy(contracts.__file__, tmp_path / "tools/judge/contracts.py")
    return tmp_path


def check(tree):
    """Return exit status and output of the contracts' check of *tree*."""
    command = [sys.executable, "-m", "tools.judge.contracts"]
    environ = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_sound_tree_keeps_all_contracts(tree):
    number = len(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"])
    status, printed = check(tree)
    assert status == 0, printed
    assert f"contracts: {number} of {number};" in printed
    assert f"Contracts: {number} kept, 0 broken." in printed


PLANTED = (  # where, what is imported, the contract that must break by it
    ("edge/stats/median.py", "time", "Pure floors"),
    ("edge/measure/rtt.py", "socket", "Pure floors"),
    ("modem_drivers/at/replies.py", "random", "Pure floors"),
    ("edge/schema/record.py", "edge.net.link", "The floors"),
    ("edge/net/link.py", "edge.run.job", "Every part of the box"),
    ("modem_drivers/radio/bands.py", "modem_drivers.at.replies", "Every part of the modem drivers"),
    ("edge/cli/main.py", "tools.demo.main", "The floors"),
    ("tools/hq/cli.py", "tools.server.cli", "The tools do not import each other"),
    ("tools/server/cli.py", "edge.run.job", "Headquarters, kit and server"),
    ("tools/demo/main.py", "edge.service.build", "Demo and bench start"),
    ("hil_tests/bench/model.py", "tools.hq.cli", "Demo and bench start"),
    ("hil_tests/sims/modem.py", "modem_drivers.at.replies", "The simulators share no"),
    ("hil_tests/sims/modem.py", "modem_drivers.radio.bands", "The simulators share no"),
    ("hil_tests/sims/modem.py", "modem_drivers.errors", "The simulators share no"),
    ("hil_tests/sims/modem.py", "modem_drivers.ports.tty", "The simulators share no"),
    ("modem_drivers/errors.py", "hil_tests.sims.modem", "The drivers share none"),
    ("hil_tests/sims/network/cells.py", "hil_tests.sims.at_modem.row", "The network behind"),
    ("hil_tests/bench_check/score.py", "hil_tests.bench_measure.runs", "The bench's checker"),
    ("hil_tests/bench_check/score.py", "edge.stats.median", "The bench's checker"),
    ("hil_tests/bench_measure/runs.py", "hil_tests.bench_check.score", "What journals the bench"),
    ("modem_drivers/ports/record.py", "serial", "One seam: pyserial"),
    ("edge/run/job.py", "paho", "One seam: paho"),
    ("edge/run/job.py", "psutil", "One seam: psutil"),
    ("edge/run/job.py", "pyroute2", "One seam: pyroute2"),
    ("tools/hq/cli.py", "duckdb", "One seam: duckdb"),
    ("hil_tests/bench/model.py", "numba", "One seam: numba"),
    ("edge/capture/ring.py", "numba", "One seam: numba"),
    ("edge/capture/ring.py", "llvmlite", "One seam: numba"),
    ("edge/capture/ring.py", "scapy", "One seam: scapy"),
)


def sections(printed):
    """Return what import-linter says about each broken contract, by its name."""
    _, _, details = printed.partition("Broken contracts")
    found: dict[str, str] = {}
    name = ""
    for line, below in pairwise([*details.splitlines(), ""]):
        if below and set(below) == {"-"}:
            name = line
        found[name] = found.get(name, "") + line + "\n"
    return found


def test_each_planted_violation_is_caught_by_its_contract(tree):
    for name, imported, _ in PLANTED:
        with (tree / name).open("a") as handle:
            handle.write(f"import {imported}\n")
    status, printed = check(tree)
    broken = sections(printed)
    missed = [
        (importer, imported)
        for name, imported, contract in PLANTED
        for importer in [name.removesuffix(".py").replace("/", ".")]
        if not any(
            title.startswith(contract) and f"{importer} -> {imported} " in text
            for title, text in broken.items()
        )
    ]
    assert (status, missed) == (1, []), printed


def test_import_for_types_alone_is_no_violation(tree):
    (tree / "edge/stats/median.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import time\n"
    )
    assert check(tree)[0] == 0


def test_new_part_without_a_floor_is_caught(tree):
    (tree / "edge/extra").mkdir()
    (tree / "edge/extra/__init__.py").touch()
    status, printed = check(tree)
    assert (status, "Every part of the box stands on a floor BROKEN" in printed) == (1, True), printed


def test_folder_hidden_from_the_graph_is_caught(tree):
    (tree / "edge/run/deep").mkdir()
    (tree / "edge/run/deep/code.py").write_text("import paho\n")
    status, printed = check(tree)
    assert (status, "edge/run/deep has no __init__.py" in printed) == (1, True), printed


def test_folder_of_tests_needs_no_init(tree):
    (tree / "hil_tests/interop").mkdir()
    (tree / "hil_tests/interop/test_gammu.py").write_text("import paho\n")
    assert check(tree)[0] == 0


def test_modules_not_written_yet_are_left_out_and_named():
    contract: contracts.Contract = {
        "type": "forbidden",
        "source_modules": ["edge.a", "edge.b"],
        "forbidden_modules": ["time"],
    }
    kept, absent = contracts.prepare([contract], {"edge.a", "time"})
    assert kept == [{"type": "forbidden", "source_modules": ["edge.a"], "forbidden_modules": ["time"]}]
    assert absent == ["edge.b"]
    assert contracts.prepare([contract], {"edge.a"}) == ([], ["edge.b", "time"])
