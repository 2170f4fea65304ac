"""The session table: each state from what is seen, most telling facts first."""

from dataclasses import replace

import pytest

from modem_drivers.reading import CellReading
from modem_drivers.session import (
    TABLE,
    Facts,
    cause_of,
    decide_state,
    is_shared_cell,
    may_enter_pin,
    pin_mark,
    sms_capability,
)

HOME = Facts(sim="READY", stat=1, home_plmn="51010", registered_plmn="51010")
CASES = (
    (Facts(usb="absent", timeouts=9), "absent"),
    (Facts(usb="storage"), "storage"),
    (Facts(booted=False, timeouts=9), "booting"),
    (replace(HOME, timeouts=3), "stuck"),
    (replace(HOME, timeouts=2), "home"),
    (Facts(sim="ABSENT"), "sim absent"),
    (Facts(sim="SIM PIN", stat=1), "sim pin"),
    (Facts(sim="SIM PUK"), "sim puk"),
    (Facts(sim="BUSY"), "sim busy"),
    (Facts(sim="PH-NET PIN"), "sim failed"),
    (Facts(sim="READY", stat=2), "searching"),
    (Facts(sim="READY", stat=0), "searching"),
    (Facts(sim="READY"), "searching"),
    (Facts(sim="READY", stat=3, reject_cause=17), "denied"),
    (HOME, "home"),
    (replace(HOME, attached=True), "attached"),
    (replace(HOME, attached=True, address="10.1.2.3"), "data"),
    (Facts(sim="READY", stat=5, home_plmn="51011", registered_plmn="51010"), "national roaming"),
    (Facts(sim="READY", stat=5, home_plmn="51011", registered_plmn="51010", address="10.1.2.3"), "data"),
    (Facts(sim="READY", stat=5, home_plmn="51010", registered_plmn="50212"), "international roaming"),
    (Facts(sim="READY", stat=5, home_plmn="51010", registered_plmn="50212", address="10.0.0.1"),
     "international roaming"),
    (Facts(sim="READY", stat=5, home_plmn="51010", registered_plmn=None), "international roaming"),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "name"), CASES)
def test_states(facts, name):
    assert decide_state(facts).name == name


def test_every_state_is_reached_and_speaks_both_languages():
    assert {name for _, name in CASES} == {row.name for row in TABLE}
    assert all(row.text and row.text_id and row.text != row.text_id for row in TABLE)


def test_no_data_abroad_nor_without_a_card():
    assert [row.name for row in TABLE if row.data_allowed] == [
        "data", "attached", "national roaming", "home",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(3, "box"), (5, "box"), (6, "box"), (11, "policy"), (15, "operator"), (17, "operator"), (22, "operator"),
     (99, "undetermined"), (None, "undetermined")],
)  # fmt: skip
def test_who_a_refusal_is_of(cause, outcome):
    assert decide_state(Facts(sim="READY", stat=3, reject_cause=cause)).outcome == outcome


def test_a_refusal_says_its_cause():
    told = decide_state(Facts(sim="READY", stat=3, reject_cause=5))
    assert told.text == "the network refuses this SIM card or modem: 5, IMEI not accepted"
    assert cause_of(17).words == "network failure"  # TS 24.301 9.9.3.9


KEY = b"of this box"


@pytest.mark.parametrize(
    ("tries", "failed", "may"),
    [(3, (), True), (10, (), True), (2, (), False), (1, (), False), (None, (), False), (3, ("1234",), False),
     (3, ("4321",), True)],
)  # fmt: skip
def test_a_pin_is_never_entered_twice_nor_with_few_tries_left(tries, failed, may):
    marks = frozenset(pin_mark(pin, KEY) for pin in failed)
    assert may_enter_pin("1234", tries_left=tries, failed=marks, key=KEY) is may
    assert not any("1234" in mark for mark in marks)


@pytest.mark.parametrize(
    ("stat", "ims", "wanted"),
    [(1, False, "cs"), (6, None, "cs"), (0, True, "ims"), (0, False, "none"), (2, False, "none"),
     (None, None, "unknown"), (0, None, "unknown")],
)  # fmt: skip
def test_over_what_sms_arrive(stat, ims, wanted):
    assert sms_capability(cs_stat=stat, ims_registered=ims) == wanted


def cell(**facts):
    return CellReading(rat="LTE", **facts)


def test_shared_cells():
    one = cell(plmn="51001", cell_id=77, tac=5, earfcn=1850, pci=9)
    assert is_shared_cell(one, cell(plmn="51089", cell_id=77, tac=5)) is True
    assert is_shared_cell(one, cell(plmn="51001", cell_id=78, tac=5)) is False
    assert is_shared_cell(cell(earfcn=1850, pci=9, tac=5), one) is True
    assert is_shared_cell(one, cell(pci=9)) is None
