"""Who is served first on one port, what is asked once only, and what is lost without a second port."""

import asyncio

import pytest

from modem_drivers.at.channel import Command
from modem_drivers.at.turns import Priority
from modem_drivers.errors import PortLost
from modem_drivers.ports.pair import PortPair
from modem_drivers.ports.turns import TurnLock
from modem_drivers.tests.ports.test_session_bodies import on_peer

SCAN = Command("AT+COPS=?", ("+COPS:",), timeout_s=60)
MODEL = Command("AT+CGMM", ("+CGMM:",), bare=True)
EEMGINFO = Command("AT+EEMGINFO?", ("+EEMGINFO:",), after_ok=("+EEMLTESVC:",))


def test_a_sample_goes_before_a_question_and_both_before_a_scan():
    async def work(peer, session):
        running = asyncio.ensure_future(session.ask(Command("ATE0")))
        assert await peer.reads(until=b"\r") == b"ATE0\r"
        waiting = [
            asyncio.ensure_future(session.ask(Command(text), priority))
            for text, priority in (
                ("AT+COPS=?", Priority.LONG), ("AT+COPS?", Priority.NORMAL), ("AT+CSQ", Priority.SAMPLE),
            )
        ]  # fmt: skip
        await asyncio.sleep(0)
        said = []
        for _ in waiting:
            peer.says("\r\nOK\r\n")
            said.append(await peer.reads(until=b"\r"))
        peer.says("\r\nOK\r\n")
        await asyncio.gather(running, *waiting)
        assert said == [b"AT+CSQ\r", b"AT+COPS?\r", b"AT+COPS=?\r"]

    asyncio.run(on_peer(work))


def test_a_running_scan_is_not_said_again():
    async def work(peer, session):
        ports = PortPair(session)
        await ports.open()
        first = asyncio.ensure_future(ports.ask_long(SCAN))
        assert await peer.reads(until=b"\r") == b"AT+COPS=?\r"
        second = asyncio.ensure_future(ports.ask_long(SCAN))
        await asyncio.sleep(0)
        first.cancel()
        peer.says('\r\n+COPS: (2,"TSEL","TSEL","51010",7)\r\n\r\nOK\r\n')
        assert (await second).lines == ('+COPS: (2,"TSEL","TSEL","51010",7)',)
        after = asyncio.ensure_future(session.ask(Command("AT+CSQ")))
        assert await peer.reads(until=b"\r") == b"AT+CSQ\r"
        peer.says("\r\nOK\r\n")
        await after
        assert ports.lost.startswith("this modem has no second AT port: no samples are taken")

    asyncio.run(on_peer(work))


def test_a_static_answer_is_asked_once_until_the_modem_restarts():
    async def work(peer, session):
        async def answered(model):
            asked = asyncio.ensure_future(session.ask_static(MODEL))
            assert await peer.reads(until=b"\r") == b"AT+CGMM\r"
            peer.says(f"\r\n{model}\r\n\r\nOK\r\n")
            return await asked

        first = await answered("EC25")
        assert await session.ask_static(MODEL) is first
        told = asyncio.Event()
        session.listen(lambda *_: told.set())
        peer.says("\r\nRDY\r\n")
        await told.wait()
        assert (await answered("EG25")).lines == ("EG25",)

    asyncio.run(on_peer(work))


def test_lines_after_ok_are_waited_for():
    async def work(peer, session):
        asked = asyncio.ensure_future(session.ask(EEMGINFO))
        assert await peer.reads(until=b"\r") == b"AT+EEMGINFO?\r"
        peer.says("\r\n+EEMGINFO: 3,2\r\n\r\nOK\r\n\r\n+EEMLTESVC: 510,10\r\n")
        assert (await asked).lines == ("+EEMGINFO: 3,2", "+EEMLTESVC: 510,10")

    asyncio.run(on_peer(work))


def test_a_second_port_that_is_lost_is_done_without():
    async def work(peer, session):
        async def lose(other, second):
            ports = PortPair(session, second)
            assert ports.lost == ""
            second.close()
            with pytest.raises(PortLost):
                await ports.ask_long(SCAN)
            assert ports.lost.startswith("the second AT port was lost: ")

        await on_peer(lose)

    asyncio.run(on_peer(work))


def test_a_cancelled_waiter_does_not_keep_the_turn():
    async def main():
        lock = TurnLock()
        await lock.acquire(Priority.NORMAL)
        waiters = [asyncio.ensure_future(lock.acquire(Priority.NORMAL)) for _ in range(3)]
        await asyncio.sleep(0)
        waiters[0].cancel()
        lock.release()  # before the cancelled one has run: the second is next
        waiters[1].cancel()  # in the moment in which it gets its turn
        await asyncio.wait_for(waiters[2], 5)
        lock.release()
        await asyncio.wait_for(lock.acquire(Priority.LONG), 5)
        return [waiter.cancelled() for waiter in waiters]

    assert asyncio.run(main()) == [True, True, False]
