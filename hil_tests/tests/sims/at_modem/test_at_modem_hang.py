"""What a hung modem does with the words of a driver; expected bytes are V.250's, by hand."""

import pytest

from hil_tests.sims.at_modem.device import answerers
from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.hang import Cure, Gate, Hang
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.modem import build_modem
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.network.profile import Profile

BEGINS_S = 10.0
OK = b"\r\nOK\r\n"


def hung(cure: str, *, mute: bool = False) -> tuple[Gate, list[float]]:
    """Return an EC25 that hangs at BEGINS_S, and when it was restarted."""
    modem = build_modem(1, Profile(), start_s=0.0, start_unix_s=0.0)
    engine = answerers(MODELS["quectel-ec25"], modem, echo_stuck=False)[Role.AT]
    assert isinstance(engine, Engine)
    restarts: list[float] = []
    return Gate(engine, Hang(Cure(cure), BEGINS_S, restarts.append, mute=mute)), restarts


def say(gate: Gate, text: str, now_s: float) -> bytes:
    gate.receive(text.encode("latin-1"))
    return b"".join(output.data for at_s in (now_s, now_s + 1) for output in gate.run(at_s))


@pytest.mark.parametrize("cure", [cure.value for cure in Cure])
def test_until_it_begins_every_word_is_answered(cure: str) -> None:
    gate, _ = hung(cure)
    assert say(gate, "ATE0\r", 0.0).endswith(OK)
    assert say(gate, "AT\r", 5.0) == OK


@pytest.mark.parametrize("cure", ["sync", "rebind", "power", "none"])
def test_a_modem_that_is_dead_to_words_says_nothing(cure: str) -> None:
    gate, restarts = hung(cure)
    assert say(gate, "AT\rAT+CFUN=4\rAT+CFUN=1\rAT+CFUN=1,1\r", 20.0) == b""
    assert say(gate, "AT\r", 30.0) == b""
    assert restarts == []


def test_esc_ends_the_wait_for_a_message() -> None:
    gate, _ = hung("sync")
    assert say(gate, "\x1b", 20.0) == OK
    assert say(gate, "ATE0\r", 21.0).endswith(OK)


@pytest.mark.parametrize("cure", ["cfun", "reboot"])
def test_a_hung_radio_leaves_all_but_at_and_cfun_unanswered(cure: str) -> None:
    gate, _ = hung(cure)
    assert say(gate, "AT\r", 20.0) == OK
    assert say(gate, "AT+CSQ\r", 21.0) == b""


def test_the_radio_off_and_on_cures_in_this_order_alone() -> None:
    gate, restarts = hung("cfun")
    say(gate, "AT+CFUN=1\r", 20.0)
    assert say(gate, "AT+CSQ\r", 21.0) == b""
    assert say(gate, "AT+CFUN=4\rAT+CFUN=1\r", 22.0) == OK + OK
    assert b"+CSQ: " in say(gate, "AT+CSQ\r", 23.0)
    assert restarts == []


def test_a_restart_cures_what_the_radio_switch_does_not_and_a_mute_modem_obeys_without_a_word() -> None:
    gate, restarts = hung("reboot", mute=True)
    assert say(gate, "AT+CFUN=4\rAT+CFUN=1\r", 20.0) == b""
    assert say(gate, "AT+CSQ\r", 21.0) == b""
    assert say(gate, "AT+CFUN=1,1\r", 25.0) == b""
    assert restarts == [25.0]
