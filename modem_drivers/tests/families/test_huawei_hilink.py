"""HiLink answers into readings. Names, order and units are those of public transcripts, named at each."""

import pytest

from modem_drivers.errors import MalformedReply
from modem_drivers.families.hilink_xml import parse_answer
from modem_drivers.families.huawei_hilink import (
    parse_cell,
    parse_identity,
    parse_name,
    parse_registration,
    parse_signal,
)

# names and order of an E8372 (huawei-lte-api issue 87); numbers made up
SIGNAL_22 = (
    "<pci>142</pci><sc></sc><cell_id>134318388</cell_id><rsrq>-9dB</rsrq><rsrp>-93dBm</rsrp>"
    "<rssi>-71dBm</rssi><sinr>12dB</sinr><rscp></rscp><ecio></ecio><psatt>1</psatt><mode>7</mode>"
    "<lte_bandwidth>20M</lte_bandwidth><lte_bandinfo>3</lte_bandinfo>"
)
# names of an E3372h-320 (home-assistant/core issue 126984); numbers made up
SIGNAL_10 = (
    "<pci>0</pci><sc></sc><cell_id>7267507</cell_id><rsrq>-8.5dB</rsrq><rsrp>-105dBm</rsrp>"
    "<rssi>-79dBm</rssi><sinr>-1dB</sinr><rscp></rscp><ecio></ecio><mode>7</mode>"
    "<ulbandwidth>10MHz</ulbandwidth><dlbandwidth>15MHz</dlbandwidth><txpower></txpower><tdd></tdd>"
    "<ul_mcs></ul_mcs><dl_mcs></dl_mcs><earfcn>DL:1850 UL:19850</earfcn><rrc_status></rrc_status><rac></rac>"
    "<lac></lac><tac>57332</tac><band>3</band><nei_cellid>No1:494No2:493</nei_cellid><plmn>51010</plmn>"
)
# huawei-lte-api issue 50: a K5160 that is connected
SIGNAL_EMPTY = (
    "<pci></pci><sc></sc><cell_id></cell_id><rsrq></rsrq><rsrp></rsrp><rssi></rssi><sinr></sinr><rscp></rscp>"
    "<ecio></ecio><psatt>1</psatt><mode>7</mode><lte_bandwidth></lte_bandwidth><lte_bandinfo></lte_bandinfo>"
)
# names of huawei-hilink-status pull 4 (E3372 22.315)
STATUS = (
    "<ConnectionStatus>901</ConnectionStatus><SignalStrength></SignalStrength><SignalIcon>4</SignalIcon>"
    "<CurrentNetworkType>{network}</CurrentNetworkType><RoamingStatus>{roaming}</RoamingStatus>"
    "<simlockStatus>0</simlockStatus><ServiceStatus>{service}</ServiceStatus><SimStatus>1</SimStatus>"
)
PLMN = (
    "<State>0</State><FullName>#PemiluDamai2024</FullName><ShortName>TSEL</ShortName>"
    "<Numeric>51010</Numeric><Rat>7</Rat>"
)
NO_PLMN = "<State>1</State><FullName></FullName><ShortName></ShortName><Numeric></Numeric><Rat></Rat>"
# names of tsOS-vhf issue 3 (E3372h-320 11.0.1.1, brackets as references)
INFORMATION = (
    "<DeviceName>E3372h-320</DeviceName><SerialNumber>VQN0000000000000</SerialNumber>"
    "<Imei>861234567890123</Imei><Imsi>510101234567890</Imsi><Iccid>8962101234567890123</Iccid>"
    "<Msisdn>+6281234567890</Msisdn><HardwareVersion>CL4E3372HM</HardwareVersion>"
    "<SoftwareVersion>11.0.1.1&#40;H697SP1C983&#41;</SoftwareVersion><workmode>LTE</workmode>"
)


def answer(inner):
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return parse_answer(f"{head}<response>\n{inner}\n</response>\n".encode(), "GET /api/x")


def test_levels_of_firmware_22():
    reading = parse_signal([answer(SIGNAL_22)])
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.sinr_db, reading.rssi_dbm) == (-93, -9, 12, -71)
    assert (reading.rat, reading.command, reading.problems) == ("LTE", "device/signal", ())
    assert reading.raw["rsrp_dbm"] == "-93dBm"


def test_levels_of_firmware_10_have_tenths():
    reading = parse_signal([answer(SIGNAL_10)])
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.sinr_db) == (-105, -8.5, -1)


