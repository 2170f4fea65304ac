"""Pains of other libraries that no other test here reproduces (docs/pains.md lists them all)."""

import asyncio

import pytest

from modem_drivers.at.channel import Command
from modem_drivers.errors import CommandTimeout
from modem_drivers.sms.tpdu import decode_pdu

# 67 characters of UCS2 behind a header of a part, made by hand (TS 23.040 9.2.3.24.1): 140 octets in all
LONG = "0044" + "0C91261811325476" + "0008" + "62115211040582" + "8C" + "050003070201" + "0416" * 67


def test_octets_that_are_no_text_end_neither_the_reader_nor_the_reply(run):
    noise = bytes(range(128, 256)) + b"\x00\xff\xfe\r\n"

    async def work(modem, responder):
        return [(await modem.signal()).rsrp_dbm for _ in range(3)]

    assert run(work, between=noise) == [-97, -97, -97]


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_long_message_in_ucs2_is_read_whole_however_it_trickles(run, ec25, step):
    ec25["AT+CMGL=4"] = f"+CMGL: 1,1,,{len(LONG) // 2 - 1}\r\n{LONG}"

    async def work(modem, responder):
        command = Command("AT+CMGL=4", ("+CMGL:",), bare=True, timeout_s=10)
        return (await modem.session.ask(command)).lines

    head, pdu = run(work, ec25, step=step)
    assert head.startswith("+CMGL: 1,1,,")
    assert decode_pdu(pdu).text == "\u0416" * 67


@pytest.mark.parametrize(
    ("lte", "circuit", "stat"),
    [
        ("0,5", "0,0", 5),
        ('2,1,"4A2","1B4C01",7', "0,0", 1),
        ("0,0", "0,5", 5),
        ('4,1,"4A2","1B4C01",7,,,"00100001"', "0,3", 1),
    ],
)
def test_registered_in_one_domain_is_registered_whatever_n_is(run, ec25, lte, circuit, stat):
    ec25["AT+CEREG?"], ec25["AT+CREG?"] = f"+CEREG: {lte}", f"+CREG: {circuit}"

    async def work(modem, responder):
        return await modem.registration()

    found = run(work, ec25)
    assert (found.registered, found.stat) == (True, stat)


def test_a_scan_that_takes_too_long_is_not_said_again(run, ec25):
    async def work(modem, responder):
        with pytest.raises(CommandTimeout):
            await modem.command("AT+COPS=?", 0.2)
        reading = asyncio.create_task(modem.signal())
        responder.mute.clear()
        responder.say(b'\r\n+COPS: (2,"TELKOMSEL","T-SEL","51010",7)\r\n\r\nOK\r\n')  # its answer, late
        return (await reading).rsrp_dbm, responder.heard.count("AT+COPS=?")

    assert run(work, ec25, mute=("AT+COPS=?",)) == (-97, 1)
