"""What every personality must keep: sources in the vocabulary, rows that answer, honest truths."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hil_tests.bench.at_talk import FIXED, RSRP_DBM, RSRQ_DB, RSSI_DBM, SINR_DB, Talk
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.provenance import Kind
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.matrix import CARDS, as_data, as_text, owns, shortfalls

ROOT = Path(__file__).resolve().parents[3]
SHAPES = {  # of a reference, by kind
    Kind.MANUAL: re.compile(r".+ V?\d[\w.]*.*, .+"),  # title, version, section
    Kind.PUBLIC_DRIVER: re.compile(r"[\w.-]+/[\w.-]+ \S+ @[0-9a-f]{40}( \(.+\))?"),
    Kind.THREAD: re.compile(r"https?://\S+( .+)?", re.DOTALL),
    Kind.MEMORY: re.compile(r".{3,}", re.DOTALL),
}
# No reply is coarser than these: +CSQ steps two decibels, ^HCSQ and +CESQ one and a half, the rest less.
RESOLUTION = {
    "rsrp_dbm": (RSRP_DBM, 1.0),
    "rsrq_db": (RSRQ_DB, 0.5),
    "sinr_db": (SINR_DB, 0.5),
    "rssi_dbm": (RSSI_DBM, 1.0),
}
MODEL_NAMES = sorted(MODELS)


def sources_of(card):
    yield from card.commands.items()
    yield from ((quirk.name, quirk.source) for quirk in card.quirks)
    if model := MODELS.get(card.name):
        yield from (("ports", model.ports_source), ("banner", model.banner_source))


def test_nothing_is_missing():
    assert shortfalls(CARDS) == []
    assert len(CARDS) >= 8
    assert {card.name for card in CARDS if card.deep} >= {
        "quectel-ec25",
        "quectel-rm520n",
        "simcom-sim7600",
        "huawei-e3372h",
    }


def test_what_is_missing_is_told():
    one = next(card for card in CARDS if card.name == "simcom-sim7600")
    twin = replace(one, name="twin")
    told = "; ".join(shortfalls([one, twin]))
    assert "2 personalities, 8 wanted" in told
    assert "simcom-sim7600: 0 wordings of its own, 6 wanted" in told
    assert "twin: 0 quirks of its own, 3 wanted" in told


def test_a_command_of_a_standard_is_nobodys_own():
    """TS 27.007 has +CIND, +WS46 and +C5GREG, V.250 has +GCAP: only one personality answers each."""
    said = {name for own in owns(CARDS).values() for name in (*own.commands, *own.shapes)}
    assert {"+QNETDEVCTL", "+CPSI", "#RFSTS"} <= said
    assert not {name.rstrip("?") for name in said} & {"+CIND", "+WS46", "+C5GREG", "+GCAP"}


def test_deep_personalities_have_their_own_words_and_quirks():
    alone = owns(CARDS)
    deep = [card for card in CARDS if card.deep]
    assert deep
    for card in deep:
        assert alone[card.name].wordings >= 6, card.name
        assert len(alone[card.name].quirks) >= 3, card.name


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_sources_are_of_the_vocabulary(card):
    for what, source in sources_of(card):
        assert source.kind is not Kind.RECORDED, "nothing was recorded by us"
        assert SHAPES[source.kind].fullmatch(source.reference), (what, source)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_every_row_answers_in_some_form(name):
    for row in MODELS[name].rows:
        talk = Talk(name)
        tried = [talk.ask(f"AT{row.name}{form}").reply[-1] for form in ("", "?", "=?")]
        settable = row.accept is not None or (row.act and not row.test)
        assert "OK" in tried or settable, (row.name, tried)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_truths_are_the_radio_at_the_replys_resolution(name):
    talk, seen = Talk(name), set()
    for row in MODELS[name].rows:
        for form in ("", "?"):
            truth = talk.ask(f"AT{row.name}{form}").truth
            for key, (value, step) in RESOLUTION.items():
                if key in truth:
                    assert truth[key] == pytest.approx(value, abs=step), (row.name, key)
                    seen.add(key)
    assert seen >= {"rsrp_dbm", "rsrq_db", "rssi_dbm"}  # Telit has no SINR


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_who_it_is_and_where(name):
    talk = Talk(name, scenarios=["lte"])
    assert talk.ask("AT+CGSN").reply == (FIXED.imei, "OK")
    assert talk.ask("AT+CIMI").reply == (FIXED.imsi, "OK")
    assert talk.ask("AT+COPS=3,2", "AT+COPS?").reply == ('+COPS: 0,2,"51010",7', "OK")
    assert talk.ask("AT+CPIN?").reply == ("+CPIN: READY", "OK")
    assert talk.ask("AT+CEREG?").reply == ("+CEREG: 0,1", "OK")


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_messages_are_listed_and_deleted(name):
    talk = Talk(name)
    listed = talk.ask("AT+CMGF=1", 'AT+CMGL="ALL"').reply
    assert sum(line.startswith("+CMGL: ") for line in listed) == 3
    rest = talk.ask("AT+CMGD=0", 'AT+CMGL="ALL"').reply
    assert sum(line.startswith("+CMGL: ") for line in rest) == 2


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_one_port_is_for_commands_and_interfaces_are_distinct(name):
    ports = MODELS[name].ports
    assert [port.role for port in ports].count(Role.AT) == 1
    assert len({port.interface for port in ports}) == len(ports)


def test_matrix_for_programs_and_for_readers():
    data, text = json.loads(json.dumps(as_data(CARDS))), as_text(CARDS)
    for card in CARDS:
        assert card.name in text
        person = data["personalities"][card.name]
        assert sum(person["provenance"].values()) == len(card.commands)
        assert person["commands"].keys() == card.commands.keys()


@pytest.mark.parametrize("option", ["--json", "--hold", ""])
def test_matrix_as_a_program(option):
    words = [sys.executable, "-m", "hil_tests.sims", "matrix", *([option] if option else [])]
    ended = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True, timeout=30)
    if option == "--hold":
        assert json.loads(ended.stdout.splitlines()[-1])["personalities"]["n"] == len(CARDS)
    elif option:
        assert json.loads(ended.stdout)["shortfalls"] == shortfalls(CARDS)
    else:
        assert "Where the wording is from" in ended.stdout
