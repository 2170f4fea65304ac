"""The table of unsolicited codes."""

import pytest

from modem_drivers.at.urc import TABLE, find_urc


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
