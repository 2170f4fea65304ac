"""Every error says what, where and what to do, in both languages, and hides long numbers."""

import pytest

from modem_drivers.errors import (
    ApiError,
    CmeError,
    CmsError,
    CommandFailed,
    CommandTimeout,
    HttpTimeout,
    MalformedReply,
    ModemError,
    PortLost,
    UnknownBand,
    Unsupported,
    shown,
)

ALL = [
    PortLost("/dev/ttyUSB2", "[Errno 5] Input/output error"),
    MalformedReply("+CSQ: x", "+CSQ", "rssi_dbm"),
    CommandFailed("AT+QCSQ", "ERROR"),
    CmeError("AT+CIMI", 10, "SIM not inserted"),
    CmsError("AT+CMGS", 500, "unknown error"),
    ApiError("GET /api/device/signal", 125002, "no session"),
    CommandTimeout("/dev/ttyUSB2", "AT+QCSQ", 5.0, b"\xff\x00"),
    HttpTimeout("192.168.8.1", "GET /api/device/signal", 5.0, b""),
    Unsupported("/dev/ttyUSB2", "AT+QCSQ"),
    UnknownBand(66666),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_both_texts_are_sentences_with_an_advice(error):
    assert isinstance(error, ModemError)
    assert str(error) == error.text != error.text_id
    advice = ("Check", "Try", "Use a modem", "Add its row")
    advice_id = ("Periksa", "Pastikan", "Coba", "Pakai", "Tambahkan")
    assert any(word in error.text for word in advice)
    assert any(word in error.text_id for word in advice_id)


def test_codes_differ():
    assert len({error.code for error in ALL}) == len(ALL)


def test_a_timeout_names_port_command_seconds_and_what_came():
    error = CommandTimeout("/dev/ttyUSB2", "AT+QCSQ", 2.5, b"\xff\x00boot\r\n")
    for part in ("/dev/ttyUSB2", "AT+QCSQ", "2.5 s", "no answer", r"\xff\x00boot\r\n"):
        assert part in error.text
    assert "nothing came" in CommandTimeout("p", "AT", 1, b"").text
    assert "tidak ada jawaban" in CommandTimeout("p", "AT", 1, b"").text_id


def test_shown_hides_subscriber_numbers_and_is_short():
    assert shown(b"510101234567890\r\n") == r"<15 digits>\r\n"
    assert shown('+CNUM: ,"+6281234567890",145') == '+CNUM: ,"+<13 digits>",145'
    assert len(shown(b"\xff" * 100)) == 60


@pytest.mark.parametrize(
    "error",
    [
        MalformedReply("510101234567890,x", "+CIMI"),
        CommandTimeout("p", "AT+CIMI", 5, b"510101234567890"),
        CommandFailed("AT+CMGS=6281234567890", "ERROR"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_repeats_a_long_number(error):
    everything = f"{error!r} {error} {error.text_id} {vars(error).get('line')} {vars(error).get('seen')}"
    everything = everything.replace(f"{vars(error).get('command')}", "")
    assert "1012345678" not in everything
    assert "6281234567" not in str(error)
