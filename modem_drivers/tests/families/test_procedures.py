import re
from string import Formatter

import pytest

from modem_drivers.families.catalogue import CATALOGUE
from modem_drivers.families.procedures import (
    FIELDS,
    STANDARD,
    Await,
    DataMode,
    Ensure,
    PinTries,
    Procedures,
    ResetKind,
    ResetStep,
    Run,
    Say,
    Step,
    ladder_with,
)
from modem_drivers.provenance import Memory

ORDER = ["sync", "cfun", "reboot", "rebind", "power", "give up"]
ALL = {family.name: family.procedures for family in CATALOGUE}


def steps_of(procedures: Procedures) -> list[Step]:
    rows = [step for row in procedures.data for step in (*row.up, *row.down)]
    return rows + [step for row in procedures.set_up for step in row.steps]


def texts_of(step: Step) -> list[str]:
    match step:
        case Say():
            return [step.text]
        case Ensure():
            return [step.ask, step.set_to]
        case Await():
            return [step.ask]
        case Run():
            return list(step.argv)
        case _:
            return [text for _, text in step.fields]


@pytest.mark.parametrize("name", ALL)
def test_only_known_fields_stand_in_braces(name: str) -> None:
    for text in (text for step in steps_of(ALL[name]) for text in texts_of(step)):
        assert {field for _, field, _, _ in Formatter().parse(text) if field is not None} <= FIELDS, text


@pytest.mark.parametrize("name", ALL)
def test_patterns_compile_and_name_what_is_read_from_them(name: str) -> None:
    for step in steps_of(ALL[name]):
        if isinstance(step, Await):
            re.compile(step.until)
            assert not step.refused or "cause" in re.compile(step.refused).groupindex
        if isinstance(step, Ensure):
            re.compile(step.holds)
    assert "tries" in re.compile(ALL[name].pin_tries.pattern).groupindex


@pytest.mark.parametrize("name", ALL)
def test_a_ladder_goes_from_the_mildest_rung_to_giving_up(name: str) -> None:
    kinds = [ORDER.index(step.kind.value) for step in ALL[name].ladder]
    assert kinds == sorted(set(kinds))
    assert ORDER[kinds[-1]] == "give up"


def test_the_standard_tries_are_read_from_the_line_of_27_007() -> None:
    # 3GPP TS 27.007 8.65: +CPINR: <code>,<retries>[,<default_retries>]
    match = re.fullmatch(STANDARD.pin_tries.pattern, "+CPINR: SIM PIN,3,3")
    assert match is not None
    assert match["tries"] == "3"


def test_a_family_replaces_single_rungs() -> None:
    own = ResetStep(kind=ResetKind.REBOOT, says=("AT+CRESET",), back_s=40.0, boots=True, source=Memory("x"))
    procedures = Procedures(
        ladder=ladder_with(own), pin_tries=PinTries(ask="", pattern="", source=own.source)
    )
    assert [step.kind.value for step in procedures.ladder] == ORDER
    assert procedures.step(ResetKind.REBOOT) is own
    assert procedures.bring_up(DataMode.QMI) is None


def test_the_standard_ladder_rung_by_rung() -> None:
    # words: V.250 and 27.007 8.2; seconds: a simulated boot of 15 s must end a climb within 90 s, so that no
    # rung may wait longer than these (docs/session.md)
    assert [(step.kind.value, step.says, step.back_s, step.boots) for step in STANDARD.ladder] == [
        ("sync", ("\x1b", "AT"), 4.0, False),
        ("cfun", ("AT+CFUN=4", "AT+CFUN=1"), 4.0, False),
        ("reboot", ("AT+CFUN=1,1",), 30.0, True),
        ("rebind", (), 10.0, False),
        ("power", (), 30.0, True),
        ("give up", (), 0.0, False),
    ]
    assert STANDARD.boot_s == 15.0


def test_the_standards_way_to_a_context() -> None:
    # 27.007 10.1.1, 10.1.9, 10.1.10; how long they may take: a refusal can come after two minutes
    (row,) = STANDARD.data
    assert row.mode.value == "at"
    assert row.up == (
        Say(text='AT+CGDCONT={cid},"{pdp}","{apn}"', timeout_s=10.0),
        Say(text="AT+CGATT=1", timeout_s=75.0),
        Say(text="AT+CGACT=1,{cid}", timeout_s=150.0),
    )
    assert row.down == (Say(text="AT+CGACT=0,{cid}", timeout_s=40.0),)
    assert STANDARD.pin_tries.ask == "AT+CPINR"


def test_what_a_step_is_where_its_row_says_no_more() -> None:
    said, asked, waited = Say(text="AT"), Ensure(ask="", holds="", set_to=""), Await(ask="", until="")
    assert (said.timeout_s, said.may_fail, said.settle_s) == (10.0, False, 0.0)
    assert (asked.timeout_s, asked.may_fail, asked.restarts) == (10.0, False, False)
    assert (waited.within_s, waited.every_s, waited.refused) == (30.0, 1.0, "")
    assert (Run(argv=()).timeout_s, Run(argv=()).until) == (60.0, "")


def test_no_program_is_given_a_password() -> None:
    for name, procedures in ALL.items():
        for step in steps_of(procedures):
            if isinstance(step, Run):
                assert "{password}" not in " ".join(step.argv), name
