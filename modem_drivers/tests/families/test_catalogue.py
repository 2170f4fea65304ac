"""Which family a modem is of, and what every row must have."""

import pytest

from modem_drivers.families import CATALOGUE, find_family


@pytest.mark.parametrize(
    ("manufacturer", "model", "family"),
    [
        ("Quectel", "EC25", "quectel-lte"),
        ("QUECTEL", "EG25-G", "quectel-lte"),
        ("Quectel", "EP06", "quectel-lte"),
        ("Quectel", "EC20F", "quectel-lte"),
        ("Quectel", "RM520N-GL", "generic"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600E", "generic"),
        ("huawei", "EC25", "generic"),
        ("", "", "generic"),
    ],
)
def test_family_of_a_modem(manufacturer, model, family):
    assert find_family(manufacturer, model).name == family


@pytest.mark.parametrize("family", CATALOGUE, ids=lambda family: family.name)
def test_every_question_names_its_answers(family):
    queries = [*family.signal, *family.cell, *family.names]
    queries += [family.connection] if family.connection else []
    for query in queries:
        assert query.command.prefixes


def test_names_differ_and_the_last_fits_all():
    assert len({family.name for family in CATALOGUE}) == len(CATALOGUE)
    assert CATALOGUE[-1].matches("anything", "at all")
    assert all(family.signal[-1].command.text == "AT+CSQ" for family in CATALOGUE)
