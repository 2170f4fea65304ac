"""The dialogue, byte by byte, without a port: what is typed, when, and what comes back."""

import pytest

from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.modem import build_modem
from hil_tests.sims.at_modem.personalities import quectel_ec25
from hil_tests.sims.network.profile import Incoming, Profile

ENOUGH_S = 10.0  # virtual: longer than any command but a scan takes


class Talk:
    """An engine with a clock of its own; `say` types and returns what is out after ENOUGH_S."""

    def __init__(self, profile=None, *, seed=1, echo_stuck=False):
        self.now_s = 100.0
        self.modem = build_modem(seed, profile or Profile(), start_s=100.0, start_unix_s=1_731_000_000)
        self.engine = Engine(quectel_ec25.MODEL.build(self.modem), echo_stuck=echo_stuck)
        self.outputs = []

    def at(self, now_s):
        self.now_s = now_s
        new = self.engine.run(now_s)
        self.outputs += new
        return b"".join(output.data for output in new)

    def say(self, data, after_s=ENOUGH_S):
        self.engine.receive(data)
        heard, end_s = self.at(self.now_s), self.now_s + after_s
        while (due_s := self.engine.next_due_s(self.now_s)) is not None and self.now_s < due_s < end_s:
            heard += self.at(due_s)
        return heard + self.at(end_s)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        # V.250 5.3 and 6.2.5, 6.2.6; the verbose frame is <CR><LF>text<CR><LF>
        (b"AT\r", b"AT\r\r\nOK\r\n"),
        (b"at\r", b"at\r\r\nOK\r\n"),
        (b"AT+CGMI\r", b"AT+CGMI\r\r\nQuectel\r\n\r\nOK\r\n"),
        (b"ATI\r", b"ATI\r\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A08M4G\r\n\r\nOK\r\n"),
        (b"ATE0\rAT\r", b"ATE0\r\r\nOK\r\n\r\nOK\r\n"),
        (b"ATE0V0\rAT+CGMI\r", b"ATE0V0\r0\rQuectel\r\n0\r"),
        (b"ATE0V0\rAT+NIX\r", b"ATE0V0\r0\r4\r"),
        (b"ATQ1\rAT\r", b"ATQ1\rAT\r"),
        (b"ATE0\rATS3?\r", b"ATE0\r\r\nOK\r\n\r\n013\r\n\r\nOK\r\n"),
        (b"AT+NIX\r", b"AT+NIX\r\r\nERROR\r\n"),
        (b"AT=\r", b"AT=\r\r\nERROR\r\n"),
        (b"HELLO\r", b"HELLO\r"),
        (b"AX\x08T\r", b"AX\x08T\r\r\nOK\r\n"),
        (b"ATE0\rAT\rA/", b"ATE0\r\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n"),
        (b"AT\r\nAT\r\n", b"AT\r\r\nOK\r\n\nAT\r\r\nOK\r\n\n"),
    ],
)
def test_line_discipline(typed, answer):
    assert Talk().say(typed) == answer


def test_a_line_typed_one_byte_at_a_time_is_the_same():
    talk = Talk()
    heard = b"".join(talk.say(bytes((octet,)), after_s=0.5) for octet in b"AT+CGMI\r")
    assert heard == b"AT+CGMI\r\r\nQuectel\r\n\r\nOK\r\n"


@pytest.mark.parametrize(
    ("level", "answer"),
    [  # TS 27.007 9.1, 9.2: +CME ERROR 50 is "incorrect parameters"
        (0, b"\r\nERROR\r\n"),
        (1, b"\r\n+CME ERROR: 50\r\n"),
        (2, b"\r\n+CME ERROR: incorrect parameters\r\n"),
    ],
)
def test_error_level(level, answer):
    talk = Talk()
    talk.say(b"ATE0;+CMEE=%d\r" % level)
    assert talk.say(b"AT+CREG=9\r") == answer


def test_concatenated_commands_give_one_final_result_and_stop_at_the_first_error():
    talk = Talk()
    talk.say(b"ATE0\r")
    assert talk.say(b"AT+CMEE=2;+CTZU=1;+CTZU?\r") == b"\r\n+CTZU: 1\r\n\r\nOK\r\n"
    assert talk.say(b"AT+CTZU=9;+CTZU?\r") == b"\r\n+CME ERROR: incorrect parameters\r\n"


