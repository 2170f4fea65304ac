"""The modem as a USB device: a port per interface, two AT ports on one state, positions, the inventory."""

import json
import os
import time
from datetime import UTC, datetime

import pytest

from hil_tests.bench.at_program import ask, client, hear, modem
from hil_tests.sims.at_modem.device import by_path_name
from hil_tests.sims.at_modem.nmea import gga, rmc, sentence

PLACE = "pci-0000:00:14.0-usb-0:1.3:1.{}-port0"


@pytest.fixture(name="ports")
def some_ports(tmp_path):
    """Return the folder of the ports."""
    return tmp_path / "ports"


@pytest.fixture(name="link")
def some_link(tmp_path):
    """Return where the AT port's symlink shall be."""
    return tmp_path / "modem"


def test_names_by_place():
    # as udev(7)'s 60-serial.rules: ID_PATH and -port0; heard in issues of systemd (30574)
    assert by_path_name("1-1.3", 2) == PLACE.format(2)
    assert by_path_name("3-2", 0) == "pci-0000:00:14.0-usb-0:2:1.0-port0"


def test_a_checksum_of_the_textbook():
    body = "GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,"
    assert sentence(body) == f"${body}*76"  # the example of NMEA 0183 tutorials


def test_positions_south_of_the_line():
    # Monas, Jakarta: 6.1754 S = 6 deg 10.524 min, 106.8272 E = 106 deg 49.632 min
    utc = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
    fix = gga(utc, -6.1754, 106.8272)
    assert fix.startswith("$GPGGA,030405.00,0610.5240,S,10649.6320,E,1,09,0.9,")
    assert rmc(utc, -6.1754, 106.8272).startswith(
        "$GPRMC,030405.00,A,0610.5240,S,10649.6320,E,0.0,0.0,251126,"
    )


def test_every_interface_has_its_port_and_the_inventory_names_them(ports, link):
    with modem(link, "--ports", ports, "--usb-path", "1-1.3"):
        facts = json.loads((ports / "device.json").read_text())
        assert (facts["usb_id"], facts["usb_path"]) == ("2c7c:0125", "1-1.3")
        roles = {port["interface"]: port["role"] for port in facts["ports"]}
        assert roles == {0: "diag", 1: "nmea", 2: "at", 3: "modem"}
        for number in range(4):
            assert (ports / PLACE.format(number)).is_symlink()
        assert (ports / PLACE.format(2)).resolve() == link.resolve()
    assert not list(ports.iterdir())


def test_two_at_ports_share_one_state_each_with_its_own_echo(ports, link, tmp_path):
    log = tmp_path / "log.jsonl"
    with (
        modem(link, "--ports", ports, "--usb-path", "1-1.3", "--log", log),
        client(link) as first,
        client(ports / PLACE.format(3)) as second,
    ):
        assert ask(first, b"ATE0") == b"ATE0\r\r\nOK\r\n"
        assert ask(first, b'AT+CGDCONT=5,"IP","kpu"') == b"\r\nOK\r\n"
        heard = ask(second, b"AT+CGDCONT?")
        assert heard.startswith(b"AT+CGDCONT?\r")
        assert b'+CGDCONT: 5,"IP","kpu"' in heard
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line.get("port") for line in lines if line["command"] == "AT+CGDCONT?"] == ["modem"]


def test_a_scan_blocks_one_port_and_not_the_other(ports, link):
    with (
        modem(link, "--ports", ports, "--usb-path", "1-1.3", "--scan-s", "3"),
        client(link) as first,
        client(ports / PLACE.format(3)) as second,
    ):
        ask(first, b"ATE0")
        start_s = time.monotonic()
        os.write(first, b"AT+COPS=?\r")
        assert ask(second, b"AT+CSQ").endswith(b"OK\r\n")
        other_s = time.monotonic() - start_s
        assert hear(first, b"OK\r\n").startswith(b"\r\n+COPS: (2,")
        assert other_s < time.monotonic() - start_s
        assert time.monotonic() - start_s >= 2.9


def test_positions_come_when_asked_for_and_diagnostics_never(ports, link):
    with (
        modem(link, "--ports", ports, "--usb-path", "1-1.3"),
        client(link) as at,
        client(ports / PLACE.format(1)) as nmea,
        client(ports / PLACE.format(0)) as diag,
    ):
        assert hear(nmea, b"$", deadline_s=0.5) == b""
        assert ask(at, b"AT+QGPS=1").endswith(b"OK\r\n")
        assert b"$GPGGA," in hear(nmea, b"$GPRMC")
        assert ask(at, b"AT+QGPSEND").endswith(b"OK\r\n")
        os.write(diag, b"\x7e\x00\x78\xf0\x7e")
        assert hear(diag, b"\x7e", deadline_s=0.5) == b""


def test_what_is_said_unasked_goes_to_the_port_that_was_chosen(ports, link):
    with (
        modem(link, "--ports", ports, "--usb-path", "1-1.3"),
        client(link) as first,
        client(ports / PLACE.format(3)) as second,
    ):
        ask(first, b"ATE0;+CEREG=1")
        ask(second, b'ATE0;+QURCCFG="urcport","usbmodem"')
        ask(first, b"AT+CFUN=4")
        assert b"+CEREG: 0" in hear(second, b"+CEREG: 0\r\n")
        assert hear(first, b"+CEREG", deadline_s=0.5) == b""


def dropped(process):
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_pulled_cable_takes_every_port(ports, link):
    with (
        modem(link, "--ports", ports, "--usb-path", "1-1.3", "--fault", "drop-port:1") as process,
        client(ports / PLACE.format(3)) as second,
        client(link) as first,
    ):
        ask(second, b"AT")
        ask(first, b"AT")
        assert dropped(process) == f"DROPPED {link}\n"
        with pytest.raises(OSError, match=r"."):
            os.write(second, b"AT\r")
        assert not list(ports.iterdir())
