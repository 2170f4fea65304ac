"""A simulated modem is recorded and played again, both by the program: the driver reads the same modem."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.canaries.encodings import find
from modem_drivers.modem import Modem

PANTAU = Path(sys.executable).with_name("pantau")
DEADLINE_S = 60
IDENTITY = {"imsi": "510101234598765", "iccid": "8962101234598765432", "imei": "356938035643809"}
SECRETS = (*IDENTITY.values(), "6281234598765", "rahasiasekali")
MESSAGE = {"after_s": 0.0, "sender": "+6281234598765", "text": "rahasiasekali 6281234598765"}


def ready(program):
    """Start *program* and wait until it says READY."""
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("READY")
    return process


@pytest.fixture
def simulated(tmp_path):
    """Start a personality; the path of its port."""
    running = []

    def start(personality):
        profile, link = tmp_path / "profile.json", tmp_path / "modem"
        profile.write_text(json.dumps({**IDENTITY, "incoming": [MESSAGE]}))
        program = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", personality]
        program += ["--link", str(link), "--seed", "5", "--profile", str(profile)]
        running.append(ready(program))
        return link

    yield start
    for process in running:
        process.terminate()
        process.wait(DEADLINE_S)
        assert process.stdout is not None
        process.stdout.close()


def record(link, out, *more):
    command = [PANTAU, "modems", "record", link, "--out", out, "--seconds", "0", "--say", "AT+CMGL=4", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)


async def read(link):
    """Return what the driver makes of the modem behind *link*."""
    async with asyncio.timeout(DEADLINE_S):
        modem = await Modem.open(str(link))
        try:
            identity, home = modem.identity, await modem.home_plmn()
            registration, cell, names = await modem.registration(), await modem.cell(), await modem.names()
        finally:
            modem.close()
    who = (identity.manufacturer, identity.model, identity.revision, identity.family)
    place = (registration.stat, registration.plmn, cell.tac, cell.cell_id, cell.pci)
    return who, home, place, [(name.source, name.full, name.short) for name in names]


@pytest.mark.parametrize("personality", ["quectel-ec25", "simcom-sim7600", "huawei-e3372s"])
def test_the_replayed_modem_is_the_recorded_one(personality, simulated, tmp_path):
    link, transcript, again = simulated(personality), tmp_path / "modem.jsonl", tmp_path / "again"
    done = record(link, transcript)
    assert done.returncode == 0, done.stderr
    live = asyncio.run(read(link))
    text = transcript.read_text()
    heard = "".join(json.loads(line).get("data", "") for line in text.splitlines())
    assert "+CMGL: " in heard, "the private message was there to be heard"
    for secret in SECRETS:
        assert find(secret, text + heard) == [], secret
    command = [PANTAU, "modems", "replay", transcript, "--link", again, "--speed", "0"]
    with ready(command) as replay:
        try:
            replayed = asyncio.run(read(again))
        finally:
            replay.terminate()
            assert replay.wait(DEADLINE_S) == 0
    assert replayed == live
    assert not again.is_symlink()


def test_a_transcript_is_never_written_over(tmp_path):
    out = tmp_path / "there"
    out.write_text("mine")
    done = record("/dev/nothing", out)
    assert (done.returncode, out.read_text()) == (1, "mine")
    assert "there already" in done.stderr
    assert "sudah ada" in done.stderr


def test_what_is_no_transcript_is_said(tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("{}\n")
    command = [PANTAU, "modems", "replay", wrong]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert done.returncode == 1
    assert "pantau-transcript" in done.stderr
