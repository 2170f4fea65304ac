"""The table of foreign programs: each row can be judged, each program be had, the last words are right."""

import json
import re
from pathlib import Path

import pytest

from hil_tests.interop.__main__ import FOREIGN, wanted_runs
from hil_tests.interop.draw import draw, filled, write_modem
from hil_tests.interop.judge import words_of
from hil_tests.interop.place import Foreign, Place
from hil_tests.interop.report import failed, line, summary, write_json
from hil_tests.interop.rows import Result, Verdict
from hil_tests.sims.at_modem.registry import DEFAULT
from hil_tests.sims.network.profile import read_profile
from hil_tests.sims.network.scenarios import apply
from tools.judge.programs import wanted

FROM_PYPI_OR_SYSTEM = {"python", "sh"}
RESULT = Result(
    program="gammu", version="1.42.0", personality="quectel-ec25", scenario="", what="IMEI",
    command="gammu identify", wanted="IMEI : 1", printed="IMEI : 2", verdict=Verdict.FAIL,
)  # fmt: skip


@pytest.mark.parametrize("foreign", FOREIGN, ids=lambda foreign: f"{foreign.name} {foreign.scenario}")
def test_rows_name_values_and_programs_that_are_there(foreign: Foreign, tmp_path: Path) -> None:
    """Every placeholder has a value, every pattern compiles, every program is in the list of programs."""
    place = Place(tmp_path, draw(1, foreign.name, foreign.late_s), DEFAULT, "", {}, {"plugin": "quectel"})
    values = place.values()
    programs = {program.name for program in wanted("interop")} | FROM_PYPI_OR_SYSTEM
    for row in foreign.rows:
        assert words_of(row.command, values)[0] in programs
        assert re.compile(filled(row.wanted, values))
        assert row.within.format_map(values) is not None


def test_seeded_values_are_asked_of_each_of_the_five() -> None:
    """IMEI, operator name, signal and texts: each asked of every program of the five that prints it."""
    usual = [foreign for foreign in FOREIGN if not foreign.scenario]
    asked = {foreign.name: " ".join(row.wanted for row in foreign.rows) for foreign in usual}
    for name in ("gammu", "python-gsmmodem-new", "ModemManager"):
        assert all(
            value in asked[name] for value in ("{imei}", "{name}", "{text0}", "{text2}", "{sent_text}")
        )
    for name in ("gammu-smsd", "smstools"):
        assert all(value in asked[name] for value in ("{text0}", "{text2}", "{text3}", "{sent_text}"))
    assert "{rssi_dbm}" in asked["gammu"]
    assert "{percent}" in asked["ModemManager"]


def test_one_failure_is_counted_told_and_written(tmp_path: Path) -> None:
    """The line has everything; the sum and the JSON count it."""
    assert failed([RESULT]) == 1
    for words in ("FAIL", "gammu 1.42.0", "gammu identify", "wanted: IMEI : 1", "printed: IMEI : 2"):
        assert words in line(RESULT)
    assert summary([RESULT], 9, 3.2) == "interop: 1 rows of 1 programs, 1 FAIL, 0 known limits; seed 9, 3 s"
    write_json([RESULT], 9, 3.25, tmp_path / "table.json")
    told = json.loads((tmp_path / "table.json").read_text())
    assert (told["simulated"], told["seed"], told["failed"]) == (True, 9, 1)
    assert told["rows"][0]["verdict"] == "FAIL"


def test_scenarios_are_the_simulators_own(tmp_path: Path) -> None:
    """Each circumstance names a scenario that the simulator knows, with its argument."""
    place = Place(tmp_path, draw(1, "scenarios", 0.0), DEFAULT, "", {})
    profile = read_profile(write_modem(place.drawn, tmp_path)[0])
    told = [foreign.scenario.format_map(place.values()) for foreign in FOREIGN if foreign.scenario]
    assert len(told) >= 10
    assert all(apply(profile, [words]) != profile for words in told)


def test_a_modem_without_gsm_is_not_asked_to_find_it() -> None:
    """Every circumstance at every modem named, but GSM at those alone that know it."""
    runs = wanted_runs(["ModemManager"], ["sierra-mc7455", "telit-le910"])
    at = {name: {foreign.scenario for foreign, there in runs if there == name} for _, name in runs}
    assert at["telit-le910"] - at["sierra-mc7455"] == {"gsm"}
