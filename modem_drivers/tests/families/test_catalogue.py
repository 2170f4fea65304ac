"""Which family a modem is of, and what every row must have."""

import pytest

from modem_drivers.families import CATALOGUE, find_family
from modem_drivers.families.facts import Speech


@pytest.mark.parametrize(
    ("manufacturer", "model", "family"),
    [
        ("Quectel", "EC25", "quectel-lte"),
        ("QUECTEL", "EG25-G", "quectel-lte"),
        ("Quectel", "EP06", "quectel-lte"),
        ("Quectel", "EC20F", "quectel-lte"),
        ("Quectel", "EC20CEFAG", "quectel-lte"),
        ("Quectel", "EM12-G", "quectel-lte"),
        ("Quectel", "RM520N-GL", "quectel-5g"),
        ("Quectel", "RM500Q-GL", "quectel-5g"),
        ("Quectel", "RG502Q-EA", "quectel-5g"),
        ("Quectel", "RM500U-EA", "quectel-unisoc"),
        ("Quectel", "RG200U-CN", "quectel-unisoc"),
        ("Quectel", "EC200T", "quectel-unisoc"),
        ("Quectel", "EG915U", "quectel-unisoc"),
        ("Quectel", "BG96", "generic"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600E", "simcom-sim7600"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7906E", "simcom-5g"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM8202G-M2", "simcom-5g"),
        ("INCORPORATED", "A7602E-H", "simcom-a76xx"),
        ("huawei", "E3372", "huawei-stick"),
        ("Huawei Technologies Co., Ltd.", "ME906s-158", "huawei-stick"),
        ("huawei", "EC25", "generic"),
        ("Sierra Wireless, Incorporated", "MC7455", "sierra"),
        ("Sierra Wireless, Incorporated", "EM7565", "sierra"),
        ("Fibocom Wireless Inc.", "L850 LTE Module", "fibocom-xmm"),
        ("Fibocom Wireless Inc.", "FM150-AE", "fibocom-qualcomm"),
        ("Fibocom Wireless Inc.", "FM350-GL", "fibocom-mediatek"),
        ("MediaTek Inc.", "FM350-GL", "fibocom-mediatek"),
        ("Telit", "LE910C4-EU", "telit"),
        ("Telit", "FN990A28", "telit"),
        ("SomeMaker", "M1", "generic"),
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
    speaking = [family for family in CATALOGUE if family.speaks is Speech.AT]
    assert all(family.signal[-1].command.text == "AT+CSQ" for family in speaking)
    assert [family.name for family in CATALOGUE if family not in speaking] == ["huawei-hilink", "zte-goform"]
