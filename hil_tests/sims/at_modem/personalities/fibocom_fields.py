"""The fields of the Fibocom L850 templates: what a reply shows, and what it expresses.

+XMCI and +XCESQ count TS 27.007's bins (lower edges -141 dBm + n, -20 dB + n/2) and SINR in half decibels;
+RSRP and +RSRQ show the same edges as decimals: transcript of
https://github.com/4IceG/luci-app-3ginfo-lite/issues/82 (63 beside -78.00, 14 beside -13.00).
"""

from math import floor

from hil_tests.sims.at_modem.channels import uplink_earfcn
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.scales import cesq_rsrp_dbm, cesq_rsrp_index, cesq_rsrq_db, cesq_rsrq_index
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.radio import Sample


def half_db_raw(sinr_db: float) -> int:
    """Return <rssnr>: half decibels, -100..100."""
    return min(max(floor(sinr_db * 2), -100), 100)


def _signal_fields(sample: Sample) -> dict[str, object]:
    rsrp, rsrq = cesq_rsrp_index(sample.rsrp_dbm), cesq_rsrq_index(sample.rsrq_db)
    return {
        "rsrp_edge": f"{cesq_rsrp_dbm(rsrp):.2f}",
        "rsrq_edge": f"{cesq_rsrq_db(rsrq):.2f}",
        "rssnr": half_db_raw(sample.sinr_db),
        "rssnr_db": half_db_raw(sample.sinr_db) / 2,
        "tac_4": f"{sample.cell.tac:04X}",
        "cell_8": f"{sample.cell.cell_id:08X}",
        "band_code": 100 + sample.carrier.band,
        "up_earfcn": uplink_earfcn(sample.carrier),
    }


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    fields = standard_fields(modem, now_s, truth)
    if sample := said_sample(modem, now_s, truth):
        fields.update(_signal_fields(sample))
    return fields