def test_a_semicolon_or_comma_inside_quotes_belongs_to_the_value():
    talk = Talk()
    talk.say(b'ATE0;+CGDCONT=3,"IP","a;b,c"\r')
    assert b'+CGDCONT: 3,"IP","a;b,c","0.0.0.0",0,0,0,0\r\n' in talk.say(b"AT+CGDCONT?\r")


def test_every_command_takes_its_time_and_input_waits_meanwhile():
    talk = Talk()
    talk.say(b"ATE0\r")
    start_s = talk.now_s
    talk.engine.receive(b"AT+COPS=?\rAT\r")
    assert talk.at(start_s) == b""
    assert talk.at(start_s + 3.9) == b""
    assert talk.engine.next_due_s(start_s) == pytest.approx(start_s + 4.0)
    scan = talk.at(start_s + 4.0)
    assert scan.startswith(b"\r\n+COPS: (2,")
    assert scan.endswith(b",,(0,1,2,3,4),(0,1,2)\r\n\r\nOK\r\n\r\nOK\r\n")


def test_echo_that_cannot_be_switched_off():
    talk = Talk(echo_stuck=True)
    assert talk.say(b"ATE0\rAT\r") == b"ATE0\r\r\nOK\r\nAT\r\r\nOK\r\n"


def test_the_prompt_takes_text_up_to_control_z_and_escape_sends_nothing():
    talk = Talk()
    talk.say(b"ATE0;+CMGF=1\r")
    assert talk.say(b'AT+CMGS="+628001"\r') == b"\r\n> "
    assert talk.say(b"Halo") == b""
    assert talk.say(b"\x1a") == b"\r\n+CMGS: 1\r\n\r\nOK\r\n"
    assert talk.outputs[-1].truth == {"sms_to": "+628001", "sms_text": "Halo"}
    assert talk.say(b'AT+CMGS="+628001"\r') == b"\r\n> "
    assert talk.say(b"nein\x1b") == b"\r\nOK\r\n"
    assert talk.modem.sent == 1


def test_registration_is_lost_and_found_with_unsolicited_lines():
    talk = Talk(Profile(tac=0x1A2B, cell_id=0x3C4D5E, plmn="51010"))
    talk.say(b"ATE0;+CEREG=2\r", after_s=0.1)
    assert talk.say(b"AT+CEREG?\r", 0.1) == b'\r\n+CEREG: 2,1,"1A2B","3C4D5E",7\r\n\r\nOK\r\n'
    assert talk.say(b"AT+CFUN=4\r", 0.2) == b"\r\nOK\r\n\r\n+CEREG: 0\r\n"
    assert talk.say(b"AT+CSQ;+CESQ;+QCSQ\r", 0.1) == (
        b'\r\n+CSQ: 99,99\r\n\r\n+CESQ: 99,99,255,255,255,255\r\n\r\n+QCSQ: "NOSERVICE"\r\n\r\nOK\r\n'
    )
    assert talk.say(b"AT+COPS?\r", 0.1) == b"\r\n+COPS: 0\r\n\r\nOK\r\n"
    assert talk.say(b"AT+CFUN=1\r", 0.2) == b"\r\nOK\r\n\r\n+CEREG: 2\r\n"
    assert talk.at(talk.now_s + 2.0).endswith(b",7\r\n")
    assert talk.say(b"AT+CREG?\r", 0.1) == b"\r\n+CREG: 0,1\r\n\r\nOK\r\n"


def test_boot_banner_comes_unasked_in_its_order():
    talk = Talk()
    talk.modem.reboot(talk.now_s)
    assert talk.at(talk.now_s + 10) == (
        b"\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+CFUN: 1\r\n"
        b"\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n"
    )


def test_an_incoming_message_is_announced_and_can_be_read():
    talk = Talk(Profile(incoming=(Incoming(after_s=5.0, sender="KPU", text="Selamat memilih"),)))
    talk.say(b"ATE0;+CMGF=1\r", 0.1)
    assert talk.engine.next_due_s(talk.now_s) == 105.0
    assert talk.at(105.0) == b'\r\n+CMTI: "SM",3\r\n'
    heard = talk.say(b"AT+CMGR=3\r", 0.1)
    assert heard.startswith(b'\r\n+CMGR: "REC UNREAD","KPU",,"24/11/08,00:20:05+28"\r\nSelamat memilih\r\n')
    assert talk.say(b"AT+CMGD=3\r", 0.1) == b"\r\nOK\r\n"
    assert talk.say(b"AT+CMGR=3\r", 0.1) == b"\r\n+CMS ERROR: 321\r\n"
