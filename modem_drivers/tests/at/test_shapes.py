"""Answers and codes of one prefix: 3GPP TS 27.007 7.2, 7.3, 7.15, 8.2, 8.3, 8.41; of vendors: memory."""

import pytest

from modem_drivers.at.channel import AtChannel, Command, Final, Info, Noise, Urc
from modem_drivers.at.results import Outcome
from modem_drivers.at.shapes import cut_glued, replaces, shape_of

ANSWERS = (  # command, an answer, a line of that prefix that is none
    ("AT+CREG?", '+CREG: 2,1,"8EEA","BE33501",7', '+CREG: 1,"8EEA","BE33501",7'),
    ("AT+CEREG?", "+CEREG: 0,11", "+CEREG: 2"),
    ("AT+CGREG?", "+CGREG: 2,0", "+CGREG: 2,,"),
    ("AT+C5GREG?", '+C5GREG: 2,1,"114000","100072000",11', '+C5GREG: 1,"114000","100072000",11'),
    ("AT+CREG?", "+CREG: 2,1,4CA,81DE445", "+CREG: 1,4CA,81DE445"),
    ("AT+CEREG=?", "+CEREG: (0-5)", '+CEREG: 1,"8EEA","BE33501",7'),
    ("AT+COPS?", '+COPS: 0,2,"51010",7', '+COPS: (2,"TSEL","TSEL","51010",7)'),
    ("AT+COPS=?", '+COPS: (2,"TSEL","TSEL","51010",7),,(0-4),(0-2)', '+COPS: 0,2,"51010",7'),
    ("AT+CPIN?", "+CPIN: SIM PIN", "+CPIN: NOT INSERTED"),
    ("AT+CUSD?", "+CUSD: 1", '+CUSD: 0,"sisa kuota",15'),
    ("AT+CFUN?", "+CFUN: 1,0", "+CFUN: x"),
    ("AT+CSCON?", "+CSCON: 1,0", "+CSCON: 0"),
    ("AT+CLIP?", "+CLIP: 0,1", '+CLIP: "+62811",145'),
    ("AT+CTZU?", "+CTZU: 1", '+CTZU: "19/07/09,11:15:40",+08'),
    ("AT+CTZR?", "+CTZR: 1", '+CTZR: "+28"'),
    ("AT^EONS=1", '^EONS: 1,46011,"a","b",0,"c"', "^EONS:0"),
    ("AT+QSIMSTAT?", "+QSIMSTAT: 1,1", "+QSIMSTAT: 1"),
    ('AT+QENG="servingcell"', '+QENG: "LTE","FDD",510', '+QENG: "neighbourcell intra","LTE"'),
    ('AT+QENG="neighbourcell"', '+QENG: "neighbourcell inter","LTE"', '+QENG: "servingcell","NOCONN"'),
    ("AT+CSQ;+CREG?", "+CREG: 0,1", "+CREG: 1"),
)


def shape(command, line):
    """Return the shape that the table has."""
    fits = shape_of(command, line)
    assert fits is not None
    return fits


@pytest.mark.parametrize(("command", "answer", "other"), ANSWERS)
def test_shapes(command, answer, other):
    fits = shape(command, answer)
    assert fits(answer)
    assert not fits(other)


@pytest.mark.parametrize(
    ("command", "longest", "too_long", "too_short"),
    [
        ("AT+CUSD?", "+CUSD: 1", "+CUSD: 1,1", "+CUSD:"),
        ("AT+CFUN?", "+CFUN: 1", "+CFUN: 1,0,0", "+CFUN:"),
        ("AT+CFUN?", "+CFUN: 1,0", "+CFUN: 1,0,0", "+CFUN:"),
        ("AT+CSCON?", "+CSCON: 1,0,1,1", "+CSCON: 1,0,1,1,1", "+CSCON: 1"),
        ("AT+CSCON?", "+CSCON: 1,0", "+CSCON: 1,0,1,1,1", "+CSCON: 1"),
        ("AT+CLIP?", "+CLIP: 0,1", "+CLIP: 0,1,1", "+CLIP: 0"),
        ("AT+CTZU?", "+CTZU: 1", "+CTZU: 1,1", "+CTZU:"),
        ("AT+CTZR?", "+CTZR: 1", "+CTZR: 1,1", "+CTZR:"),
        ("AT+QSIMSTAT?", "+QSIMSTAT: 1,1", "+QSIMSTAT: 1,1,1", "+QSIMSTAT: 1"),
        ("AT+CEREG?", "+CEREG: 0,11", "+CEREG: 0,12", "+CEREG: 0"),
    ],
)
def test_how_many_fields_an_answer_has(command, longest, too_long, too_short):
    fits = shape(command, longest)
    assert [fits(line) for line in (longest, too_long, too_short)] == [True, False, False]


