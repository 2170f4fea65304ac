"""The drivers alone: wheel and pyserial in an empty environment, without network, read a simulated modem."""

import json
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60
SCRIPT = """
import asyncio, json, sys
from importlib.metadata import distributions
from modem_drivers.modem import Modem

async def read():
    modem = await Modem.open(sys.argv[1])
    try:
        reading = await modem.signal()
        return {"family": modem.family.name, "rsrp_dbm": reading.rsrp_dbm, "plmn": await modem.home_plmn()}
    finally:
        modem.close()

told = asyncio.run(read())
told["installed"] = sorted(found.metadata["Name"].lower() for found in distributions())
told["where"] = sys.modules["modem_drivers"].__file__
print(json.dumps(told))
"""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=DEADLINE_S, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def bare(tmp_path):
    """An environment with pyserial and nothing else; its files are those that the lock installed here."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare")
    (packages,) = (tmp_path / "bare/lib").glob("python3.*/site-packages")
    for file in distribution("pyserial").files or ():
        if not str(file).startswith("..") and "__pycache__" not in str(file):
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), target)
    return tmp_path / "bare/bin/python"


def test_the_wheel_alone_reads_a_simulated_modem(wheel, bare, tmp_path):
    pip = (sys.executable, "-m", "pip", "--python", bare, "install", "--quiet", "--no-index")
    run(*pip, "--disable-pip-version-check", wheel)  # pip resolves: pyserial must be all that the base needs
    link, log = tmp_path / "modem", tmp_path / "modem.jsonl"
    program = [
        sys.executable,
        "-m",
        "hil_tests.sims.at_modem",
        "--personality",
        "quectel-ec25",
        "--seed",
        "9",
    ]
    simulator = subprocess.Popen(
        [*program, "--link", link, "--log", log], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert simulator.stdout is not None
        assert simulator.stdout.readline().startswith("READY")
        told = json.loads(run(bare, "-I", "-c", SCRIPT, link))
    finally:
        simulator.terminate()
        simulator.wait(DEADLINE_S)
        if simulator.stdout is not None:
            simulator.stdout.close()
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    truths = [entry["truth"]["rsrp_dbm"] for entry in entries if entry["command"] == "AT+QCSQ"]
    assert told["installed"] == ["pantau", "pyserial"]
    assert str(bare.parents[1]) in told["where"]
    assert told["family"] == "quectel-lte"
    assert told["rsrp_dbm"] in truths
    assert told["plmn"].startswith("510")


def test_no_test_is_in_the_wheel_but_the_bench_s(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "modem_drivers/modem.py" in names
    assert [name for name in names if name.startswith("modem_drivers/") and "/tests/" in name] == []
