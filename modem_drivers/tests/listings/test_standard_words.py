"""What is said to every modem, and the numbers of card files: a second listing."""

import pytest

from modem_drivers import modem
from modem_drivers.at import card_files, grid

COMMANDS = {  # name: command, its lines' head, lines without a head, seconds
    "COPS": ("AT+COPS?", "+COPS:", False, 10.0),  # 27.007 7.3
    "CPIN": ("AT+CPIN?", "+CPIN:", False, 5.0),  # 8.3
    "CIMI": ("AT+CIMI", "+CIMI:", True, 5.0),  # 5.6
    "IMEI": ("AT+CGSN", "+CGSN:", True, 5.0),  # 5.4
    "MANUFACTURER": ("AT+CGMI", "+CGMI:", True, 5.0),  # 5.1
    "MODEL": ("AT+CGMM", "+CGMM:", True, 5.0),  # 5.2
    "REVISION": ("AT+CGMR", "+CGMR:", True, 5.0),  # 5.3
}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_commands(name):
    one = getattr(modem, name)
    assert (one.text, *one.prefixes, one.bare, one.timeout_s) == COMMANDS[name]


def test_what_is_said_at_each_start():
    assert [one.text for one in modem.INIT] == ["ATE0", "AT+CMEE=1", "AT+CMGF=0", "AT+CREG=2", "AT+CEREG=2"]
    formats = (modem.COPS_LONG, modem.COPS_SHORT, modem.COPS_NUMERIC)
    assert [(one.text, one.timeout_s) for one in formats] == [
        ("AT+COPS=3,0", 10.0),
        ("AT+COPS=3,1", 10.0),
        ("AT+COPS=3,2", 10.0),
    ]
    assert (modem.ATI.text, modem.ATI.bare) == ("ATI", True)
    assert (modem.WAKE_S, modem.PATIENCE_S, modem.DENIED) == (5.0, 3.0, 3)


def test_card_files():
    # TS 31.102 4.4: 6F46 SPN, 6FCD SPDI, 6FC5 PNN, 6FC6 OPL; CPHS: 6F14 name, 6F18 short name
    files = (card_files.SPN, card_files.SPDI, card_files.PNN, card_files.OPL)
    assert [f"{number:X}" for number in files] == ["6F46", "6FCD", "6FC5", "6FC6"]
    assert [f"{n:X}" for n in (card_files.CPHS_NAME, card_files.CPHS_SHORT)] == ["6F14", "6F18"]
    assert (card_files.FULL_NAME, card_files.SHORT_NAME) == (
        67,
        69,
    )  # TS 24.008 table 10.5.154, IEIs 43 and 45
    assert card_files.HALVES == "0123456789*#?DEF"


def test_what_is_not_said_in_a_grid():
    assert sorted(grid.NOT_SAID) == ["", "-", "--", "---"]
    assert list(grid.pairs("PCC RxM RSSI: -45 RSRP (dBm): -81")) == [
        ("PCC RxM RSSI", "-45"),
        ("RSRP (dBm)", "-81"),
    ]
    assert list(grid.pairs("A:  1\t\tB: 2   C:   3")) == [("A", "1"), ("B", "2"), ("C", "3")]
