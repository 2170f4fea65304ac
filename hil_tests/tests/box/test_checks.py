"""The ministry's two checks and the SMS matrix, end to end: a centre delivers, records come out."""

import json
import time

import pytest

from hil_tests.bench.box import FAST, BoxBench, await_true, clean_link, interrupt
from hil_tests.sims.network.exchange import Posted, post
from hil_tests.sims.network.segments import cut

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.xdist_group("alone")]
NUMBERS = ("+6281100000001", "+6281100000002")
BLAST = (
    "KPU: Pemungutan suara Rabu 27 November 2024 pukul 07.00-13.00. Bawa KTP-el dan surat pemberitahuan "
    "ke TPS. Pilih dengan damai, jujur dan adil. Info: 1234. #PemiluDamai2024 Kominfo"
)
PRIVATE = "Kenari rahasia: ketemu jam 9 di TPS #PemiluDamai2024"
SECRET_SENDER = "+6281377000999"


def deliver(bench, line, text, sender="KPU"):
    """Have the centre deliver *text* in as many parts as it needs."""
    now_s = time.time()
    pieces = cut(text, 8)
    for number, piece in enumerate(pieces, 1):
        part = (77, 8, len(pieces), number) if len(pieces) > 1 else None
        item = Posted(sender=sender, text=piece, stamp_s=now_s, due_s=now_s, part=part)
        assert post(bench.exchange, NUMBERS[line], item)


def heard(bench, line, beginning):
    """How often the modem of *line* has said a line that begins so, by its own log."""
    log = bench.folder / f"modem{line}.jsonl"
    rows = [json.loads(row) for row in log.read_text().splitlines()] if log.exists() else []
    return sum(said.startswith(beginning) for row in rows for said in row["reply"])


def events(records, name):
    return [record for record in records if record["values"].get("event") == name]


def test_a_blast_and_the_name_and_the_matrix_become_records_and_nothing_private(tmp_path):
    template = tmp_path / "blast.txt"
    template.write_text(BLAST, encoding="utf-8")
    settings = f'[checks]\nblast_template = "{template}"\nname_every_s = 1.0\n'
    settings += "[sms]\nper_day = 172800\nlimit_s = 10\n"
    profiles = [
        {"number": number, "plmn": plmn, "name_full": "#PemiluDamai2024", "spn": spn, "smsc": "+6281100000"}
        | {"network": {"names": {"nitz_after_s": 8.0, "show_rplmn": False}}}
        for number, plmn, spn in zip(NUMBERS, ("51010", "51011"), ("TELKOMSEL", ""), strict=True)
    ]
    links = [clean_link("a"), clean_link("b")]
    with BoxBench(folder=tmp_path, links=links, profiles=profiles, schedule=FAST + settings) as bench:
        box = bench.start("pantau", "run", "--config", str(bench.config))
        log = tmp_path / "modem0.jsonl"
        await_true(
            "a message of the matrix",
            lambda: '"AT+CMGR=' in log.read_text() if log.exists() else False,
            deadline_s=40,
        )
        deliver(bench, 0, PRIVATE, SECRET_SENDER)
        deliver(bench, 0, BLAST)
        until_s = time.monotonic() + 8
        await_true("time for the name to be heard", lambda: time.monotonic() > until_s)
        interrupt(box)
        said, _ = box.communicate(timeout=20)
        records = [json.loads(raw) for raw in bench.outbox()]
    (blast,) = events(records, "blast")
    assert (blast["values"]["verdict"], blast["line"]) == ("received", "51010")
    assert blast["values"]["parts"] == 2
    assert 0 <= blast["values"]["delivery_s"] < 10
    names = {record["line"]: record["values"] for record in events(records, "name")}
    assert (names["51010"]["verdict"], names["51010"]["shown"]) == ("hidden", "TELKOMSEL")
    assert (names["51011"]["verdict"], names["51011"]["sent"]) == ("shown", "#PemiluDamai2024")
    sms = [record for record in records if record["values"].get("measurement") == "sms"]
    pairs = {(record["line"], record["values"]["to_line"]) for record in sms if record["ok"]}
    assert pairs == {("51010", "51011"), ("51011", "51010")}
    assert all(0.2 <= record["values"]["delivery_s"] < 10 for record in sms if record["ok"])
    everything = said + "".join(json.dumps(record) for record in records)
    everything += "".join(path.read_text() for path in bench.data.glob("sms-*"))
    for secret in ("Kenari", "rahasia", SECRET_SENDER[1:], *(number[1:] for number in NUMBERS)):
        assert secret not in everything
