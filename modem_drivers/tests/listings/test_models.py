"""Bands, categories and rates against a second listing, in the notation of its sources.

"/" lists: as QModem's modem_support.json writes them (commit 0804c80; RM500U-EA: b6fba69), AT!BAND's masks of
an EM7565 (4IceG/luci-app-modemband issues 9), +XACT of an L850 (issues 2), +GTACT of an FM350 (pull 21). The
other lists, and categories and rates, are memory of product pages here and in the table alike.
"""

import pytest

from modem_drivers.families.bands_of import MODELS

GLOBAL_LTE = "1/2/3/4/5/7/8/12/13/14/17/18/19/20/25/26/28/29/30/32/34/38/39/40/41/42/43/46/48/66/71"
RM520N_NR = "1/2/3/5/7/8/12/13/14/18/20/25/26/28/29/30/38/40/41/48/66/70/71/75/76/77/78/79"
EU_LTE = "1/3/5/7/8/20/28/32/38/40/41/42/43"
EU_NR = "1/3/5/7/8/20/28/38/40/41/75/76/77/78"
UNISOC_NR = "1/3/5/7/8/20/28/38/40/41/66/77/78"
SIM8202_LTE = "1/2/3/4/5/7/8/12/13/14/17/18/19/20/25/26/28/29/30/32/34/38/39/40/41/42/43/46/48/66/67/71"
SIM8202_SA = "1/2/3/5/7/8/12/20/28/38/40/41/48/66/71/77/78/79"
FM350_GTACT = (
    "101,102,103,104,105,107,108,112,113,114,117,118,119,120,125,126,128,129,130,132,134,138,139,140,141,142,"
    "143,146,148,166,171"
)
FM350_NR = "501,502,503,505,507,508,5020,5025,5028,5030,5038,5040,5041,5048,5066,5071,5077,5078,5079"
L850_XACT = "101,102,103,104,105,107,108,111,112,113,117,118,119,120,121,126,128,129,130,138,139,140,141,166"


def slashes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("/"))


def masks(*words: int) -> tuple[int, ...]:
    """Return the bands of AT!BAND's words of 64 bits: bit 0 of the first is band 1."""
    return tuple(64 * n + bit + 1 for n, word in enumerate(words) for bit in range(64) if word >> bit & 1)


def hundreds(text: str) -> tuple[int, ...]:
    return tuple(int(part) - 100 for part in text.split(","))


def fives(text: str) -> tuple[int, ...]:
    return tuple(int(part[2:]) for part in text.split(","))


