"""A modem on a pseudo terminal for the tests: a small literal responder."""

import asyncio
import os
import pty
import tty
from contextlib import asynccontextmanager

import pytest

from modem_drivers.modem import Modem

EC25 = {  # after the replies named in families/quectel_lte.py; identities and numbers are made up
    "AT": "",
    "ATE0": "",
    "AT+CMEE=1": "",
    "AT+CMGF=0": "",
    "AT+CREG=2": "",
    "AT+CEREG=2": "",
    "AT+CGMI": "Quectel",
    "AT+CGMM": "EC25",
    "AT+CGMR": "EC25EFAR06A08M4G",
    "AT+CGSN": "861234567890123",
    "AT+CIMI": "510101234567890",
    "AT+CPIN?": "+CPIN: READY",
    "AT+QCSQ": '+QCSQ: "LTE",-67,-97,151,-11',
    'AT+QENG="servingcell"': '+QENG: "servingcell","CONNECT","LTE","FDD",'
    "510,10,1B4C01,345,1850,3,5,5,4A2,-95,-10,-65,12,14",
    "AT+QSPN": '+QSPN: "#PemiluDamai2024","TSEL","Telkomsel",0,"51010"',
    "AT+CEREG?": '+CEREG: 2,1,"4A2","1B4C01",7',
    "AT+CSQ": "+CSQ: 23,99",
    "AT+CESQ": "+CESQ: 99,99,255,255,18,44",
}
COPS = ("TELKOMSEL", "T-SEL", "51010")
GENERIC = {**EC25, "AT+CGMI": "SomeMaker", "AT+CGMM": "M1"} | dict.fromkeys(
    ("AT+QCSQ", 'AT+QENG="servingcell"', "AT+QSPN")
)


class Responder:
    """Answers each line by its table, *step* bytes a turn of the loop; None or no row: ERROR.

    mute: commands that get `junk` and no answer; between: bytes before every information line.
    """

    def __init__(self, table, step=1000, between=b"", mute=()):
        self.master, slave = pty.openpty()
        tty.setraw(self.master)
        self.path = os.ttyname(slave)
        self._slave = slave
        self.table, self.step, self.between, self.mute = dict(table), step, between, set(mute)
        self.heard, self._buffer, self._due, self._format = [], b"", b"", 0
        self.overlapped, self.junk = [], b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.master, self._readable)

    def close(self):
        if self.master >= 0:
            self._loop.remove_reader(self.master)
            os.close(self.master)
            os.close(self._slave)
            self.master = -1

    def _readable(self):
        self._buffer += os.read(self.master, 1000)
        *lines, self._buffer = self._buffer.split(b"\r")
        for line in lines:
            self._answer(line.decode().lstrip("\x1b"))

    def _answer(self, command):
        if self._due:
            self.overlapped.append(command)
        self.heard.append(command)
        if command in self.mute:
            self.say(self.junk)
            return
        text = self._lookup(command)
        if text is None:
            self.say(b"\r\nERROR\r\n")
        elif text.startswith("+CME"):
            self.say(f"\r\n{text}\r\n".encode())
        else:
            line = f"\r\n{text}\r\n".encode() if text else b""
            self.say(self.between + line + b"\r\nOK\r\n")

    def _lookup(self, command):
        if command.startswith("AT+COPS=3,"):
            self._format = int(command[-1])
            return ""
        if command == "AT+COPS?":
            return f'+COPS: 0,{self._format},"{COPS[self._format]}",7'
        return self.table.get(command)

    def say(self, data):
        was_idle = not self._due
        self._due += data
        if was_idle:
            self._drip()

    def _drip(self):
        if self.master < 0 or not self._due:
            return
        os.write(self.master, self._due[: self.step])
        self._due = self._due[self.step :]
        self._loop.call_soon(self._drip)


@asynccontextmanager
async def modem_on(table=EC25, *, wake_s=5.0, on_urc=None, clock=None, **options):
    responder = Responder(table, **options)
    modem = None
    try:
        async with asyncio.timeout(20):
            given = {} if clock is None else {"clock": clock}
            modem = await Modem.open(responder.path, wake_s=wake_s, on_urc=on_urc, **given)
            yield modem, responder
    finally:
        if modem is not None:
            modem.close()
        responder.close()


def run_modem(work, *arguments, **options):
    """Open a modem on a responder, await work(modem, responder), close both."""

    async def main():
        async with modem_on(*arguments, **options) as (modem, responder):
            return await work(modem, responder)

    return asyncio.run(main())


@pytest.fixture
def run():
    """See run_modem."""
    return run_modem


@pytest.fixture
def responder_class():
    """See Responder."""
    return Responder


@pytest.fixture
def ec25():
    """The table of an EC25, to be changed at will."""
    return dict(EC25)


@pytest.fixture
def generic():
    """The table of a modem that only knows the standard."""
    return dict(GENERIC)
