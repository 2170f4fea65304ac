"""Bands and networks against second listings.

Bands: 3GPP TS 36.101 table 5.5-1 gives the edges in MHz (the uplink's low edge, the downlink's low and high
edge), table 5.7.3-1 the channel numbers; here edges and numbers stand apart, and must agree by the formula.
Networks of MCC 510: mcc-mnc-list at commit c824dd3 (MIT), the list that came with the task's data.
"""

from datetime import date

import pytest

from modem_drivers.errors import UnknownBand
from modem_drivers.radio.bands import BANDWIDTH_HZ, LTE, earfcn_to_hz, find_band, uplink_earfcn_to_hz
from modem_drivers.radio.plmn import NETWORKS, THREE_DIGIT_MNC, find_network, find_operator, imsi_to_plmn

BANDS = (  # band, downlink MHz from-to, its first channel number, uplink MHz from, its first number
    (1, "FDD", 2110, 2170, 0, 1920, 18000),
    (3, "FDD", 1805, 1880, 1200, 1710, 19200),
    (5, "FDD", 869, 894, 2400, 824, 20400),
    (8, "FDD", 925, 960, 3450, 880, 21450),
    (40, "TDD", 2300, 2400, 38650, 2300, 38650),
)


@pytest.mark.parametrize(("band", "duplex", "low", "high", "first", "uplink", "uplink_first"), BANDS)
def test_a_band_s_edges(band, duplex, low, high, first, uplink, uplink_first):
    count = 10 * (high - low)  # channels of 100 kHz
    assert find_band(first).band == find_band(first + count - 1).band == band
    assert find_band(first).duplex == duplex
    assert earfcn_to_hz(first) == low * 10**6
    assert earfcn_to_hz(first + count - 1) == high * 10**6 - 100_000
    assert uplink_earfcn_to_hz(uplink_first) == uplink * 10**6
    assert uplink_earfcn_to_hz(uplink_first + count - 1) == (uplink + high - low) * 10**6 - 100_000
    for number in (first - 1, first + count):
        with pytest.raises(UnknownBand):
            find_band(number)
    for number in (uplink_first - 1, uplink_first + count):
        with pytest.raises(UnknownBand):
            uplink_earfcn_to_hz(number)
    assert len(LTE) == len(BANDS)


def test_bandwidths():
    assert [BANDWIDTH_HZ[n] / 1e6 for n in range(6)] == [1.4, 3, 5, 10, 15, 20]  # TS 36.101 table 5.6-1
    assert len(BANDWIDTH_HZ) == 6


LISTED = {  # MNC: (brand, operator, operational)
    "00": ("PSN", "PT Pasifik Satelit Nusantara", True),
    "01": ("Indosat", "PT Indosat Tbk", True),
    "03": ("StarOne", "PT Indosat Tbk", False),
    "07": ("TelkomFlexi", "PT Telkom Indonesia Tbk", False),
    "08": ("AXIS", "PT Natrindo Telepon Seluler", False),
    "09": ("Smartfren", "PT Smartfren Telecom", True),
    "10": ("Telkomsel", "PT Telekomunikasi Selular", True),
    "11": ("XL", "PT XL Axiata Tbk", True),
    "20": ("TelkomMobile", "PT Telkom Indonesia Tbk", False),
    "21": ("Indosat", "PT Indosat Tbk", True),
    "27": ("Net1", "PT Net Satu Indonesia", False),
    "28": ("Fren/Hepi", "PT Mobile-8 Telecom", True),
    "78": ("hinet", "PT Berca Hardayaperkasa", False),
    "88": ("Bolt!", "PT Internux", False),
    "89": ("3", "PT Hutchison 3 Indonesia", True),
    "99": ("Esia", "PT Bakrie Telecom", False),
}


def test_networks_of_indonesia():
    assert {row.plmn: (row.brand, row.company, row.operational) for row in NETWORKS} == {
        "510" + mnc: row for mnc, row in LISTED.items()
    }
    assert find_network("51010") is NETWORKS[6]


BEFORE, MERGED, DAY = date(2022, 1, 3), date(2022, 1, 4), date(2025, 4, 15)
IOH, XLSMART = "Indosat Ooredoo Hutchison", "XLSmart"


@pytest.mark.parametrize(
    ("plmns", "on", "name"),
    [
        ("51010 51020", BEFORE, "Telkomsel"),
        ("51010 51020", date(2025, 4, 16), "Telkomsel"),
        ("51001 51021", BEFORE, "Indosat"),
        ("51089", BEFORE, "Tri"),
        ("51001 51021 51089", MERGED, IOH),
        ("51001 51021 51089", date(2026, 1, 1), IOH),
        ("51008 51011", DAY, "XL Axiata"),
        ("51009 51028", DAY, "Smartfren"),
        ("51008 51009 51011 51028", date(2025, 4, 16), XLSMART),
        ("51000", date(2026, 1, 1), "Pasifik Satelit Nusantara"),
        ("51027 51088 51099 51003 50212", date(2026, 1, 1), None),
    ],
)
def test_who_operated_a_network_on_a_day(plmns, on, name):
    for plmn in plmns.split():
        found = find_operator(plmn, on)
        assert (found.name if found else None) == name


def test_countries_with_three_digits_of_mnc():
    # ITU-T E.212's annex as remembered: North America, Mexico, the Caribbean, Honduras, Argentina, Colombia
    wanted = ["302", "310", "311", "312", "313", "314", "315", "316", "334", "338", "708", "722", "732"]
    assert sorted(THREE_DIGIT_MNC) == wanted
    assert imsi_to_plmn("310260123456789") == "310260"
    assert imsi_to_plmn("510101234567890") == "51010"
    assert imsi_to_plmn("5101012") == "51010"
    for text in ("51010", "5" * 16, "51010x"):
        with pytest.raises(ValueError, match="not an IMSI"):
            imsi_to_plmn(text)
