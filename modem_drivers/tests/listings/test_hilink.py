"""The HiLink stick's elements, their ends and its numbers: a second listing.

Elements: as in the transcripts that families/huawei_hilink.py names. Numbers of CurrentNetworkType: as public
clients name them (memory): 1 GSM, 2 GPRS, 3 EDGE, 4 WCDMA to 9 HSPA+, 17 and 18 HSPA+ 64QAM and MIMO, 19 LTE,
41 to 46 WCDMA to DC-HSPA+, 64 and 65 HSPA+ MIMO, 101 LTE, 1011 LTE CA.
"""

import pytest

from modem_drivers.errors import MalformedReply
from modem_drivers.families import huawei_hilink as hilink
from modem_drivers.families.hilink_session import SESSION_LOST, SESSION_PATH, TOKEN_HEADER
from modem_drivers.families.hilink_xml import parse_answer

SIGNAL = (  # element, unit, least, most, field of the reading
    ("rsrp", "dBm", -160, -20, "rsrp_dbm"),
    ("rsrq", "dB", -45, 20, "rsrq_db"),
    ("sinr", "dB", -40, 60, "sinr_db"),
    ("rssi", "dBm", -130, -1, "rssi_dbm"),
)
CELL = (  # element, least and most as written, and the values these are
    ("tac", "0", "65535", 0, 65_535, "tac"),
    ("cell_id", "0", "268435455", 0, 268_435_455, "cell_id"),
    ("pci", "0", "503", 0, 503, "pci"),
    ("band", "1", "256", 1, 256, "band"),
    ("lte_bandinfo", "1", "256", 1, 256, "band"),
    ("plmn", "51010", "510101", "51010", "510101", "plmn"),
    ("earfcn", "DL:0 UL:18000", "DL:39649 UL:39649", 0, 39_649, "earfcn"),
    ("dlbandwidth", "1.4MHz", "20MHz", 1_400_000, 20_000_000, "bandwidth_hz"),
    ("lte_bandwidth", "1.4M", "20M", 1_400_000, 20_000_000, "bandwidth_hz"),
    ("ulbandwidth", "1.4MHz", "20MHz", 1_400_000, 20_000_000, "uplink_bandwidth_hz"),
)


def answer(inner: str):
    return parse_answer(f"<response>{inner}</response>".encode(), "test")


@pytest.mark.parametrize(("element", "unit", "least", "most", "field"), SIGNAL)
def test_levels(element, unit, least, most, field):
    for value in (least, most, least - 1, most + 1):
        read = hilink.parse_signal([answer(f"<mode>7</mode><{element}>{value}{unit}</{element}>")])
        assert getattr(read, field) == (float(value) if least <= value <= most else None)
        assert read.rat == "LTE"
        assert read.command == "device/signal"


@pytest.mark.parametrize(("element", "least", "most", "low", "high", "field"), CELL)
def test_cells(element, least, most, low, high, field):
    for text, value in ((least, low), (most, high)):
        read = hilink.parse_cell([answer(f"<mode>7</mode><{element}>{text}</{element}>")])
        assert getattr(read, field) == value
    if isinstance(high, int) and not text.startswith("DL") and "M" not in text:
        for wrong in (low - 1, high + 1):
            read = hilink.parse_cell([answer(f"<mode>7</mode><{element}>{wrong}</{element}>")])
            assert getattr(read, field) is None
    if element == "plmn":
        for wrong in ("5101", "5101012"):
            assert hilink.parse_cell([answer(f"<mode>7</mode><plmn>{wrong}</plmn>")]).plmn is None


def test_modes():
    for text, rat in (("0", "GSM"), ("2", "UTRAN"), ("7", "LTE"), ("1", None)):
        assert hilink.parse_signal([answer(f"<mode>{text}</mode><rsrp>-90dBm</rsrp>")]).rat == rat
        assert hilink.parse_cell([answer(f"<mode>{text}</mode><pci>1</pci>")]).rat == rat


NETWORKS = {
    "GSM": (1, 2, 3),
    "UTRAN": (4, 5, 6, 7, 8, 9, 17, 18, 41, 42, 43, 44, 45, 46, 64, 65),
    "LTE": (19, 101, 1011),
    None: (0, 10, 16, 20, 40, 47, 63, 66, 100, 102, 1010, 1012, 9999),
}


def registered(service="2", roaming="0", network="19", plmn="51010"):
    status = (
        f"<ServiceStatus>{service}</ServiceStatus><RoamingStatus>{roaming}</RoamingStatus>"
        f"<CurrentNetworkType>{network}</CurrentNetworkType>"
    )
    return hilink.parse_registration([answer(status), answer(f"<Numeric>{plmn}</Numeric>")])


def test_registration():
    for rat, numbers in NETWORKS.items():
        for number in numbers:
            found = registered(network=str(number))
            assert (found.rat, found.problems) == (rat, ())
    assert registered(network="10000").problems != ()
    assert (registered().stat, registered(roaming="1").stat, registered(service="0").stat) == (1, 5, 0)
    assert registered(service="255").stat == registered(service="1").stat == 0
    assert registered(roaming="2").problems != ()
    assert registered(network="-1").problems != ()
    assert registered(roaming="-1").problems != ()
    with pytest.raises(MalformedReply):
        registered(service="256")
    with pytest.raises(MalformedReply):
        registered(service="-1")
    assert registered(plmn="510101").plmn == "510101"
    assert registered(plmn="5101012").plmn is None
    assert registered(plmn="5101").plmn is None
    assert registered().command == "monitoring/status"


def test_names_and_identity():
    text = "<FullName>A</FullName><ShortName>B</ShortName><Spn>C</Spn><Numeric>51010</Numeric>"
    name = hilink.parse_name([answer(text)])
    assert (name.source, name.full, name.short, name.spn, name.plmn) == (
        "net/current-plmn",
        "A",
        "B",
        "C",
        "51010",
    )
    text = "<DeviceName>E3372</DeviceName><SoftwareVersion>22.1</SoftwareVersion><Imei>861234567890123</Imei>"
    found = hilink.parse_identity([answer(text)])
    assert (found.model, found.revision, found.imei, found.family) == (
        "E3372",
        "22.1",
        "861234567890123",
        "huawei-hilink",
    )
    for imei in ("86123456789012", "8612345678901234"):
        assert hilink.parse_identity([answer(f"<DeviceName>E</DeviceName><Imei>{imei}</Imei>")]).imei is None


def test_paths():
    assert [query.paths for query in hilink.QUERIES] == [
        ("device/information",),
        ("device/signal",),
        ("device/signal",),
        ("monitoring/status", "net/current-plmn"),
        ("net/current-plmn",),
    ]
    assert hilink.ADDRESS == "192.168.8.1"
    assert SESSION_PATH == "webserver/SesTokInfo"
    assert sorted(SESSION_LOST) == [125001, 125002, 125003]
    assert TOKEN_HEADER.casefold() == "__requestverificationtoken"
