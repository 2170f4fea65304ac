"""From a modem's reading or error to what is published of it."""

import pytest

from edge.service.messages import Sample
from edge.service.modem_task import modem_failure, sample_of
from modem_drivers.errors import CmeError, CommandTimeout, MalformedReply, PortLost
from modem_drivers.reading import CellReading, SignalReading

T_NS = 1_764_000_000_000_000_000


def test_known_figures_are_values_and_the_others_have_a_reason():
    reading = SignalReading(
        rat="LTE", rsrp_dbm=-140.0, sinr_db=0.0, state="connected", command="AT+QENG", t_received_ns=T_NS
    )
    assert sample_of(reading, None) == Sample(
        t_ns=T_NS,
        values={"rsrp_dbm": -140.0, "sinr_db": 0.0, "rat": "LTE", "state": "connected", "command": "AT+QENG"},
        nv={"rsrq_db": "not reported", "rssi_dbm": "not reported"},
    )


def test_the_cell_is_added_where_it_is_known_also_when_a_number_is_zero():
    cell = CellReading(rat="LTE", pci=0, earfcn=1850, band=3)
    sample = sample_of(SignalReading(rat="LTE", t_received_ns=T_NS), cell)
    assert sample.values == {"pci": 0, "earfcn": 1850, "band": 3, "rat": "LTE"}
    assert set(sample.nv) == {"rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm"}


def test_a_modem_that_says_nothing_gives_no_number():
    sample = sample_of(SignalReading(rat=None, state="searching", t_received_ns=T_NS), None)
    assert sample.values == {"state": "searching"}


@pytest.mark.parametrize(
    ("exc", "code", "detail"),
    [
        (CommandTimeout("", "AT+CSQ", 1.5, b""), "modem.silent", ": AT+CSQ, waited 1.5 s;"),
        (CommandTimeout("", "AT", 1, b"\xff\x00"), "modem.garbage", "AT, waited 1 s, heard '\\xff\\x00';"),
        (
            MalformedReply("+CSQ: ?", "two numbers"),
            "modem.garbage",
            "expected two numbers, heard '+CSQ: ?';",
        ),
        (CmeError("AT+CPIN?", 10, "SIM not inserted"), "modem.refused", "+CME ERROR 10 SIM not inserted"),
    ],
)
def test_each_error_of_a_modem_is_a_cause_with_port_and_facts(exc, code, detail):
    err = modem_failure("/dev/ttyUSB2", exc)
    assert err.code == code
    assert "the modem at /dev/ttyUSB2" in err.text
    assert detail in err.text
    assert "modem di /dev/ttyUSB2" in err.text_id


def test_a_lost_port_is_absent_when_its_file_is_gone(tmp_path):
    port = tmp_path / "ttyUSB2"
    exc = PortLost(str(port), "Input/output error")
    assert modem_failure(str(port), exc).code == "modem.absent"
    port.touch()
    err = modem_failure(str(port), exc)
    assert err.code == "modem.port_lost"
    assert f"the modem's port {port} was lost: Input/output error" in err.text


@pytest.mark.parametrize(
    "exc",
    [
        MalformedReply("+CIMI: 510101234567890", "no such line"),
        CommandTimeout("/dev/ttyUSB2", "AT+CIMI", 1, b"510101234567890"),
        CmeError("AT+CCID 8962101234567890123", None, "6281234567890"),
    ],
)
def test_no_subscriber_s_number_leaves_the_session(exc):
    err = modem_failure("/dev/ttyUSB2", exc)
    for number in ("510101234567890", "8962101234567890123", "6281234567890"):
        assert number not in err.text + err.text_id
