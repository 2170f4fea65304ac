"""The labels of Sierra's !GSTATUS?, each with its field and its ends: a second listing.

Labels: danielewood/sierra-wireless-modems issues 27 (EM7565) and 4IceG/luci-app-3ginfo-lite (MC7455), NR5G's
as remembered. Ends are what is plausible at all.
"""

import pytest

from modem_drivers.families.parse import parse_reply
from modem_drivers.families.rows_others import SIERRA_GRID

NUMBERS = (  # label, field, least, most
    ("Current Time", "uptime_s", 0, 999_999_999),
    ("Temperature", "temperature_c", -60, 150),
    ("LTE Rx chan", "earfcn", 0, 262_143),
    ("PCC RxM RSSI", "rssi_dbm", -140, -1),
    ("PCC RxM RSRP", "rsrp_dbm", -160, -20),
    ("RSSI (dBm)", "rssi_dbm", -140, -1),
    ("RSRP (dBm)", "rsrp_dbm", -160, -20),
    ("RSRQ (dB)", "rsrq_db", -45, 20),
    ("SINR (dB)", "sinr_db", -40, 60),
    ("NR5G RSRP (dBm)", "nr_rsrp_dbm", -160, -20),
    ("NR5G RSRQ (dB)", "nr_rsrq_db", -45, 20),
    ("NR5G SINR (dB)", "nr_sinr_db", -40, 60),
    ("Tx Power", "tx_power_dbm", -60, 40),
)
TEXTS = (
    ("Mode", "mode"),
    ("System mode", "rat"),
    ("PS state", "ps_state"),
    ("LTE band", "band_text"),
    ("WCDMA band", "band_text"),
    ("LTE bw", "bandwidth_text"),
    ("EMM state", "emm_state"),
    ("RRC state", "rrc_state"),
)
PLACES = (("TAC", "tac"), ("Cell ID", "cell_id"))


def told(label: str, value: object) -> dict[str, object]:
    return dict(parse_reply("AT!GSTATUS?", f"!GSTATUS:\nOther:   1\n{label}:   {value}\nOK", "sierra").fields)


@pytest.mark.parametrize(("label", "field", "least", "most"), NUMBERS)
def test_a_number_s_label_and_ends(label, field, least, most):
    for value in (least, most):
        assert told(label, value)[field] == value
    for value in (least - 1, most + 1):
        assert told(label, value)[field] is None


@pytest.mark.parametrize(("label", "field"), TEXTS)
def test_a_text_s_label(label, field):
    assert told(label, "words here")[field] == "words here"


@pytest.mark.parametrize(("label", "field"), PLACES)
def test_area_and_cell_are_hexadecimal_before_the_decimal(label, field):
    assert told(label, "D5AC (54700)")[field] == 54700
    assert told(label, "0x0F2B")[field] == 0xF2B
    assert told(label, "words here")[field] is None


def test_all_labels_are_listed():
    assert set(SIERRA_GRID) == {row[0].casefold() for row in (*NUMBERS, *TEXTS, *PLACES)}
