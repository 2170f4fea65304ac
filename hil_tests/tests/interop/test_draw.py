"""What a run's modem is told to be: from the seed alone, and in the words the simulator takes."""

import json
import re
from pathlib import Path

import pytest

from hil_tests.interop.draw import LEVELS, draw, filled, with_check_digit, write_modem
from hil_tests.sims.network.profile import read_profile


def test_one_seed_one_modem_and_another_for_each_program() -> None:
    """The same words draw the same; another seed or program draws otherwise."""
    assert draw(7, "gammu", 1.0) == draw(7, "gammu", 1.0)
    assert len({draw(7, "gammu", 1.0).imei, draw(8, "gammu", 1.0).imei, draw(7, "gnokii", 1.0).imei}) == 3


@pytest.mark.parametrize(
    ("digits", "whole"),
    [
        (
            "7992739871",
            "79927398713",
        ),  # the worked example of ISO/IEC 7812-1's formula in general use: memory
        ("49015420323751", "490154203237518"),  # the example IMEI that documents of the field give: memory
    ],
)
def test_check_digit(digits: str, whole: str) -> None:
    """Luhn's."""
    assert with_check_digit(digits) == whole


@pytest.mark.parametrize("level", LEVELS)
def test_levels_agree_with_themselves(level: tuple[object, ...]) -> None:
    """The figures worked out by hand keep the standards' formulas, away from the edges of every bin."""
    rsrp_dbm, rsrq_db, csq, rssi_dbm, percent, rsrp_bin, rsrq_bin = map(float, map(str, level))
    assert rssi_dbm == 2 * csq - 113  # TS 27.007 8.5
    assert 0.4 < rsrp_dbm - rsrq_db + 20 - rssi_dbm < 0.9  # TS 36.214 5.1.3, 100 resource blocks
    assert percent == int(csq * 100 / 31)
    assert (rsrp_dbm - rsrp_bin, rsrq_db - rsrq_bin) == (0.5, 0.25)


def test_simulator_takes_what_is_written(tmp_path: Path) -> None:
    """Profile and trace are in the simulator's words, and hold what was drawn."""
    drawn = draw(7, "gammu", 9.5)
    profile, trace = write_modem(drawn, tmp_path)
    told = read_profile(profile)
    assert (told.imei, told.imsi, told.name_full, told.plmn) == (
        drawn.imei,
        drawn.imsi,
        drawn.name,
        drawn.plmn,
    )
    assert [item.after_s for item in told.incoming] == [0.0, 0.0, 0.0, 9.5, 0.0]
    assert json.loads(profile.read_text())["incoming"][3]["text"] == drawn.texts[3].text
    assert trace.read_text().splitlines()[1].startswith(f"0,{drawn.level.rsrp_dbm},")


def test_values_stand_for_themselves_in_a_pattern() -> None:
    """A value with signs that mean something in a pattern is looked for as it is."""
    pattern = filled(r"^to {sent_to}$", {"sent_to": "+62(8)."})
    assert re.search(pattern, "to +62(8).")
    assert not re.search(pattern, "to 6628x")
