"""The set-up takes what the modem offers: stores, routes and broadcasts, next best where one is refused."""

import time

import pytest

from modem_drivers.procedures.messages import Messages

OFFER = '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")'
USED = "+CPMS: 0,50,0,50,0,50"  # 27.005 3.2.2
SM, ME = ('AT+CPMS="SM","SM","SM"', 'AT+CPMS="ME","ME","ME"')


@pytest.mark.parametrize(
    ("answers", "memories", "route", "broadcasts", "acknowledge"),
    [
        (
            {"AT+CPMS=?": OFFER, ME: USED, "AT+CNMI=2,1,2,1,0": "", 'AT+CSCB=0,"0-65535","0-255"': ""},
            ("ME", "SM"),
            "AT+CNMI=2,1,2,1,0",
            True,
            False,
        ),
        (
            {"AT+CPMS=?": OFFER, SM: USED, "AT+CNMI=2,1,2,2,0": "", 'AT+CSCB=0,"0-65535"': ""},
            ("SM", "ME"),
            "AT+CNMI=2,1,2,2,0",
            True,
            False,
        ),
        (
            {"AT+CPMS=?": '+CPMS: ("SM"),("SM"),("SM")', SM: USED, "AT+CNMI=2,1,0,0,0": ""},
            ("SM",),
            "AT+CNMI=2,1,0,0,0",
            False,
            False,
        ),
        (
            {SM: USED, "AT+CNMI=2,1,2,1,1": "", "AT+CSMS?": "+CSMS: 1,1,1,1"},
            ("SM",),
            "AT+CNMI=2,1,2,1,1",
            False,
            True,
        ),
        ({}, (), "", False, False),
    ],
)
def test_next_best(answers, memories, route, broadcasts, acknowledge, run, ec25):
    async def work(modem, responder):
        return await Messages(modem, clock=time.time_ns, on_message=lambda _: None).set_up()

    setup = run(work, {**ec25, **answers})
    assert setup == (memories, route, broadcasts, acknowledge)
    assert setup.reports == (route not in {"", "AT+CNMI=2,1,0,0,0"})


@pytest.mark.parametrize(
    ("said", "smsc"),
    [('+CSCA: "+6281100000",145', "+6281100000"), ('+CSCA: "",129', None), ("+CSCA: ", None), (None, None)],
)
def test_the_service_centres_number(said, smsc, run, ec25):
    async def work(modem, responder):
        return await Messages(modem, clock=time.time_ns, on_message=lambda _: None).smsc()

    assert run(work, {**ec25, "AT+CSCA?": said}) == smsc
