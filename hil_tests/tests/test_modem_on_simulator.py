"""The drivers on the simulated modem, run as a program: each reading equals the log of that very reply."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from modem_drivers.modem import Modem
from modem_drivers.reading import name_sent

DEADLINE_S = 30


async def open_when_ready(link: Path, simulator: subprocess.Popen[bytes]) -> Modem:
    while not link.exists():
        assert simulator.poll() is None, "the simulated modem ended early"
        await asyncio.sleep(0.02)
    return await Modem.open(str(link))


def logged_truth(log: Path, command: str, reading) -> dict[str, object]:
    """The log's truth of the one reply to *command* between the reading's times."""
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    (entry,) = [
        entry
        for entry in entries
        if entry["command"] == command and reading.t_sent_ns <= entry["t_ns"] <= reading.t_received_ns
    ]
    truth: dict[str, object] = entry["truth"]
    return truth


@pytest.mark.parametrize("seed", [1, 20, 300])
def test_readings_equal_the_simulators_log(seed, tmp_path):
    link, log = tmp_path / "modem", tmp_path / "modem.jsonl"
    program = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", "quectel-ec25"]
    simulator = subprocess.Popen(
        [*program, "--link", str(link), "--seed", str(seed), "--log", str(log)], stdout=subprocess.DEVNULL
    )

    async def read():
        async with asyncio.timeout(DEADLINE_S):
            modem = await open_when_ready(link, simulator)
            try:
                readings = [await modem.signal() for _ in range(5)]
                return readings, await modem.cell(), await modem.names(), await modem.registration()
            finally:
                modem.close()

    try:
        readings, cell, names, registration = asyncio.run(read())
    finally:
        simulator.terminate()
        simulator.wait(DEADLINE_S)
    for reading in readings:
        truth = logged_truth(log, "AT+QCSQ", reading)
        assert reading.problems == ()
        assert (reading.rsrp_dbm, reading.rsrq_db) == (truth["rsrp_dbm"], truth["rsrq_db"])
        assert reading.sinr_db == pytest.approx(truth["sinr_db"], abs=1e-9)
    truth = logged_truth(log, 'AT+QENG="servingcell"', cell)
    assert (cell.plmn, cell.tac, cell.cell_id) == (truth["plmn"], truth["tac"], truth["cell_id"])
    assert (cell.pci, cell.earfcn, cell.band) == (truth["pci"], truth["earfcn"], truth["band"])
    shown = name_sent(names)
    replies = [json.loads(line) for line in log.read_text().splitlines()]
    (sent,) = [entry["truth"] for entry in replies if entry["command"] == "AT+QSPN"]
    assert shown is not None
    assert (shown.full, shown.short, shown.spn) == (sent["name_full"], sent["name_short"], sent.get("spn"))
    assert registration.registered
    assert registration.plmn == truth["plmn"]