LTE = {
    ("quectel-lte", "EC25-E"): slashes("1/3/5/7/8/20/38/40/41"),
    ("quectel-lte", "EG25-G"): slashes("1/2/3/4/5/7/8/12/13/18/19/20/25/26/28/38/39/40/41"),
    ("quectel-lte", "EP06"): slashes("1/3/5/7/8/20/28/32/38/40/41"),
    ("quectel-5g", "RM520N-GL"): slashes(GLOBAL_LTE),
    ("quectel-5g", "RM520N-EU"): slashes(EU_LTE),
    ("quectel-unisoc", "RM500U-EA"): slashes("1/2/3/4/5/7/8/20/28/38/40/41/66"),
    ("quectel-unisoc", "EC200A"): None,
    ("simcom-sim7600", "SIM7600G-H"): slashes("1/2/3/4/5/7/8/12/13/18/19/20/25/26/28/66/34/38/39/40/41"),
    ("simcom-sim7600", "SIM7600E-H"): slashes("1/3/5/7/8/20/38/40/41"),
    ("simcom-a76xx", "A7605C"): slashes("1/3/5/8/34/38/39/40/41"),
    ("simcom-a76xx", "A7602E-H"): None,
    ("simcom-5g", "SIM8202G-M2"): slashes(SIM8202_LTE),
    ("huawei-stick", "E3372s-153"): slashes("1/3/7/8/20"),
    ("huawei-hilink", "E3372h-153"): slashes("1/3/7/8/20"),
    ("huawei-hilink", "E3372h-607"): slashes("1/3/5/7/8/28/40"),
    ("zte-goform", "MF79U"): None,
    ("sierra", "MC7455"): slashes("1/2/3/4/5/7/12/13/20/25/26/29/30/41"),
    ("sierra", "EM7565"): masks(0x00000100BA0E19DF, 0x2),
    ("fibocom-xmm", "L850-GL"): hundreds(L850_XACT),
    ("fibocom-qualcomm", "FM150-AE"): None,
    ("fibocom-mediatek", "FM350-GL"): hundreds(FM350_GTACT),
    ("telit", "LE910C4-EU"): slashes("1/3/7/8/20/28"),
}
NR = {  # stand-alone, beside LTE; all others have none, or it is not known
    ("quectel-5g", "RM520N-GL"): (slashes(RM520N_NR), slashes(RM520N_NR)),
    ("quectel-5g", "RM520N-EU"): (slashes(EU_NR), slashes(EU_NR)),
    ("quectel-unisoc", "RM500U-EA"): (slashes(UNISOC_NR), slashes(UNISOC_NR)),
    ("simcom-5g", "SIM8202G-M2"): (slashes(SIM8202_SA), slashes("41/77/78/79")),
    ("fibocom-mediatek", "FM350-GL"): (fives(FM350_NR), None),
    ("fibocom-qualcomm", "FM150-AE"): (None, None),
}
RATES = {  # category, down and up in Mbit/s; TS 36.306 table 4.1-1 has 4: 150/50, 6: 300/50, 9: 450/50
    ("quectel-lte", "EC25-E"): (4, 150, 50),
    ("quectel-lte", "EG25-G"): (4, 150, 50),
    ("quectel-lte", "EP06"): (6, 300, 50),
    ("quectel-5g", "RM520N-GL"): (19, 3400, 550),
    ("quectel-unisoc", "EC200A"): (4, None, None),
    ("simcom-sim7600", "SIM7600G-H"): (4, 150, 50),
    ("simcom-sim7600", "SIM7600E-H"): (4, 150, 50),
    ("simcom-a76xx", "A7602E-H"): (4, None, None),
    ("huawei-stick", "E3372s-153"): (4, 150, 50),
    ("huawei-hilink", "E3372h-153"): (4, 150, 50),
    ("huawei-hilink", "E3372h-607"): (4, 150, 50),
    ("zte-goform", "MF79U"): (4, 150, 50),
    ("sierra", "MC7455"): (6, 300, 50),
    ("sierra", "EM7565"): (12, 600, 150),
    ("fibocom-xmm", "L850-GL"): (9, 450, 50),
    ("telit", "LE910C4-EU"): (4, 150, 50),
}
TABLE = {(family, row.model): row for family, rows in MODELS.items() for row in rows}


def test_every_model_is_listed():
    assert list(TABLE) == [key for key in LTE if key in TABLE]
    assert set(TABLE) == set(LTE)
    assert sum(len(rows) for rows in MODELS.values()) == len(LTE)


@pytest.mark.parametrize("key", list(LTE))
def test_lte_bands(key):
    assert TABLE[key].lte_bands == LTE[key]


@pytest.mark.parametrize("key", list(LTE))
def test_nr_bands(key):
    assert (TABLE[key].sa_bands, TABLE[key].nsa_bands) == NR.get(key, ((), ()))


@pytest.mark.parametrize("key", list(LTE))
def test_category_and_rates(key):
    row = TABLE[key]
    category, down, up = RATES.get(key, (None, None, None))
    rates = (None if down is None else down * 10**6, None if up is None else up * 10**6)
    assert (row.category, row.down_bps, row.up_bps) == (category, *rates)


def test_indonesia_s_bands_are_heard_by_the_deep_families():
    wanted = {1, 3, 8, 40}  # of MCC 510, with 5 in some places
    for key in (("quectel-lte", "EG25-G"), ("simcom-sim7600", "SIM7600G-H"), ("quectel-5g", "RM520N-GL")):
        assert wanted <= set(TABLE[key].lte_bands or ())