def test_two_fields_of_eons_are_an_answer():
    assert shape("AT^EONS=5", "^EONS: 5,51010")("^EONS: 5,51010")


@pytest.mark.parametrize("verb", ["+CREG", "+CGREG", "+CEREG", "+C5GREG", "+COPS", "+CFUN"])
def test_test_commands_are_answered_with_lists(verb):
    fits = shape(f"AT{verb}=?", f"{verb}: (0-2)")
    assert [fits(f"{verb}: {tail}") for tail in ("(0-2)", ",,(0-4)", "1")] == [True, True, False]


@pytest.mark.parametrize("verb", ["+CREG", "+CGREG", "+CEREG", "+C5GREG", "+CUSD", "+CFUN"])
def test_set_commands_are_answered_by_their_result(verb):
    assert not shape(f"AT{verb}=1", f"{verb}: 1")(f"{verb}: 1")


@pytest.mark.parametrize("command", ["AT+CREG=2", "AT+CEREG=2", "AT+CUSD=1", "AT+CFUN=1"])
def test_what_a_set_command_hears_of_its_prefix_is_a_code(command):
    verb = command[2:].partition("=")[0]
    channel = AtChannel()
    channel.send(Command(command, (f"{verb}:",)), now_s=0)
    kinds = [type(event) for event in channel.receive(f"\r\n{verb}: 1\r\n\r\nOK\r\n".encode())]
    assert kinds == [Urc, Final]


@pytest.mark.parametrize("command", ["AT+CSQ", "AT+CESQ", 'AT+QENG="x"', "ATI"])
def test_most_answers_need_no_shape(command):
    assert shape_of(command, f"{command[2:].partition('=')[0]}: 1") is None


@pytest.mark.parametrize(
    ("earlier", "line", "is_replaced"),
    [
        ('^HCSQ:"LTE",46,50,170,25', '^HCSQ:"LTE",47,51,171,25', True),
        ('+QCSQ: "LTE",-67,-97,151,-11', '+QCSQ: "LTE",-66,-96,151,-11', True),
        ('^HCSQ:"LTE",46,50,170,25', '^HCSQ:"NR",47,51,171', False),
        ('^HCSQ:"NOSERVICE"', '^HCSQ:"LTE",47,51,171,25', False),
        ('+QENG: "LTE",1', '+QENG: "LTE",2', False),
        ('+QCAINFO: "SCC",1', '+QCAINFO: "SCC",2', False),
    ],
)
def test_levels_told_unasked_before_the_answer_are_replaced_by_it(earlier, line, is_replaced):
    assert replaces(line, earlier) is is_replaced


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ('+QENG: "LTE",-97+CREG: 1', ['+QENG: "LTE",-97', "+CREG: 1"]),
        ("+CREG: 1+QENG: 4", ["+CREG: 1", "+QENG: 4"]),
        ("+QENG: 4+CME ERROR: 10", ["+QENG: 4", "+CME ERROR: 10"]),
        ('+QENG: "serv+CMTI: "SM",3', ['+QENG: "serv', '+CMTI: "SM",3']),
        ('+QENG: "a +CREG: 1","b"', ['+QENG: "a +CREG: 1","b"']),
        ("+QENG: 4+CSQ: 1", ["+QENG: 4+CSQ: 1"]),
        ("+CSQ: 7OK", ["+CSQ: 7OK"]),
    ],
)
def test_glued_lines_are_cut_where_it_can_be_told(line, pieces):
    assert cut_glued(line, ("+QENG:",)) == pieces


def heard(command, data, step):
    channel = AtChannel()
    channel.send(command, now_s=0)
    return [event for at in range(0, len(data), step) for event in channel.receive(data[at : at + step])]


QENG = Command('AT+QENG="servingcell"', ("+QENG:",))
LINE = '+QENG: "servingcell","NOCONN","LTE","FDD",510,10,3359966,150,1650'


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize("code", ["\r\n+CREG: 1\r\n", '+CMTI: "SM",3\r\n', "\r\n+CMT: ,25\r\n0791\r\n"])
def test_a_code_within_quotes_of_an_answer_is_cut_out(code, step):
    at = LINE.index("cell") + 2
    data = f"\r\n{LINE[:at]}{code}{LINE[at:]}\r\n\r\nOK\r\n".encode()
    events = heard(QENG, data, step)
    assert [type(event) for event in events] == [Urc, Info, Final]
    assert events[1] == Info(LINE)


