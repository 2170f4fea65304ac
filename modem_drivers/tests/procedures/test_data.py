"""To a data session by rows, against a literal responder: what is said, what is read, why it is refused."""

import asyncio
from dataclasses import replace

import pytest

from modem_drivers.errors import CommandTimeout, DataRefused, PortLost
from modem_drivers.families.generic import GENERIC
from modem_drivers.families.procedures import (
    STANDARD_CONTEXT,
    Await,
    BringUp,
    DataMode,
    Ensure,
    Procedures,
    Say,
)
from modem_drivers.modem import Modem
from modem_drivers.procedures.data import Access, connect, disconnect, read_session
from modem_drivers.provenance import Memory

ACCESS = Access(apn="internet", user="u1", password="p-secret", auth=1)
SOURCE = Memory("of this test")
UP = {
    'AT+CGDCONT=1,"IPV4V6","internet"': "",
    "AT+CGATT=1": "",
    "AT+CGACT=1,1": "",
    "AT+CGACT=0,1": "",
    "AT+CGPADDR=1": '+CGPADDR: 1,"10.64.3.9"',
    "AT+CGCONTRDP=1": '+CGCONTRDP: 1,5,"internet.mnc010.mcc510.gprs","10.64.3.9.255.255.255.252",'
    '"10.64.3.10","10.17.3.244","10.17.3.245"',
    "AT+CGEQOSRDP=1": "+CGEQOSRDP: 1,9,0,0,0,0,150000,50000",
}


def run(responder_class, table, work, *rows):
    async def main():
        responder = responder_class(table)
        async with asyncio.timeout(20):
            modem = await Modem.open(responder.path)
            if rows:
                modem._family = replace(GENERIC, procedures=Procedures(data=rows))
            try:
                return await work(modem, responder)
            finally:
                modem.close()
                responder.close()

    return asyncio.run(main())


def test_the_standards_way_up_and_down(responder_class, generic):
    async def work(modem, responder):
        session = await connect(modem, ACCESS)
        await disconnect(modem, ACCESS)
        return session, responder.heard

    session, heard = run(responder_class, generic | UP, work)
    assert session.addresses == ("10.64.3.9",)
    assert (session.apn, session.gateway) == ("internet.mnc010.mcc510.gprs", "10.64.3.10")
    assert session.dns == ("10.17.3.244", "10.17.3.245")
    assert (session.qci, session.ambr_down_kbps, session.ambr_up_kbps) == (9, 150000, 50000)
    assert [text for text in heard if "CGACT" in text] == ["AT+CGACT=1,1", "AT+CGACT=0,1"]


@pytest.mark.parametrize(
    ("address", "dynamic", "expected"),
    [  # 3GPP TS 27.007 10.1.23: IPv6 in sixteen dotted numbers, the mask glued behind; 10.1.14
        (
            '+CGPADDR: 1,"10.64.3.9","36.4.5.96.18.52.0.1.0.0.0.0.0.0.0.1"',
            "",
            ("10.64.3.9", "2404:560:1234:1::1"),
        ),
        (
            '+CGPADDR: 1,"0.0.0.0"',
            (
                '+CGCONTRDP: 1,5,"a","36.4.5.96.18.52.0.1.0.0.0.0.0.0.0.1.255.255.255.255.255.255.255.255'
                '.0.0.0.0.0.0.0.0"'
            ),
            ("2404:560:1234:1::1",),
        ),
        ("+CGPADDR: 1,10.64.3.9", "", ("10.64.3.9",)),
        ('+CGPADDR: 2,"10.99.9.9"', "", ()),
    ],
)
def test_addresses_in_the_forms_modems_write_them(responder_class, generic, address, dynamic, expected):
    table = generic | {"AT+CGPADDR=1": address, "AT+CGCONTRDP=1": dynamic or None}
    session = run(responder_class, table, lambda modem, _: read_session(modem, 1))
    assert session.addresses == expected


@pytest.mark.parametrize(
    ("said", "ceer", "cause", "words"),
    [
        ("+CME ERROR: 133", None, 33, "requested service option not subscribed"),  # 27.007 9.2.2.2: 100 + 33
        ("+CME ERROR: 33", None, 33, "requested service option not subscribed"),
        ("+CME ERROR: 129", None, 29, "user authentication failed"),
        (None, "+CEER: Missing or unknown APN", 27, "Missing or unknown APN"),
        (None, "+CEER: ESM cause 50", 50, "ESM cause 50"),
        ("+CME ERROR: 30", None, None, "no network service"),  # 27.007 9.2.1: no cause of the network's
        ("+CME ERROR: 130", None, 30, "request rejected by serving or PDN gateway"),
        (None, None, None, "ERROR"),
    ],
)
def test_a_refusal_carries_the_networks_cause(responder_class, generic, said, ceer, cause, words):
    table = generic | UP | {"AT+CGACT=1,1": said, "AT+CEER": ceer}
    with pytest.raises(DataRefused) as refusal:
        run(responder_class, table, lambda modem, _: connect(modem, ACCESS))
    assert refusal.value.cause == cause
    assert words in refusal.value.reason


