"""The doors for JSON lines, as anybody uses them: one answer a line, in order, whatever the line holds."""

import json
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
NAME = {"plmn": "51010", "phone_class": "standard", "sources": [{"kind": "nitz", "text": "#A", "age_s": 1}]}


def pantau(*words, lines):
    """Return (exit status, answers, standard error)."""
    told = subprocess.run(
        [str(BIN / "pantau"), *words], input=b"\n".join(lines), capture_output=True, timeout=60, check=False
    )
    return told.returncode, [json.loads(line) for line in told.stdout.splitlines()], told.stderr.decode()


def test_one_answer_a_line_in_order():
    lines = [
        json.dumps(NAME).encode(),
        b"{not json",
        b'"a string"',
        b"\xff\xfe",
        b'{"sources":[{"kind":"nitz","text":7}]}',
        b'{"unknown key":1}',
        b"[" * 5000,
        json.dumps({**NAME, "sources": []}).encode(),
    ]
    status, answers, errors = pantau("name", "decide", "--jsonl", lines=lines)
    assert (status, errors) == (0, "")
    assert [answer["verdict"] for answer in answers] == [
        "shown", *["malformed"] * 4, "not sent", "malformed", "not sent",
    ]  # fmt: skip
    assert answers[4]["reason"] == "Expected `str | null`, got `int` - at `$.sources[0].text`"
    assert all(set(answer) == {"verdict", "reason", "values"} for answer in answers)


def test_a_blast_from_lines(tmp_path):
    template = tmp_path / "blast.txt"
    template.write_text("Halo #A", encoding="utf-8")
    # "Halo #A" in UCS2 from KPU, by hand as in measure/test_blast.py
    pdu = "00" + "04" + "06D04B6815" + "0008" + "42200101000082" + "0E" + "00480061006C006F002000230041"
    record = {
        "line": "51010",
        "sender": None,
        "smsc": None,
        "parts": [{"pdu": pdu, "arrived_utc": "2024-02-10T03:00:08Z"}],
        "sms_proven_utc": "2024-02-10T00:00:00Z",
    }
    unzoned = {**record, "sms_proven_utc": "2024-02-10T00:00:00"}
    lines = [json.dumps(one).encode() for one in (record, unzoned, {**record, "parts": []})]
    status, answers, _ = pantau("blast", "match", "--template", template, "--jsonl", lines=lines)
    assert status == 0
    assert [answer["verdict"] for answer in answers] == ["received", "malformed", "not received"]
    assert "timezone" in answers[1]["reason"]


def test_a_template_that_is_not_there(tmp_path):
    status, answers, errors = pantau("blast", "match", "--template", tmp_path / "none", lines=[])
    assert (status, answers) == (1, [])
    assert f"cannot use the template {tmp_path / 'none'}" in errors
    assert "tidak dapat dipakai" in errors


def test_replies_from_lines_in_order():
    lines = [
        b'{"command":"AT+CSQ","reply":"+CSQ: 20,99\\r\\nOK"}',
        b'{"command":null,"reply":"+CSQ: 20,99","family":"no such family"}',
        b"nonsense",
        b'{"command":"+FOO","reply":"+FOO: 1"}',
        b'{"command":"AT+CSQ","reply":"+CSQ: 99x,0"}',
    ]
    status, answers, errors = pantau("modems", "parse", "--jsonl", lines=lines)
    assert (status, errors) == (0, "")
    assert [answer["status"] for answer in answers] == ["parsed", "parsed", "malformed", "unknown", "partial"]
    assert [answer["fields"].get("rssi_dbm") for answer in answers] == [-73, -73, None, None, None]
    assert answers[1]["family"] == "generic"


def test_octets_from_lines():
    lines = [b'{"reply":"07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"}']
    lines += [b'{"reply":"0791"}']
    _, (good, cut), _ = pantau("modems", "parse", "--kind", "sms-pdu", "--jsonl", lines=lines)
    assert (good["status"], good["fields"]["text"], good["fields"]["peer"]) == (
        "parsed", "How are you?", "+31641600986",
    )  # fmt: skip
    assert (cut["status"], cut["problems"]) == (
        "malformed",
        ["SMSC at octet 2: expected 6 more octets (0 are left)"],
    )
