"""A body goes out after the prompt and never before; a message that comes unasked is told in private only."""

import asyncio
import os
import pty
import tty

from modem_drivers.at.channel import Command
from modem_drivers.ports.session import AtSession
from modem_drivers.ports.tty import SerialPort

CANARY = "RahasiaTahuKenari"
PDU = "07912618485400F0040B91261800000000F00000" + CANARY.encode().hex().upper()


class Peer:
    """The modem's end of a pseudo terminal: a test reads what came and writes what it likes."""

    def __init__(self):
        self.master, self._slave = pty.openpty()
        tty.setraw(self.master)
        self.path = os.ttyname(self._slave)

    async def reads(self, *, until):
        data = b""
        while not data.endswith(until):
            data += await asyncio.to_thread(os.read, self.master, 1000)
        return data

    def says(self, text):
        os.write(self.master, text.encode())

    def close(self):
        os.close(self.master)
        os.close(self._slave)


async def on_peer(work):
    peer, shown, private = Peer(), [], []
    session = AtSession(
        SerialPort(peer.path),
        clock=lambda: 7,
        loop=asyncio.get_running_loop(),
        on_urc=lambda line, t_ns: shown.append(line),
    )
    session.listen(lambda line, body, t_ns: private.append((line, body, t_ns)))
    try:
        async with asyncio.timeout(20):
            assert (await peer.reads(until=b"AT\r")).endswith(b"AT\r")
            peer.says("\r\nOK\r\n")
            await session.await_clear("AT", 10)
            await work(peer, session)
    finally:
        session.close()
        peer.close()
    return shown, private


def test_a_body_waits_for_the_prompt_and_ends_with_ctrl_z():
    async def work(peer, session):
        command = Command("AT+CMGS=19", ("+CMGS:",), body=PDU)
        assert CANARY.encode().hex().upper() not in repr(command)
        asked = asyncio.ensure_future(session.ask(command))
        assert await peer.reads(until=b"\r") == b"AT+CMGS=19\r"
        peer.says("\r\n> ")
        assert await peer.reads(until=b"\x1a") == PDU.encode() + b"\x1a"
        peer.says('\r\n+CMTI: "ME",3\r\n\r\n+CMGS: 77\r\n\r\nOK\r\n')
        assert (await asked).lines == ("+CMGS: 77",)

    shown, private = asyncio.run(on_peer(work))
    assert private == [('+CMTI: "ME",3', None, 7)]
    assert shown == ['+CMTI: "ME",3']


def test_what_is_private_is_told_to_the_private_listener_alone():
    async def work(peer, session):
        peer.says(f'\r\n+CMT: "{CANARY}",24\r\n{PDU}\r\n\r\n{PDU}\r\n\r\n+CUSD: 0,"{CANARY}",15\r\n')
        peer.says("\r\n+CREG: 1\r\n")
        while len(told) < 4:
            await asyncio.sleep(0)

    told = []

    async def main():
        async def listening(peer, session):
            session.listen(lambda line, body, t_ns: told.append((line, body)))
            await work(peer, session)

        return await on_peer(listening)

    shown, _ = asyncio.run(main())
    assert told[0] == (f'+CMT: "{CANARY}",24', PDU)
    assert shown == ["+CMT: <hidden>", "<hidden>", "+CUSD: <hidden>", "+CREG: 1"]


def test_the_second_line_of_a_text_is_not_shown():
    async def work(peer, session):
        told = asyncio.Event()
        session.listen(lambda line, *_: told.set() if line == "RDY" else None)
        head = '+CMT: "+62811",,"26/11/25,08:30:00+28"'
        peer.says(f"\r\n{head}\r\nOK\r\nuang {CANARY}\r\n\r\n*PSUTTZ: 1\r\nRDY\r\n")
        await told.wait()
        await asyncio.sleep(0)

    shown, _ = asyncio.run(on_peer(work))
    assert shown == ["+CMT: <hidden>", "<hidden>", "*PSUTTZ: 1", "RDY"]


def test_an_answer_that_a_code_broke_is_whole():
    async def work(peer, session):
        asked = asyncio.ensure_future(session.ask(Command("AT+CSQ", ("+CSQ:",))))
        assert await peer.reads(until=b"\r") == b"AT+CSQ\r"
        peer.says("\r\n+CSQ: 2\r\n+CREG: 1\r\n0,99\r\n\r\nO\r\n+CREG: 1\r\nK\r\n")
        assert (await asked).lines == ("+CSQ: 20,99",)

    shown, _ = asyncio.run(on_peer(work))
    assert shown == ["+CREG: 1", "+CREG: 1"]


def test_levels_told_unasked_are_not_the_answer():
    async def work(peer, session):
        asked = asyncio.ensure_future(session.ask(Command("AT^HCSQ?", ("^HCSQ:",))))
        assert await peer.reads(until=b"\r") == b"AT^HCSQ?\r"
        peer.says('\r\n^HCSQ:"LTE",46,50,170,25\r\n\r\n^HCSQ:"LTE",47,51,171,25\r\n\r\nOK\r\n')
        assert (await asked).lines == ('^HCSQ:"LTE",47,51,171,25',)

    asyncio.run(on_peer(work))
