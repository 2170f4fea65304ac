"""A code in the middle of an answer's line or of a result: both are whole, or the command has no answer."""

import pytest

from modem_drivers.at.channel import AtChannel, Command, Final, Info
from modem_drivers.at.results import Outcome

QENG = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,3359966,150,1650,3,5,5,1F41,-97,-11,-67,12,38'
LINES = (  # the modem's words as in the tests of the families
    (Command('AT+QENG="servingcell"', ("+QENG:",)), QENG),
    (Command("AT+CEREG?", ("+CEREG:",)), '+CEREG: 2,1,"4A2","1B4C01",7'),
    (Command("AT+CSQ", ("+CSQ:",)), "+CSQ: 20,99"),
    (Command("AT^HCSQ?", ("^HCSQ:",)), '^HCSQ:"LTE",46,50,170,25'),
)
CODES = ("+CREG: 1", '+CMTI: "SM",3', "RING", "+CMT: ,25\r\n0791AABB")


def heard(command, data, step):
    """Return (answers put together, results)."""
    channel = AtChannel()
    lines: list[str] = []
    results: list[Outcome] = []
    channel.send(command, now_s=0)
    for at in range(0, len(data), step):
        for event in channel.receive(data[at : at + step]):
            if isinstance(event, Info):
                lines = [*lines[:-1], lines[-1] + event.line] if event.continues else [*lines, event.line]
            elif isinstance(event, Final):
                results.append(event.result.outcome)
    return [line.replace(" ", "") for line in lines], results


@pytest.mark.parametrize("step", [1, 7, 1000])
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("command", "line"), LINES)
def test_a_code_at_every_octet(command, line, code, step):
    said = f"{command.text}\r\r\n{line}\r\n\r\nOK\r\n"
    lost = 0
    for at in range(len(said)):
        lines, results = heard(command, f"{said[:at]}\r\n{code}\r\n{said[at:]}".encode(), step)
        assert results == [Outcome.OK], at
        assert lines in ([line.replace(" ", "")], []), at
        lost += not lines
    # within +CEREG: 2,1 the part before looks like a code itself
    assert lost == (4 if command.text == "AT+CEREG?" else 0)


def test_a_line_broken_twice():
    lines, results = heard(
        LINES[0][0], f"{QENG[:70]}\r\nRING\r\n{QENG[70:80]}\r\nRING\r\n{QENG[80:]}\r\nOK\r\n".encode(), 1
    )
    assert (lines, results) == ([QENG.replace(" ", "")], [Outcome.OK])


@pytest.mark.parametrize(
    "stray",
    ["VOICE READY", "+QFOO: 1", "x1", "\r\n5", "AT"],
    ids=["words", "code", "letters", "no-code", "at"],
)
def test_what_is_no_rest_is_not_added(stray):
    code = "" if stray.startswith("\r\n") else "\r\nRING\r\n"
    lines, _ = heard(LINES[2][0], f"+CSQ: 20,99\r\n{code}{stray}\r\nOK\r\n".encode(), 1)
    assert lines == ["+CSQ:20,99"]


def test_lines_of_a_command_that_answers_without_a_prefix_are_never_put_together():
    command = Command("AT+CGMM", ("+CGMM:",), bare=True)
    lines, _ = heard(command, b"EC\r\nRING\r\n25\r\nOK\r\n", 1)
    assert lines == ["EC", "25"]
