"""What every modem of every bench must tell through the driver.

Where the bench has a log of what the modem truly said, the reading equals it; where it has none, the figure
is plausible by the bench's limits.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hil_tests.bench.load import imei_fault
from hil_tests.bench.plugin.fixtures import Measured
from hil_tests.bench.raw_port import RawPort
from hil_tests.bench.session import BenchModem
from hil_tests.contract.values import agree, clock_to_utc, sms_numbers
from modem_drivers.modem import Modem
from modem_drivers.reading import CellReading, NetworkName, Registration, SignalReading, name_sent

LEVELS = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm")
UNITS = {"rsrp_dbm": "dBm", "rsrq_db": "dB", "sinr_db": "dB", "rssi_dbm": "dBm"}


async def _signal(modem: Modem) -> SignalReading:
    return await modem.signal()


async def _cell(modem: Modem) -> CellReading:
    return await modem.cell()


async def _registration(modem: Modem) -> Registration:
    return await modem.registration()


async def _names(modem: Modem) -> tuple[NetworkName, ...]:
    return await modem.names()


async def _clock(modem: Modem) -> tuple[str, ...]:
    return await modem.command("AT+CCLK?")


@pytest.mark.needs("modem.identity")
def test_identity(modem: BenchModem) -> None:
    """Maker, model, firmware and IMEI are there, and the IMEI is the bench file's."""
    found = modem.check_identity()
    assert found.manufacturer
    assert found.revision
    assert found.imei == modem.row.imei
    assert imei_fault(found.imei or "") == ""


@pytest.mark.needs("modem.registration")
def test_registration(modem: BenchModem) -> None:
    """Registered, in the network that the bench file names if it names one."""
    found = modem.ask("registration", _registration)
    assert found.registered, f"stat {found.stat}"
    assert found.plmn is not None
    assert modem.row.plmn in ("", found.plmn)


@pytest.mark.needs("modem.signal")
def test_signal(modem: BenchModem, measured: Measured) -> None:
    """At least one level is told; each is plausible, and what the modem truly said where that is known."""
    found = modem.ask("signal", _signal)
    levels = {name: value for name in LEVELS if (value := getattr(found, name)) is not None}
    assert levels, f"{found.command}: no level in {dict(found.raw)}"
    for name, value in levels.items():
        measured(name, value, UNITS[name], getattr(modem.limits, name))
    assert found.t_sent_ns is not None
    assert found.t_received_ns is not None
    truth = modem.truth(f"AT{found.command}", found.t_sent_ns, found.t_received_ns)
    agree(levels, truth)


@pytest.mark.needs("modem.cell")
def test_serving_cell(modem: BenchModem) -> None:
    """The cell has a network, an area and an identity within their ranges (TS 23.003 4, 19.6)."""
    found = modem.ask("serving cell", _cell)
    assert found.plmn is not None
    assert found.plmn.isdecimal()
    assert found.tac is not None
    assert 0 < found.tac < 0xFFFFFF
    assert found.cell_id is not None
    assert 0 <= found.cell_id < 1 << 36
    if found.t_sent_ns is not None and found.t_received_ns is not None:
        names = ("plmn", "tac", "cell_id", "pci", "earfcn", "band")
        told = {name: value for name in names if (value := getattr(found, name)) is not None}
        agree(told, modem.truth(f"AT{found.command}", found.t_sent_ns, found.t_received_ns))


@pytest.mark.needs("modem.name")
def test_name(modem: BenchModem) -> None:
    """Some source tells a name; it is the one sent where that is known."""
    begin_ns, names, end_ns = _timed_names(modem)
    sent = name_sent(names)
    assert sent is not None, f"no name in {names}"
    truth = modem.truth("AT+QSPN", begin_ns, end_ns)
    if truth and sent.source == "+QSPN":
        assert (sent.full, sent.short) == (truth["name_full"], truth["name_short"])


def _timed_names(modem: BenchModem) -> tuple[int, tuple[NetworkName, ...], int]:
    begin_ns = _now_ns()
    names = modem.ask("names", _names)
    return begin_ns, names, _now_ns()


def _now_ns() -> int:
    return int(datetime.now(UTC).timestamp() * 1e9)


@pytest.mark.needs("modem.clock")
def test_clock(modem: BenchModem, measured: Measured) -> None:
    """The modem's clock and zone give this machine's time, within the bench's limit."""
    (line,) = modem.ask("clock", _clock)
    found = clock_to_utc(line)
    off_s = (found - datetime.now(UTC)).total_seconds()
    measured("modem_clock_offset_s", off_s, "s", (-modem.limits.clock_s, modem.limits.clock_s))


@pytest.mark.needs("modem.sms")
@pytest.mark.costs("sms-send")
def test_sms(modem: BenchModem) -> None:
    """A short message is taken: +CMGS gives its reference (27.005 3.5.1); it is the one that went out."""
    recipient, text = modem.row.sms_to or "+6281200000001", "Pantau uji 42"
    modem.release()
    begin_ns = _now_ns()
    with RawPort(modem.port) as port:
        assert port.ask(b"AT+CMGF=1").ended == "found"
        assert port.ask(b'AT+CSCS="GSM"').ended == "found"
        assert port.ask(f'AT+CMGS="{recipient}"'.encode(), b"> ").ended == "found"
        heard = port.ask(text.encode() + b"\x1a", b"OK\r\n", b"ERROR", deadline_s=modem.wait_s)
        port.ask(b"AT+CMGF=0")
    assert b"OK\r\n" in heard.data, heard
    assert len(sms_numbers(heard.data)) == 1
    truth = modem.truth("AT+CMGS", begin_ns, _now_ns())
    agree({"sms_to": recipient, "sms_text": text}, truth)


def test_the_clock_reader_knows_indonesias_zones() -> None:
    """+CCLK counts its zone in quarters of an hour (27.007 8.15): WIB is +28, WITA +32, WIT +36."""
    local = datetime(2026, 11, 25, 9, 30, 5, tzinfo=timezone(timedelta(hours=7)))
    assert clock_to_utc('+CCLK: "26/11/25,09:30:05+28"') == local
    assert clock_to_utc('+CCLK: "26/11/25,11:30:05+36"') == local