@pytest.mark.parametrize(
    ("said", "words"),
    [("+CEREG: 2,3", "not registered (stat 3)"), ("+CEREG: 3,3,,,,0,11", "11, PLMN not allowed")],
)
def test_without_registration_there_is_no_call(responder_class, generic, said, words):
    table = generic | UP | {"AT+CEREG?": said}

    async def work(modem, responder):
        try:
            return await connect(modem, ACCESS, register_s=0)
        except DataRefused as refusal:
            return refusal.reason, [text for text in responder.heard if "CGDCONT" in text]

    reason, dialled = run(responder_class, table, work)
    assert words in reason
    assert dialled == []


def test_no_password_stands_in_an_error(responder_class, generic):
    login = BringUp(
        mode=DataMode.ECM,
        up=(Say(text='AT+CGAUTH={cid},{auth},"{user}","{password}"'),),
        down=(),
        source=SOURCE,
    )
    with pytest.raises(DataRefused) as refusal:
        run(responder_class, generic, lambda modem, _: connect(modem, ACCESS), login)
    assert "AT+CGAUTH=1,1" in refusal.value.text
    assert "p-secret" not in refusal.value.text
    assert "p-secret" not in repr(ACCESS)


WAITED = BringUp(
    mode=DataMode.NCM,
    up=(
        STANDARD_CONTEXT,
        Say(text='AT^NDISDUP={cid},1,"{apn}"'),
        Await(
            ask="AT^NDISSTATQRY?",
            until=r"\^NDISSTATQRY: ?1,",
            refused=r"\^NDISSTATQRY: ?0,(?P<cause>\d+),",
            within_s=0.2,
            every_s=0.05,
        ),
    ),
    down=(),
    source=SOURCE,
)


def test_a_stick_that_dials_by_itself_is_waited_for(responder_class, generic):
    table = generic | UP | {'AT^NDISDUP=1,1,"internet"': "", "AT^NDISSTATQRY?": '^NDISSTATQRY: 0,,,"IPV4"'}

    async def work(modem, responder):
        connecting = asyncio.ensure_future(connect(modem, ACCESS))
        while "AT^NDISSTATQRY?" not in responder.heard:
            await asyncio.sleep(0)
        responder.table["AT^NDISSTATQRY?"] = '^NDISSTATQRY: 1,,,"IPV4"'
        return await connecting

    assert run(responder_class, table, work, WAITED).mode is DataMode.NCM
    table["AT^NDISSTATQRY?"] = '^NDISSTATQRY: 0,33,,"IPV4"'
    with pytest.raises(DataRefused) as refusal:
        run(responder_class, table, lambda modem, _: connect(modem, ACCESS), WAITED)
    assert refusal.value.cause == 33
    table["AT^NDISSTATQRY?"] = '^NDISSTATQRY: 0,,,"IPV4"'
    with pytest.raises(DataRefused, match=r"not so within 0.2 s"):
        run(responder_class, table, lambda modem, _: connect(modem, ACCESS), WAITED)


def test_a_usb_mode_is_set_where_it_is_not_and_the_modem_restarts(responder_class, generic):
    ensured = BringUp(
        mode=DataMode.ECM,
        up=(
            Ensure(ask='AT+QCFG="usbnet"', holds=r'"usbnet",1\b', set_to='AT+QCFG="usbnet",1', restarts=True),
            STANDARD_CONTEXT,
        ),
        down=(),
        source=SOURCE,
    )
    table = (
        generic | UP | {'AT+QCFG="usbnet"': '+QCFG: "usbnet",0', 'AT+QCFG="usbnet",1': "", "AT+CFUN=1,1": ""}
    )
    heard: list[str] = []

    async def work(modem, responder):
        try:
            return await connect(modem, ACCESS)
        finally:
            heard[:] = responder.heard

    with pytest.raises(PortLost, match="restarts to take up"):
        run(responder_class, table, work, ensured)
    assert heard[-2:] == ['AT+QCFG="usbnet",1', "AT+CFUN=1,1"]
    table['AT+QCFG="usbnet"'] = '+QCFG: "usbnet",1'
    assert run(responder_class, table, work, ensured).addresses == ("10.64.3.9",)
    assert 'AT+QCFG="usbnet",1' not in heard


def test_a_modem_that_falls_silent_while_it_dials(responder_class, generic):
    quick = BringUp(
        mode=DataMode.ECM, up=(Say(text="AT+CGACT=1,{cid}", timeout_s=0.2),), down=(), source=SOURCE
    )

    async def work(modem, responder):
        responder.mute = {"AT+CGACT=1,1"}
        await connect(modem, ACCESS)

    with pytest.raises(CommandTimeout, match=r"AT\+CGACT=1,1"):
        run(responder_class, generic | UP, work, quick)
