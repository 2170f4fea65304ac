"""The doors for JSON lines, as anybody uses them: one answer a line, in order, whatever the line holds."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli.jsonl import LINE_BYTES, bounded_lines

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


GOOD = b'{"reply":"07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"}'
HOSTILE = (
    b"",
    b"   ",
    b"\r",
    b"\0",
    b"\xff\xfe{",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"reply":' * 5_000,
    b'{"reply":"' + b"41" * 600_000 + b'"}',
    b'{"reply":"0791"',
    b'{"reply":"0791"} {"reply":"0791"}',
    b'{"reply":null}',
    b'{"reply":7}',
    b'{"reply":["0791"]}',
    b'{"reply":{"reply":"0791"}}',
    b'{"reply":"0791\0"}',
    b'{"reply":"\\u0000"}',
    b'{"reply":"\\ud800"}',
    b'{"reply":"0x07"}',
    '{"reply":"\N{FULLWIDTH DIGIT ZERO}\N{FULLWIDTH DIGIT SEVEN}"}'.encode(),
    b'{"reply":"","family":"\\u2028"}',
    b'{"reply":"' + b"F" * 400_000 + b'"}',
    b"1e999",
    b"null",
    b"true",
)


@pytest.mark.parametrize("kind", ["sms-pdu", "cbs-pdu"])
def test_hostile_lines_get_one_answer_each(kind):
    lines = [line for one in HOSTILE for line in (one, GOOD)]
    status, answers, errors = pantau("modems", "parse", "--kind", kind, "--jsonl", lines=lines)
    assert (status, errors, len(answers)) == (0, "", 50)
    assert {answer["status"] for answer in answers[::2]} == {"malformed"}
    assert len({json.dumps(answer) for answer in answers[1::2]}) == 1
    if kind == "sms-pdu":
        assert answers[-1]["fields"]["text"] == "How are you?"


def test_a_huge_line_is_not_kept():
    stream = io.BytesIO(
        b"a" * (3 * LINE_BYTES) + b"\nb\n" + b"c" * LINE_BYTES + b"\n" + b"d" * (2 * LINE_BYTES)
    )
    assert [(line[:1], len(line)) for line in bounded_lines(stream)] == [
        (b"a", LINE_BYTES + 1), (b"b", 2), (b"c", LINE_BYTES + 1), (b"d", LINE_BYTES + 1),
    ]  # fmt: skip


def test_other_words_for_kinds_and_the_list_of_them():
    def ask(kind):
        return json.dumps({**NAME, "sources": [{"kind": kind, "text": "#A", "age_s": 1}]}).encode()

    _, answers, _ = pantau("name", "decide", lines=[ask("FNN"), ask("EF-SPN"), ask("Zamrud")])
    assert [answer["values"].get("shown_by") for answer in answers] == ["nitz_full", "spn", None]
    assert answers[2]["verdict"] == "malformed"
    assert answers[2]["reason"] == (
        "sources[0].kind is none of spn, spdi, pnn, opl, cphs, nitz_full, nitz, nitz_short, eons, cops_long, "
        "cops_short, table, carrier_bundle (--help: other words)"
    )


def test_home_is_said_by_plmn_or_at_once():
    spn = {"kind": "spn", "text": "Telkomsel", "display": 2}
    lines = [
        json.dumps({**NAME, "plmn": "51001", "sources": [spn], **more}).encode()
        for more in ({}, {"home_plmn": "51010"}, {"home_plmn": "51001"}, {"home": False})
    ]
    _, answers, _ = pantau("name", "decide", lines=lines)
    assert [answer["values"]["shown"] for answer in answers] == ["Telkomsel", None, "Telkomsel", None]
