"""The stick's answers: literal for a fixed radio, and the log's truth equal to what they say."""

import pytest

from hil_tests.sims.at_modem.provenance import Kind
from hil_tests.sims.hilink.formats import RSSI, SINR, say, uplink_channel
from hil_tests.sims.hilink.quirks import QUIRKS
from hil_tests.sims.hilink.rows import ROWS

# RSSI = -96.4 + 10.3 + 10 lg 100 = -66.1 dBm (TS 36.214 5.1.3: RSRQ = N x RSRP / RSSI)
SIGNAL_22 = """<?xml version="1.0" encoding="UTF-8"?>
<response>
<pci>321</pci>
<sc></sc>
<cell_id>3951966</cell_id>
<rsrq>-10dB</rsrq>
<rsrp>-96dBm</rsrp>
<rssi>-66dBm</rssi>
<sinr>12dB</sinr>
<rscp></rscp>
<ecio></ecio>
<psatt>1</psatt>
<mode>7</mode>
<lte_bandwidth>20M</lte_bandwidth>
<lte_bandinfo>3</lte_bandinfo>
</response>
"""
TRUTH_22 = {"rsrp_dbm": -96, "rsrq_db": -10, "rssi_dbm": -66, "sinr_db": 12}
CELL = {"plmn": "51010", "band": 3, "earfcn": 1850, "pci": 321, "tac": 6699, "cell_id": 3951966}


def test_signal_of_firmware_22(hands):
    answer = hands().begin().ask("GET", "/api/device/signal")
    assert answer.response.body.decode() == SIGNAL_22
    assert answer.truth == TRUTH_22 | CELL


def test_signal_of_firmware_10_has_tenths_of_rsrq_and_the_channel(hands, new):
    answer = hands(firmware=new).begin().ask("GET", "/api/device/signal")
    body = answer.response.body.decode()
    for element in (
        "<rsrq>-10.3dB</rsrq>",
        "<rsrp>-96dBm</rsrp>",
        "<ulbandwidth>20MHz</ulbandwidth>",
        "<earfcn>DL:1850 UL:19850</earfcn>",  # TS 36.101 table 5.7.3-1: band 3, 1200..1949 and 19200..19949
        "<tac>6699</tac>",
        "<plmn>51010</plmn>",
        "<enodeb_id>0015437</enodeb_id>",  # 3951966 = 15437 x 256 + 94
    ):
        assert element in body
    assert answer.truth["rsrq_db"] == -10.3


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (-113.0, RSSI, "<=-113dBm"),  # luci-app-3ginfo-lite pull 63
        (-50.9, RSSI, ">=-51dBm"),
        (-97.5, RSSI, "-97dBm"),
        (-98.6, RSSI, "-99dBm"),
        (0.4, SINR, "0dB"),
        (-1.2, SINR, "-1dB"),
    ],
)
def test_values_carry_their_unit_and_the_ends_are_bounds(value, scale, text):
    assert say(value, scale) == text


def test_a_bound_is_escaped_and_expresses_no_value(hands):
    answer = hands(radio=(-70.0, -3.5, 29.0)).begin().ask("GET", "/api/device/signal")
    assert "<rssi>&gt;=-51dBm</rssi>" in answer.response.body.decode()
    assert answer.truth["rssi_dbm"] is None
    assert answer.truth["rsrp_dbm"] == -70


def test_time_division_has_one_channel_number():
    assert uplink_channel(38950) == 38950


def test_information_has_a_filler_in_22_and_escaped_brackets_in_10(hands, new):
    old_body = hands().begin().get("device/information")
    new_body = hands(firmware=new).begin().get("device/information")
    assert "<Imei>864612041234563</Imei>" in old_body
    assert "<Iccid>8962101234567890123F</Iccid>" in old_body
    assert "<SoftwareVersion>22.328.62.00.1080</SoftwareVersion>" in old_body
    assert "<Iccid>8962101234567890123</Iccid>" in new_body
    assert "<SoftwareVersion>10.0.3.1&#40;H192SP2C983&#41;</SoftwareVersion>" in new_body
    assert "(" not in new_body


def test_names_and_status(hands):
    client = hands().begin()
    assert "<FullName>PILIH JUJUR</FullName>\n<ShortName>TSEL</ShortName>\n<Numeric>51010</Numeric>" in (
        client.get("net/current-plmn")
    )
    status = client.ask("GET", "/api/monitoring/status")
    body = status.response.body.decode()
    assert "<ConnectionStatus>901</ConnectionStatus>" in body
    assert "<SignalStrength></SignalStrength>\n<SignalIcon>4</SignalIcon>" in body
    assert "<CurrentNetworkType>19</CurrentNetworkType>" in body
    assert status.truth == {"registered": True, "roaming": False, "connected": True}


def test_a_slash_is_a_reference_in_firmware_22(hands):
    assert "GSM900&#x2F;GSM1800" in hands().begin().get("net/net-mode-list")


def test_updates_over_the_air_are_off(hands):
    assert "<auto_update>0</auto_update>" in hands().begin().get("online-update/autoupdate-config")


def test_lies_are_in_the_answer_and_not_in_the_truth(hands):
    answer = hands(faults=("wrong-rsrp",)).begin().ask("GET", "/api/device/signal")
    assert "<rsrp>-89dBm</rsrp>" in answer.response.body.decode()
    assert answer.truth["rsrp_dbm"] == -96
    named = hands(faults=("wrong-name",)).begin().ask("GET", "/api/net/current-plmn")
    assert "PILIH JUJUR" not in named.response.body.decode()
    assert named.truth["name_full"] == "PILIH JUJUR"


def test_no_signal_leaves_the_mode_alone(hands):
    answer = hands(faults=("no-signal",)).begin().ask("GET", "/api/device/signal")
    body = answer.response.body.decode()
    assert "<rsrp></rsrp>" in body
    assert "<cell_id></cell_id>" in body
    assert "<mode>7</mode>" in body
    assert answer.truth == {}


def test_seeking_the_network_empties_what_depends_on_it(hands):
    client = hands().begin()
    assert "OK" in client.post("net/register", "<Mode>0</Mode><Plmn></Plmn><Rat></Rat>")
    assert "<rsrp></rsrp>" in client.get("device/signal")
    body = client.get("monitoring/status")
    assert "<ServiceStatus>0</ServiceStatus>" in body
    assert "<ConnectionStatus>902</ConnectionStatus>" in body
    client.now_s += 30
    assert "<rsrp>-96dBm</rsrp>" in client.get("device/signal")


def test_sources_are_of_the_vocabulary_and_nothing_claims_to_be_recorded():
    kinds = {row.source.kind for row in (*ROWS, *QUIRKS)}
    assert kinds <= set(Kind)
    assert Kind.RECORDED not in kinds
    assert all(len(row.source.reference) > 8 for row in (*ROWS, *QUIRKS))
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS) >= 3
