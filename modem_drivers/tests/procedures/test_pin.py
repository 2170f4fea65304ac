"""The PIN is entered once or not at all; what the modem is told is what the responder heard."""

import asyncio

import pytest

from modem_drivers.modem import Modem
from modem_drivers.procedures.pin import enter_pin, tries_left

PIN = "4711"
LOCKED = {"AT+CPIN?": "+CPIN: SIM PIN", "AT+CPINR": "+CPINR: SIM PIN,3,3"}  # 27.007 8.3, 8.65


class Kept:
    """Marks in memory; they outlive the modem's session as a file does."""

    key = b"k" * 32

    def __init__(self):
        self.marks: set[str] = set()

    def failed(self):
        return frozenset(self.marks)

    def add(self, mark):
        self.marks.add(mark)

    def remove(self, mark):
        self.marks.discard(mark)


def enter(responder_class, table, marks, pin=PIN, times=1, mute=()):
    """Try *times*, each in a session of its own; return what came of each, and the PINs that were heard."""

    async def main():
        said, heard = [], []
        for _ in range(times):
            responder = responder_class(table, mute=mute)
            modem = await Modem.open(responder.path)
            said.append(await enter_pin(modem, pin, marks))
            heard += [text for text in responder.heard if text.startswith("AT+CPIN=")]
            modem.close()
            responder.close()
        return said, heard

    return asyncio.run(main())


def test_a_right_pin_is_taken_and_may_be_entered_at_the_next_boot(responder_class, generic):
    marks = Kept()
    table = generic | LOCKED | {f'AT+CPIN="{PIN}"': ""}
    said, heard = enter(responder_class, table, marks, times=2)
    assert said == ["", ""]
    assert heard == [f'AT+CPIN="{PIN}"'] * 2
    assert marks.marks == set()


def test_a_wrong_pin_is_never_tried_twice_also_after_a_restart(responder_class, generic):
    marks = Kept()
    table = generic | LOCKED | {f'AT+CPIN="{PIN}"': "+CME ERROR: 16"}
    said, heard = enter(responder_class, table, marks, times=3)
    assert heard == [f'AT+CPIN="{PIN}"']
    assert "refused the PIN" in said[0]
    assert said[1] == said[2] == "this PIN failed before: correct it in the configuration"
    assert PIN not in "".join(said) + "".join(marks.marks)


def test_a_power_cut_while_it_is_entered_counts_as_failed(responder_class, generic):
    marks = Kept()

    async def main():
        responder = responder_class(generic | LOCKED, mute={f'AT+CPIN="{PIN}"'})
        modem = await Modem.open(responder.path)
        entering = asyncio.ensure_future(enter_pin(modem, PIN, marks))
        while f'AT+CPIN="{PIN}"' not in responder.heard:
            await asyncio.sleep(0)
        entering.cancel()
        await asyncio.gather(entering, return_exceptions=True)
        modem.close()
        responder.close()

    asyncio.run(main())
    table = generic | LOCKED | {f'AT+CPIN="{PIN}"': ""}
    assert enter(responder_class, table, marks)[1] == []


@pytest.mark.parametrize(
    ("tries", "why"),
    [
        ("+CPINR: SIM PIN,2,3", "only 2 tries are left"),
        ("+CPINR: SIM PIN,0,3", "only 0 tries are left"),
        ("+CPINR: SIM PIN2,3,3", "does not tell how many tries"),
        ("+CPINR: ?", "does not tell how many tries"),
        (None, "does not tell how many tries"),
    ],
)
def test_with_fewer_than_three_tries_or_an_unknown_number_it_is_not_entered(
    responder_class, generic, tries, why
):
    table = generic | LOCKED | {"AT+CPINR": tries, f'AT+CPIN="{PIN}"': ""}
    said, heard = enter(responder_class, table, Kept())
    assert heard == []
    assert why in said[0]


@pytest.mark.parametrize("pin", ["", "123", "12a4", '1234"', "123456789", "1234\r"])
def test_what_is_no_pin_is_not_sent(responder_class, generic, pin):
    said, heard = enter(responder_class, generic | LOCKED, Kept(), pin=pin)
    assert heard == []
    assert said == ["the PIN in the configuration is not 4 to 8 digits"]


@pytest.mark.parametrize(
    ("maker", "model", "ask", "line", "tries"),
    [  # written by hand in the makers' order of PIN and PUK tries; no recording at hand
        ("Quectel", "EC25", 'AT+QPINC="SC"', '+QPINC: "SC",3,10', 3),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "AT+SPIC", "+SPIC: 3,10,0,10", 3),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600G-H", "AT+SPIC", "+SPIC: 1,10,0,10", 1),
        ("huawei", "E3372", "AT^CPIN?", "^CPIN: SIM PIN,3,10,3,10,3", 3),
    ],
)
def test_each_family_has_its_own_words_for_the_tries(
    responder_class, generic, maker, model, ask, line, tries
):
    async def main():
        table = generic | {"AT+CGMI": maker, "AT+CGMM": model, "AT+CPINR": None, ask: line}
        responder = responder_class(table)
        modem = await Modem.open(responder.path)
        try:
            return await tries_left(modem), responder.heard
        finally:
            modem.close()
            responder.close()

    found, heard = asyncio.run(main())
    assert found == tries, heard[-1]
