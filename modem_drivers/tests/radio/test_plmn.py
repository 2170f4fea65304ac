"""Networks and operators of MCC 510; dates from the table's own sources."""

from datetime import date

import pytest

from modem_drivers.radio.plmn import NETWORKS, OPERATORS, find_network, find_operator, imsi_to_plmn


@pytest.mark.parametrize(
    ("plmn", "day", "operator"),
    [
        ("51011", date(2025, 4, 15), "XL Axiata"),
        ("51011", date(2025, 4, 16), "XLSmart"),
        ("51009", date(2025, 4, 15), "Smartfren"),
        ("51009", date(2025, 4, 16), "XLSmart"),
        ("51028", date(2026, 1, 1), "XLSmart"),
        ("51089", date(2021, 12, 31), "Tri"),
        ("51089", date(2022, 1, 4), "Indosat Ooredoo Hutchison"),
        ("51010", date(2026, 1, 1), "Telkomsel"),
    ],
)
def test_who_operates_a_network_on_a_day(plmn, day, operator):
    found = find_operator(plmn, day)
    assert found is not None
    assert found.name == operator


def test_xl_and_smartfren_are_one_operator_since_the_merger():
    assert find_operator("51011", date(2025, 4, 16)) is find_operator("51009", date(2025, 4, 16))
    assert find_operator("51011", date(2025, 4, 15)) is not find_operator("51009", date(2025, 4, 15))


def test_no_network_has_two_operators_on_one_day():
    days = {day for row in OPERATORS for day in (row.since, row.until) if day} | {date(2020, 1, 1)}
    for network in NETWORKS:
        for day in days:
            rows = [
                row
                for row in OPERATORS
                if network.plmn in row.plmns
                and (row.since is None or row.since <= day)
                and (row.until is None or day < row.until)
            ]
            assert len(rows) <= 1, (network, day)


def test_every_operated_network_has_a_row():
    plmns = {network.plmn for network in NETWORKS}
    assert len(plmns) == len(NETWORKS) == 16
    assert {plmn for row in OPERATORS for plmn in row.plmns} <= plmns
    assert {network.plmn for network in NETWORKS if network.operational} <= {
        plmn for row in OPERATORS for plmn in row.plmns
    }


def test_an_unknown_network_is_none():
    assert find_network("51042") is None
    assert find_operator("51042", date(2026, 1, 1)) is None
    assert find_network("51089") in NETWORKS


@pytest.mark.parametrize(
    ("imsi", "plmn"),
    [("510101234567890", "51010"), ("310410123456789", "310410"), ("46001123456789", "46001")],
)
def test_home_network_of_an_imsi(imsi, plmn):
    assert imsi_to_plmn(imsi) == plmn


@pytest.mark.parametrize("imsi", ["", "51010", "5101012345678901", "51010123456789x", "٥١٠١٠١٢٣٤٥"])
def test_a_bad_imsi_is_refused_and_not_repeated(imsi):
    with pytest.raises(ValueError, match="not an IMSI") as caught:
        imsi_to_plmn(imsi)
    assert not imsi or imsi not in str(caught.value)
