"""Models of the families: bands, LTE category, combinations and rates, each with its source.

A maker's word on bands is what the modem can hear, not what it has been certified for. Rates: 1e6 bit/s.
"""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.families.facts import ModelFacts
from modem_drivers.provenance import REMEMBERED, Memory, PublicDriver, Thread

_LITE_BAND = "https://github.com/4IceG/luci-app-modemband/"
QMODEM = PublicDriver(
    "FUjr/QModem",
    "application/qmodem/files/usr/share/qmodem/modem_support.json",
    "0804c80de96f5396a1a2d3c9cf47d569415afcf2",
)
QMODEM_OLDER = PublicDriver(QMODEM.repo, QMODEM.path, "b6fba696d0dab0b938205b61b148dcdbeefa8558")
SHEET = Memory("the maker's product page as remembered")
CATEGORY_4 = Memory("3GPP TS 36.306, table 4.1-1 as remembered: category 4 is 150 and 50 Mbit/s")
MBPS = 1_000_000
_GLOBAL_5G = (1, 2, 3, 5, 7, 8, 12, 13, 14, 18, 20, 25, 26, 28, 29, 30, 38, 40, 41, 48, 66, 70, 71)
_RM520N_NR = (*_GLOBAL_5G, 75, 76, 77, 78, 79)
_RM520N_LTE = (
    *(1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 17, 18, 19, 20, 25, 26, 28, 29, 30, 32),
    *(34, 38, 39, 40, 41, 42, 43, 46, 48, 66, 71),
)
_EU_5G = (1, 3, 5, 7, 8, 20, 28, 38, 40, 41, 75, 76, 77, 78)
_UNISOC_5G = (1, 3, 5, 7, 8, 20, 28, 38, 40, 41, 66, 77, 78)
_SIM82_LTE = (
    *(1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 17, 18, 19, 20, 25, 26, 28, 29, 30, 32),
    *(34, 38, 39, 40, 41, 42, 43, 46, 48, 66, 67, 71),
)
_SIM82 = (1, 2, 3, 5, 7, 8, 12, 20, 28, 38, 40, 41, 48, 66, 71, 77, 78, 79)
_L850_LTE = (
    *(1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 17, 18, 19, 20, 21, 26, 28, 29, 30),
    *(38, 39, 40, 41, 66),
)
_FM350_LTE = (
    *(1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 17, 18, 19, 20, 25, 26, 28, 29, 30, 32),
    *(34, 38, 39, 40, 41, 42, 43, 46, 48, 66, 71),
)
_FM350_NR = (1, 2, 3, 5, 7, 8, 20, 25, 28, 30, 38, 40, 41, 48, 66, 71, 77, 78, 79)
_EM7565_LTE = (1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 18, 19, 20, 26, 28, 29, 30, 32, 41, 66)
MODELS: Mapping[str, tuple[ModelFacts, ...]] = {
    "quectel-lte": (
        ModelFacts(
            model="EC25-E",
            lte_bands=(1, 3, 5, 7, 8, 20, 38, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
        ModelFacts(
            model="EG25-G",
            lte_bands=(1, 2, 3, 4, 5, 7, 8, 12, 13, 18, 19, 20, 25, 26, 28, 38, 39, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
        ModelFacts(
            model="EP06",
            lte_bands=(1, 3, 5, 7, 8, 20, 28, 32, 38, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            category=6,
            down_bps=300 * MBPS,
            up_bps=50 * MBPS,
            source=QMODEM_OLDER,
            rate_source=SHEET,
        ),
    ),
    "quectel-5g": (
        ModelFacts(
            model="RM520N-GL",
            lte_bands=_RM520N_LTE,
            sa_bands=_RM520N_NR,
            nsa_bands=_RM520N_NR,
            category=19,
            down_bps=3_400 * MBPS,
            up_bps=550 * MBPS,
            source=QMODEM,
            rate_source=SHEET,
        ),
        ModelFacts(
            model="RM520N-EU",
            lte_bands=(1, 3, 5, 7, 8, 20, 28, 32, 38, 40, 41, 42, 43),
            sa_bands=_EU_5G,
            nsa_bands=_EU_5G,
            source=QMODEM,
        ),
    ),
    "quectel-unisoc": (
        ModelFacts(
            model="RM500U-EA",
            lte_bands=(1, 2, 3, 4, 5, 7, 8, 20, 28, 38, 40, 41, 66),
            sa_bands=_UNISOC_5G,
            nsa_bands=_UNISOC_5G,
            source=QMODEM_OLDER,
        ),
        ModelFacts(model="EC200A", sa_bands=(), nsa_bands=(), category=4, source=REMEMBERED),
    ),
    "simcom-sim7600": (
        ModelFacts(
            model="SIM7600G-H",
            lte_bands=(1, 2, 3, 4, 5, 7, 8, 12, 13, 18, 19, 20, 25, 26, 28, 66, 34, 38, 39, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
        ModelFacts(
            model="SIM7600E-H",
            lte_bands=(1, 3, 5, 7, 8, 20, 38, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
    ),
    "simcom-a76xx": (
        ModelFacts(
            model="A7605C",
            lte_bands=(1, 3, 5, 8, 34, 38, 39, 40, 41),
            sa_bands=(),
            nsa_bands=(),
            source=QMODEM,
        ),
        ModelFacts(model="A7602E-H", sa_bands=(), nsa_bands=(), category=4, source=SHEET, rate_source=SHEET),
    ),
    "simcom-5g": (
        ModelFacts(
            model="SIM8202G-M2",
            lte_bands=_SIM82_LTE,
            sa_bands=_SIM82,
            nsa_bands=(41, 77, 78, 79),
            source=QMODEM,
        ),
    ),
    "huawei-stick": (
        ModelFacts(
            model="E3372s-153",
            lte_bands=(1, 3, 7, 8, 20),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
    ),
    "huawei-hilink": (
        ModelFacts(
            model="E3372h-153",
            lte_bands=(1, 3, 7, 8, 20),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
        ModelFacts(
            model="E3372h-607",
            lte_bands=(1, 3, 5, 7, 8, 28, 40),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
    ),
    "zte-goform": (
        ModelFacts(
            model="MF79U",
            sa_bands=(),
            nsa_bands=(),
            category=4,
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=REMEMBERED,
            rate_source=CATEGORY_4,
        ),
    ),
    "sierra": (
        ModelFacts(
            model="MC7455",
            lte_bands=(1, 2, 3, 4, 5, 7, 12, 13, 20, 25, 26, 29, 30, 41),
            sa_bands=(),
            nsa_bands=(),
            category=6,
            down_bps=300 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=SHEET,
        ),
        ModelFacts(
            model="EM7565",
            lte_bands=_EM7565_LTE,
            sa_bands=(),
            nsa_bands=(),
            category=12,
            down_bps=600 * MBPS,
            up_bps=150 * MBPS,
            source=Thread(_LITE_BAND + "issues/9", "the masks 00000100BA0E19DF and 2 of AT!BAND=?"),
            rate_source=SHEET,
        ),
    ),
    "fibocom-xmm": (
        ModelFacts(
            model="L850-GL",
            lte_bands=_L850_LTE,
            sa_bands=(),
            nsa_bands=(),
            category=9,
            down_bps=450 * MBPS,
            up_bps=50 * MBPS,
            source=Thread(_LITE_BAND + "issues/2"),
            rate_source=SHEET,
        ),
    ),
    "fibocom-qualcomm": (ModelFacts(model="FM150-AE", source=REMEMBERED),),
    "fibocom-mediatek": (
        ModelFacts(
            model="FM350-GL",
            lte_bands=_FM350_LTE,
            sa_bands=_FM350_NR,
            source=Thread(_LITE_BAND + "pull/21", "+GTACT: 1nn of LTE, 50n of NR"),
        ),
    ),
    "telit": (
        ModelFacts(
            model="LE910C4-EU",
            lte_bands=(1, 3, 7, 8, 20, 28),
            sa_bands=(),
            nsa_bands=(),
            category=4,
            combinations=(),
            down_bps=150 * MBPS,
            up_bps=50 * MBPS,
            source=SHEET,
            rate_source=CATEGORY_4,
        ),
    ),
}
