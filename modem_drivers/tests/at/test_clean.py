"""One whole answer in one look; everything else goes line by line."""

import pytest

from modem_drivers.at.channel import AtChannel, Command, Final, Info
from modem_drivers.at.clean import clean_reader
from modem_drivers.at.results import Outcome

QENG = ("+QENG:",)
ASK = 'AT+QENG="servingcell"'


def read(data: bytes, command: str = ASK, prefixes: tuple[str, ...] = QENG) -> list[str] | None:
    reader = clean_reader(command, prefixes)
    assert reader is not None
    return reader(data)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"\r\n+QENG: 1,-95\r\n\r\nOK\r\n", ["+QENG: 1,-95"]),
        (b'\r\n+QENG: "a"\r\n+QENG: 2 \r\n\r\nOK\r\n', ['+QENG: "a"', "+QENG: 2"]),
        (b"\r\n+QENG: 1\r\n\r\n+QENG: 2\r\n\r\nOK\r\n", ["+QENG: 1", "+QENG: 2"]),
    ],
)
def test_a_whole_answer(data, lines):
    assert read(data) == lines


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n+QENG: 1\r\n",  # not ended
        b"\r\n+QENG: 1\r\n\r\nERROR\r\n",
        b"\r\nOK\r\n",
        b"\r\n+QENG: 1\r\n\r\nOK",  # its line may go on
        b"\r\n+QENG: 1\r\n\r\nOK\r\n\r\nRING\r\n",
        b'\r\n+CMTI: "SM",1\r\n\r\n+QENG: 1\r\n\r\nOK\r\n',
        b'\r\n+QENG: 1+CMTI: "SM",1\r\n\r\nOK\r\n',  # a code glued to the line
        b"\r\n+QENG: 1^RSSI: 3\r\n\r\nOK\r\n",
        b'\r\n+QENG: "1\r\n\r\nOK\r\n',  # broken within quotes
        b"\r\n+QENG: \xff\r\n\r\nOK\r\n",
        b'AT+QENG="servingcell"\r\r\n+QENG: 1\r\n\r\nOK\r\n',  # echo
        b"\r\n+QENG: " + b"1," * 2048 + b"\r\n\r\nOK\r\n",
    ],
)
def test_what_goes_line_by_line(data):
    assert read(data) is None


def test_lines_of_the_codes_shape_go_line_by_line():
    creg = "AT+CREG?", ("+CREG:",)
    assert read(b"\r\n+CREG: 2,1\r\n\r\nOK\r\n", *creg) == ["+CREG: 2,1"]
    assert read(b'\r\n+CREG: 1,"4A2","1B4C01",7\r\n\r\nOK\r\n', *creg) is None
    assert read(b"\r\n+CREG: 5\r\n\r\n+CREG: 2,1\r\n\r\nOK\r\n", *creg) is None


def test_an_answer_without_a_prefix_goes_line_by_line():
    assert clean_reader("AT+CGMM", ()) is None


def test_a_damaged_answer_is_not_looked_at_twice():
    channel = AtChannel()
    channel.send(Command("AT+CSQ", ("+CSQ:",)), now_s=0.0)
    assert channel.receive(b"\r\n+CS") == []
    ended = channel.receive(b"\r\n+CSQ: 1,2\r\n\r\nOK\r\n")[-1]
    assert isinstance(ended, Final)
    assert ended.result.outcome is Outcome.OK


def test_the_channel_is_free_after_it():
    channel = AtChannel()
    for _ in range(2):
        channel.send(Command("AT+CSQ", ("+CSQ:",)), now_s=0.0)
        events = channel.receive(b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        assert [type(event) for event in events] == [Info, Final]
        assert not channel.busy
