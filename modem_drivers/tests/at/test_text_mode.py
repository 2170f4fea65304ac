"""A message in text mode (AT+CMGF=1, as some modems start) may say anything, and is never obeyed."""

import pytest

from modem_drivers.at.channel import AtChannel, Command, Final, Info, Urc
from modem_drivers.at.results import Outcome

HEAD = '+CMT: "+62811",,"26/11/25,08:30:00+28"'  # 3GPP TS 27.005 3.4.1
CSQ = Command("AT+CSQ", ("+CSQ:",))


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    "text", ["OK", "ERROR", "+CME ERROR: 10", "+CSQ: 1,1", "+CREG: 1", "AT+CSQ", "> ", "NO CARRIER", "RING"]
)
def test_a_text_is_neither_result_nor_answer_nor_code(text, step):
    channel = AtChannel()
    channel.send(CSQ, now_s=0)
    data = f"AT+CSQ\r\r\n{HEAD}\r\n{text}\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n".encode()
    events = [event for at in range(0, len(data), step) for event in channel.receive(data[at : at + step])]
    assert [type(event) for event in events] == [Urc, Info, Final]
    assert events[0] == Urc(HEAD, text.strip())
    assert events[1] == Info("+CSQ: 20,99")
    assert isinstance(events[2], Final)
    assert events[2].result.outcome is Outcome.OK


def test_a_report_in_text_mode_has_nothing_after_it():
    channel = AtChannel()
    channel.send(CSQ, now_s=0)
    head = '+CDS: 6,2,"+62811",145,"26/11/25,08:30:00+28","26/11/25,08:30:02+28",0'
    events = channel.receive(f"\r\n{head}\r\n+CSQ: 20,99\r\nOK\r\n".encode())
    assert [type(event) for event in events] == [Urc, Info, Final]
    assert events[0] == Urc(head)
