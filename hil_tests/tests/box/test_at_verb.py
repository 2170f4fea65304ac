"""`pantau at` as a technician types it, at a simulated modem that was started by hand."""

import json
import subprocess
import sys
from pathlib import Path

from hil_tests.bench.at_program import modem

PANTAU = Path(sys.executable).with_name("pantau")


def said(*words):
    told = subprocess.run(
        [PANTAU, "at", *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )
    return told.returncode, told.stdout, told.stderr


def test_raw_and_read_and_nothing_private(tmp_path):
    link = tmp_path / "modem"
    with modem(link, "--personality", "quectel-ec25"):
        status, printed, _ = said(link, "AT+CSQ", "--json")
        told = json.loads(printed)
        assert (status, told["status"], told["family"]) == (0, "parsed", "quectel-lte")
        assert told["lines"][0].startswith("+CSQ: ")
        assert told["lines"][1] == "OK"
        assert -113 <= told["fields"]["rssi_dbm"] <= -51
        status, printed, _ = said(link, "AT+CIMI", "--json")
        assert (status, json.loads(printed)["lines"]) == (0, ["<hidden>", "OK"])
        status, printed, _ = said(link, "AT+NOSUCH")
        assert status == 2
        assert "ERROR" in printed.split()


def test_a_port_that_is_not_there(tmp_path):
    status, printed, errors = said(tmp_path / "none", "AT")
    assert (status, printed) == (1, "")
    assert f"{tmp_path / 'none'}: the modem's port is lost" in errors
    assert "port modem hilang" in errors
