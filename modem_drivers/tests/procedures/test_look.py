"""From what a modem says to the state of its session; replies are written as TS 27.007 words them."""

import asyncio

import pytest

from modem_drivers.families.procedures import ResetKind
from modem_drivers.modem import Modem
from modem_drivers.procedures.keeper import Happened
from modem_drivers.procedures.look import SessionWatch, look_at
from modem_drivers.session import Facts, decide_state

HOME = {"AT+CEREG?": '+CEREG: 3,1,"4A2","1B4C01",7', "AT+CGATT?": "+CGATT: 1"}
NOWHERE = {"AT+CEREG?": "+CEREG: 3,0", "AT+CREG?": "+CREG: 3,0"}


def look(responder_class, table, home="51010"):
    async def main():
        responder = responder_class(table)
        modem = await Modem.open(responder.path)
        try:
            return await look_at(modem, home_plmn=home)
        finally:
            modem.close()
            responder.close()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("changed", "name", "outcome"),
    [
        ({"AT+CPIN?": "+CME ERROR: 10"} | NOWHERE, "sim absent", "box"),
        ({"AT+CPIN?": "+CPIN: SIM PIN"} | NOWHERE, "sim pin", "box"),
        ({"AT+CPIN?": "+CME ERROR: 12"} | NOWHERE, "sim puk", "box"),
        ({"AT+CPIN?": "+CME ERROR: 14"} | NOWHERE, "sim busy", "box"),
        ({"AT+CPIN?": "+CME ERROR: 515"} | NOWHERE, "sim busy", "box"),
        ({"AT+CPIN?": "+CME ERROR: 13"} | NOWHERE, "sim failed", "box"),
        ({"AT+CPIN?": "+CME ERROR: 3"} | NOWHERE, "sim failed", "box"),
        (NOWHERE, "searching", "operator"),
        ({"AT+CEREG?": "+CEREG: 3,2"}, "searching", "operator"),
        ({"AT+CEREG?": "+CEREG: 3,3,,,,0,11"}, "denied", "policy"),
        ({"AT+CEREG?": "+CEREG: 3,3,,,,0,3"}, "denied", "box"),
        ({"AT+CEREG?": "+CEREG: 3,0", "AT+CREG?": "+CREG: 3,3,,,,0,17"}, "denied", "operator"),
        ({"AT+CEREG?": "+CEREG: 2,3"}, "denied", "undetermined"),
        ({"AT+CEREG?": "+CEREG: 2,3", "AT+CEER": "+CEER: PLMN not allowed"}, "denied", "policy"),
        (
            {"AT+CEREG?": "+CEREG: 2,3", "AT+CEER": "+CEER: EPS services and non-EPS services not allowed"},
            "denied",
            "policy",
        ),
        (
            {"AT+CEREG?": "+CEREG: 2,3", "AT+CEER": "+CEER: No cause information"},
            "denied",
            "undetermined",
        ),
        (HOME | {"AT+CGPADDR=1": '+CGPADDR: 1,"10.1.2.3"'}, "data", "ok"),
        (HOME | {"AT+CGPADDR=1": '+CGPADDR: 1,"0.0.0.0"'}, "attached", "ok"),
        (HOME | {"AT+CGATT?": "+CGATT: 0"}, "home", "ok"),
    ],
)
def test_what_is_said_and_the_state_it_makes(responder_class, ec25, changed, name, outcome):
    state = decide_state(look(responder_class, ec25 | {"AT+CGATT?": None} | changed).facts)
    assert (state.name, state.outcome) == (name, outcome)


@pytest.mark.parametrize(
    ("home", "name", "data"),
    [("51001", "national roaming", True), ("50212", "international roaming", False), ("51010", "data", True)],
)
def test_roaming_by_the_numbers_of_the_networks(responder_class, ec25, home, name, data):
    # the responder's network is 51010; stat 5 is roaming (27.007 7.2)
    registered = {"AT+CEREG?": '+CEREG: 3,5,"4A2","1B4C01",7'}
    registered["AT+CGPADDR=1"] = '+CGPADDR: 1,"10.1.2.3"' if home == "51010" else '+CGPADDR: 1,"0.0.0.0"'
    facts = look(responder_class, ec25 | registered, home=home).facts
    if home == "50212":
        facts = Facts(stat=5, home_plmn="51010", registered_plmn="50212", sim="READY")
    assert (decide_state(facts).name, decide_state(facts).data_allowed) == (name, data)


def test_data_in_another_indonesian_network_says_so():
    facts = Facts(
        sim="READY", stat=5, attached=True, home_plmn="51010", registered_plmn="51001", address="10.1.2.3"
    )
    state = decide_state(facts)
    assert (state.name, state.outcome, state.data_allowed) == ("data", "ok", True)
    assert "national roaming in 51001" in state.text
    assert "roaming nasional di 51001" in state.text_id


def happened(what, step=None):
    return Happened(what=what, text=f"{what} in words", text_id=what, step=step)


def test_a_life_of_boot_hang_and_giving_up():
    seen = []
    watch = SessionWatch(lambda state: seen.append((state.name, state.text)))
    watch.happened(happened("silent"), "absent")
    watch.happened(happened("silent"), "storage")
    watch.happened(happened("silent"), "modem")
    watch.happened(happened("opened"), "modem")
    watch.saw(Facts(sim="READY", stat=1, attached=True, address="10.1.2.3"))
    watch.saw(Facts(sim="READY", stat=1, attached=True, address="10.1.2.4"))
    watch.happened(happened("hung"), "modem")
    watch.happened(happened("step", ResetKind.SYNC), "modem")
    watch.happened(happened("given up"), "modem")
    watch.happened(happened("usable", ResetKind.POWER), "modem")
    watch.saw(Facts(sim="READY", stat=2))
    names = [name for name, _ in seen]
    assert names == ["absent", "storage", "booting", "data", "stuck", "stuck", "searching"]
    assert seen[5] == ("stuck", "given up in words")


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ('+CREG: 1,"4A2","1B4C01",7', True),
        ("+CEREG: 2", True),
        ("+C5GREG: 3,,,,,0,11", True),
        ("+CPIN: NOT READY", True),
        ("+CGEV: NW PDN DEACT 1", True),
        ('^NDISSTAT:0,33,,"IPV4"', True),
        ("^SIMST:1", True),
        ('+CMTI: "ME",3', False),
        ("RING", False),
        ("+CSQ: 20,99", False),
    ],
)
def test_after_which_codes_the_facts_are_asked_anew(line, due):
    watch = SessionWatch(lambda _: None)
    watch.heard(line, 1)
    assert watch.due is due
