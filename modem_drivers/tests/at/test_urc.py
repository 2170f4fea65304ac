"""The table of unsolicited codes."""

import pytest

from modem_drivers.at.urc import TABLE, Body, body_of, find_urc


@pytest.mark.parametrize(
    "line", ['+CMTI: "SM",3', "RDY", "Call Ready", "+CREG: 1", "^BOOT:123", "+QIND: SMS DONE"]
)
def test_known_codes(line):
    assert find_urc(line) is not None


@pytest.mark.parametrize("line", ["RDYX", "Quectel", "+CSQ: 1,2", "", "EC25"])
def test_other_lines(line):
    assert find_urc(line) is None


def test_only_messages_have_a_body():
    assert {row.prefix for row in TABLE if row.has_body} == {"+CMT:", "+CDS:", "+CBM:"}


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("+CMT: ,25", Body.PDU),  # 3GPP TS 27.005 3.4.1: [<alpha>],<length>
        ('+CMT: "Ibu, Bapak, Kakak",25', Body.PDU),
        ("+CMT: 25", Body.PDU),
        ('+CMT: "+62811",,"26/11/25,08:30:00+28"', Body.TEXT),  # <oa>,[<alpha>],<scts>
        ('+CMT: "+62811",,"26/11/25,08:30:00+28",145,4,0,0,"+62855",145,11', Body.TEXT),  # AT+CSDH=1
        ("+CBM: 88", Body.PDU),
        ("+CBM: 16400,50,15,1", Body.PDU),
        ("+CBM: 16400,50,15,1,1", Body.TEXT),  # <sn>,<mid>,<dcs>,<page>,<pages>
        ("+CDS: 26", Body.PDU),
        ("+CDS: 6,2", Body.PDU),
        ("+CDS: 6,2,0", Body.NONE),  # <fo>,<mr>,... and nothing after it
        ('+CMTI: "SM",3', Body.NONE),
        ("+CSQ: 1,2,3", Body.NONE),
    ],
)
def test_what_follows_a_head(head, body):
    assert body_of(head) is body
