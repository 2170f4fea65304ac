"""Every personality as a program, at the other end of pyserial and a dialogue that knows no maker."""

import json
import re
import subprocess
import sys
from contextlib import ExitStack

from hil_tests.bench.at_program import DEADLINE_S, modem
from hil_tests.sims.at_modem.registry import MODELS

IMEI = "864612041234563"
# What any host does: open, switch the echo off, read lines to a final result; others may come between.
HOST = """
import json, serial, sys
for link in sys.argv[1:]:
    with serial.Serial(link, 115200, timeout=10, write_timeout=10, exclusive=True) as port:
        said = {}
        for command in ("ATE0", "AT+CGSN", "AT+CSQ", "AT+CEREG?", "AT+COPS=3,2", "AT+COPS?"):
            port.write(command.encode() + b"\\r")
            lines = []
            while not lines or lines[-1] not in {"OK", "ERROR"}:
                line = port.readline()
                if not line:
                    sys.exit(f"{link}: no final result of {command}; {lines}")
                if line.strip():
                    lines.append(line.decode("ascii").strip())
            said[command] = lines
    print(json.dumps(said), flush=True)
"""


def test_a_plain_dialogue_over_pyserial_works_with_each(tmp_path):
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"plmn": "51010", "imei": IMEI}))
    links = {name: tmp_path / name for name in sorted(MODELS)}
    with ExitStack() as stack:
        for name, link in links.items():
            stack.enter_context(modem(link, "--personality", name, "--profile", profile))
        words = [sys.executable, "-c", HOST, *map(str, links.values())]
        ended = subprocess.run(
            words, check=False, capture_output=True, text=True, timeout=DEADLINE_S * len(links)
        )
    assert ended.returncode == 0, ended.stderr
    answers = dict(zip(links, map(json.loads, ended.stdout.splitlines()), strict=True))
    for name, said in answers.items():
        assert IMEI in said["AT+CGSN"], name
        assert any(re.fullmatch(r"\+CSQ: \d+,\d+", line) for line in said["AT+CSQ"]), name
        assert any(re.fullmatch(r"\+CEREG: 0,[01]", line) for line in said["AT+CEREG?"]), name
        assert any(line.startswith('+COPS: 0,2,"51010"') for line in said["AT+COPS?"]), name
        assert all(lines[-1] == "OK" for lines in said.values()), name