def test_a_line_whose_quote_never_closes_is_still_the_answer():
    events = heard(Command("AT+CREG?", ("+CREG:",)), b'\r\n+CREG: 2,1,"0B,"0100701",7\r\n\r\nOK\r\n', 7)
    assert [type(event) for event in events] == [Info, Final]


@pytest.mark.parametrize(
    ("echo", "kinds"),
    [
        (b"AT+CGMM\r\r\n", [Info, Final]),
        (b"T+CGMM\r\r\n", [Info, Final]),
        (b"+CGMM\r\r\n", [Info, Final]),
        (b"AT+C\r\n+CREG: 1\r\nGMM\r\r\n", [Urc, Info, Final]),
        (b"\x00\x00AT+CGMM\r", [Info, Final]),
    ],
)
def test_echoes(echo, kinds):
    events = heard(Command("AT+CGMM", ("+CGMM:",), bare=True), echo + b"\r\nEC25\r\n\r\nOK\r\n", 1000)
    assert [type(event) for event in events] == kinds
    assert Info("EC25") in events


def test_an_echo_that_runs_into_the_answer_is_cut():
    events = heard(Command("AT+CSQ", ("+CSQ:",)), b"AT+CSQ+CSQ: 20,99\r\n\r\nOK\r\n", 1)
    assert events[0] == Info("+CSQ: 20,99")


def test_the_echo_of_a_message_is_not_among_what_was_seen():
    channel = AtChannel()
    channel.send(Command("AT+CMGS=9", ("+CMGS:",), body="0791AABBCC"), now_s=0)
    channel.receive(b"\r\n> ")
    assert channel.receive(b"0791AABBCC\x1a\r\n0791AA\r\n")[1:] == []
    (end,) = channel.tick(5.0)
    assert isinstance(end, Final)
    assert "0791" not in end.seen


EEMGINFO = Command("AT+EEMGINFO?", ("+EEMGINFO:",), after_ok=("+EEMLTESVC:", "+EEMLTEINTER:"))


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_lines_after_ok_belong_to_the_command_that_declares_them(step):
    channel = AtChannel()
    channel.send(EEMGINFO, now_s=0)
    data = b"\r\n+EEMGINFO: 3,2\r\n\r\nOK\r\n\r\n+CREG: 1\r\n\r\n+EEMLTESVC: 510,10\r\n"
    events = [event for at in range(0, len(data), step) for event in channel.receive(data[at : at + step])]
    assert [event.line for event in events if isinstance(event, Info)] == [
        "+EEMGINFO: 3,2",
        "+EEMLTESVC: 510,10",
    ]
    assert channel.holding
    assert channel.tick(1.0) == []
    assert channel.tick(1.4) == []
    channel.receive(b"+EEMLTEINTER: 1\r\n")
    assert channel.tick(1.6) == []
    (end,) = channel.tick(2.1)
    assert isinstance(end, Final)
    assert end.result.outcome is Outcome.OK
    assert not channel.busy


def test_a_refusal_needs_no_waiting_for_more():
    events = heard(EEMGINFO, b"\r\nERROR\r\n", 1)
    assert [type(event) for event in events] == [Final]


def test_digits_are_learnt_behind_the_fence():
    channel = AtChannel(fenced=True)
    channel.tick(0)
    channel.receive(b"AT\r0\r")
    channel.tick(0.1)
    channel.tick(0.3)
    assert not channel.fenced
    channel.send(Command("AT+CSQ", ("+CSQ:",)), now_s=1)
    assert [type(event) for event in channel.receive(b"+CSQ: 20,99\r\n0\r")] == [Info, Final]


def test_digits_are_no_results_of_a_modem_that_says_words():
    channel = AtChannel(fenced=True)
    channel.tick(0)
    channel.receive(b"\r\nOK\r\n")
    channel.tick(0.1)
    channel.tick(0.3)
    channel.send(QENG, now_s=1)
    channel.tick(6)
    channel.tick(6)
    assert channel.receive(b"0\r\n") == [Noise("0")]
    channel.tick(6.1)
    channel.tick(9.5)
    assert channel.fenced