def test_an_empty_signal_is_no_value_and_a_problem():
    reading = parse_signal([answer(SIGNAL_EMPTY)])
    assert (reading.rsrp_dbm, reading.rsrq_db, reading.sinr_db, reading.rssi_dbm) == (None,) * 4
    assert reading.rat == "LTE"
    assert reading.problems == ("device/signal: the stick gives no level",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("&gt;=-51dBm", "rssi_dbm: '>=-51dBm' is a bound of the scale, not a value"),
        ("&lt;=-113dBm", "rssi_dbm: '<=-113dBm' is a bound of the scale, not a value"),
        ("-71dB", "rssi_dbm: '-71dB' is not a level in dBm"),
        ("-713dBm", "rssi_dbm: '-713dBm' is not in -130..-1"),
        ("nan", "rssi_dbm: 'nan' is not a level in dBm"),
    ],
)
def test_what_is_no_level_is_a_problem_and_the_others_stand(text, problem):
    reading = parse_signal([answer(SIGNAL_22.replace("-71dBm", text))])
    assert reading.rssi_dbm is None
    assert reading.rsrp_dbm == -93
    assert reading.problems == (problem,)


def test_the_cell_of_firmware_22_has_no_channel():
    cell = parse_cell([answer(SIGNAL_22)])
    assert (cell.pci, cell.cell_id, cell.band, cell.bandwidth_hz) == (142, 134318388, 3, 20_000_000)
    assert (cell.earfcn, cell.tac, cell.plmn) == (None, None, None)
    assert cell.problems == ()


def test_the_cell_of_firmware_10():
    cell = parse_cell([answer(SIGNAL_10)])
    assert (cell.pci, cell.cell_id, cell.tac, cell.earfcn) == (0, 7267507, 57332, 1850)
    assert (cell.plmn, cell.band, cell.rat) == ("51010", 3, "LTE")
    assert (cell.bandwidth_hz, cell.uplink_bandwidth_hz) == (15_000_000, 10_000_000)


def test_a_band_that_does_not_hold_the_channel_is_a_problem():
    wrong = SIGNAL_10.replace("<band>3</band>", "<band>8</band>")
    assert parse_cell([answer(wrong)]).problems == ("band: 8 does not hold EARFCN 1850",)


@pytest.mark.parametrize(
    ("service", "roaming", "network", "stat", "rat"),
    [
        ("2", "0", "19", 1, "LTE"),
        ("2", "1", "19", 5, "LTE"),
        ("2", "0", "9", 1, "UTRAN"),  # E3372 22.317 on WCDMA: type 9
        ("2", "0", "3", 1, "GSM"),
        ("0", "0", "0", 0, None),
        ("1", "0", "19", 0, "LTE"),
    ],
)
def test_registration(service, roaming, network, stat, rat):
    status = STATUS.format(service=service, roaming=roaming, network=network)
    registration = parse_registration([answer(status), answer(PLMN)])
    assert (registration.stat, registration.rat, registration.plmn) == (stat, rat, "51010")
    assert registration.registered == (stat in {1, 5})
    assert registration.roaming == (stat == 5)


def test_without_service_there_is_no_plmn():
    status = STATUS.format(service="0", roaming="0", network="0")
    assert parse_registration([answer(status), answer(NO_PLMN)]).plmn is None


def test_a_status_without_service_status_is_refused():
    status = STATUS.format(service="", roaming="0", network="0")
    with pytest.raises(MalformedReply, match="ServiceStatus"):
        parse_registration([answer(status), answer(PLMN)])


def test_names():
    name = parse_name([answer(PLMN)])
    assert (name.full, name.short, name.spn, name.plmn) == ("#PemiluDamai2024", "TSEL", None, "51010")
    assert name.source == "net/current-plmn"
    with_spn = parse_name([answer(PLMN + "<Spn>Telkomsel</Spn>")])
    assert with_spn.spn == "Telkomsel"
    assert parse_name([answer(NO_PLMN)]).full is None


def test_identity_keeps_the_subscriber_out():
    identity = parse_identity([answer(INFORMATION)])
    assert (identity.model, identity.revision) == ("E3372h-320", "11.0.1.1(H697SP1C983)")
    assert (identity.imei, identity.family) == ("861234567890123", "huawei-hilink")
    assert identity.manufacturer is None
    for number in ("510101234567890", "8962101234567890123", "6281234567890", "861234567890123"):
        assert number not in repr(identity)


@pytest.mark.parametrize("parse", [parse_signal, parse_cell, parse_name, parse_identity])
def test_another_answer_is_refused(parse):
    with pytest.raises(MalformedReply):
        parse([answer("<dataswitch>1</dataswitch>")])
