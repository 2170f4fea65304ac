"""The keeper on a pseudo-terminal with the board's own logic behind it: sessions, power, what is wrong."""

import asyncio
import os
import sys
import tty
from contextlib import asynccontextmanager

import pytest

from edge.board import keeper as keeper_module
from edge.board.keeper import BoardKeeper, KeeperSetting, Proof
from edge.board.places import obstacle
from hil_tests.bench.hosted_board import HostedBoard
from modem_drivers.discovery.directory import UsbDevice
from modem_drivers.discovery.holders import Holder

DEADLINE_S = 20
SWITCHES = ("1-1.1", "1-1.2", "", "1-1.4")
PICO = UsbDevice(usb_path="1-1.4", vid=0x2E8A, pid=0x0005, serial="e6614103")  # MicroPython on a Pico: memory
ANOTHER = UsbDevice(usb_path="1-1.3", vid=0x2E8A, pid=0x0005, serial="e6614104")
MODEM = UsbDevice(usb_path="1-1.1", vid=0x2C7C, pid=0x0125)


class Owner:
    def __init__(self):
        self.said, self.errs, self.asked = [], [], 0

    def proof(self):
        self.asked += 1
        return Proof(1.0, (5, 5))

    def board_said(self, event):
        self.said.append(event)

    def board_failed(self, err):
        self.errs.append(err)

    @property
    def codes(self):
        return [err.code if err else None for err in self.errs]


async def until(condition):
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def kept(port, owner, look=lambda _port: None):
    keeper = BoardKeeper(KeeperSetting(port=str(port), switches=SWITCHES, first_id=9, look=look), owner)
    task = asyncio.ensure_future(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(keeper_module, "RETRY_S", 0.2)
    monkeypatch.setattr(keeper_module, "HEARTBEAT_S", 0.3)


def test_power_is_cut_and_given_back_by_the_slot_and_the_board_s_levels_show_it(tmp_path):
    async def main():
        words: list[dict[str, object]] = []
        owner = Owner()
        board = HostedBoard(tmp_path / "uart", words.append)
        await board.start()
        async with kept(board.uart, owner) as keeper:
            await until(lambda: keeper.view.status is not None)
            assert await keeper.switch("1-1.2", "power-off") == ""
            await until(lambda: {"power": [1, 0, 1, 1, 1]}.items() <= words[-1].items())
            assert await keeper.switch("1-1.2", "power-off") == (
                "the probe board: power-off of switch 1 (1-1.2): refused"
            )
            assert await keeper.switch("1-1.2", "power-on") == ""
            await until(lambda: {"power": [1, 1, 1, 1, 1]}.items() <= words[-1].items())
            assert "no switch of the probe board is at 1-1.9" in await keeper.switch("1-1.9", "power-on")
            await until(lambda: owner.asked >= 2)
        await board.stop()
        assert owner.errs == []
        return words

    words = asyncio.run(main())
    first_off, first_on = (word["t_ns"] for word in words if word.get("power") and word is not words[0])
    assert (first_on - first_off) / 1e9 >= 3.0, "a modem is off for MIN_OFF_MS at least"


def test_a_board_that_goes_and_comes_and_is_reset_is_told_once_each(tmp_path):
    async def main():
        owner = Owner()
        board = HostedBoard(tmp_path / "uart", lambda word: None)
        async with kept(
            board.uart, owner, look=lambda port: obstacle(port, devices=lambda: [PICO])
        ) as keeper:
            await until(lambda: owner.codes == ["board.absent"])
            assert "though one is on USB 1-1.4 (serial e6614103)" in owner.errs[0].text
            assert "papan probe" in owner.errs[0].text_id
            assert await keeper.switch("1-1.1", "power-off") == owner.errs[0].text
            await board.start()
            await until(lambda: keeper.view.status is not None)
            assert owner.codes == ["board.absent", None]
            board.order(reset=2)
            await until(lambda: keeper.view.resets == 1)
            await board.stop()
            await until(lambda: len(owner.codes) == 3)
        assert owner.codes == ["board.absent", None, "board.absent"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"mute": True}, "board.silent"),
        ({"version": [7, 9]}, "board.newer"),
        ({"table_crc": 5}, "board.other_table"),
    ],
)
def test_a_board_of_other_firmware_is_told(tmp_path, order, code, monkeypatch):
    async def main():
        owner = Owner()
        board = HostedBoard(tmp_path / "uart", lambda word: None, **order)
        await board.start()
        async with kept(board.uart, owner):
            await until(lambda: owner.codes == [code])
        await board.stop()
        assert owner.errs[0].text != owner.errs[0].text_id

    monkeypatch.setattr("edge.board.session.GREET_WITHIN_S", 0.5)
    monkeypatch.setattr("edge.board.session.SILENT_S", 1.5)
    asyncio.run(main())


def test_a_console_is_no_board(tmp_path, monkeypatch):
    master, slave = os.openpty()
    tty.setraw(slave)
    owner = Owner()

    async def main():
        asyncio.get_running_loop().add_reader(
            master, lambda: os.write(master, os.read(master, 4096) + b">>> ")
        )
        async with kept(os.ttyname(slave), owner):
            await until(lambda: owner.errs)

    monkeypatch.setattr("edge.board.session.GREET_WITHIN_S", 0.5)
    asyncio.run(main())
    os.close(master)
    os.close(slave)
    assert owner.codes == ["board.wrong_firmware"]
    assert "pantau-kit flash" in owner.errs[0].text


def test_what_stands_in_the_way_is_named(tmp_path):
    port = tmp_path / "uart"
    port.touch()

    def look(devices=(), holders=()):
        return obstacle(str(port), devices=lambda: devices, holders=lambda path: holders)

    assert look([MODEM, PICO]) is None
    held = look(holders=(Holder(812, "ModemManager"), Holder(os.getpid(), "pantau")))
    assert held.code == "board.held"
    assert "ModemManager (process 812)" in held.text
    assert "systemctl mask ModemManager" in held.text_id
    two = look([PICO, ANOTHER])
    assert two.code == "board.two"
    assert "1-1.4 (serial e6614103), 1-1.3 (serial e6614104)" in two.text


def test_a_real_holder_is_found(tmp_path):
    async def main():
        board = HostedBoard(tmp_path / "uart", lambda word: None)
        await board.start()
        code = f"import time; f = open({str(board.uart)!r}, 'rb'); print('held', flush=True); time.sleep(60)"
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
        )
        assert other.stdout is not None
        assert await other.stdout.readline() == b"held\n"
        owner = Owner()
        async with kept(board.uart, owner, look=lambda port: obstacle(port, devices=list)) as keeper:
            await until(lambda: owner.errs)
            assert f"(process {other.pid})" in owner.errs[0].text
            other.kill()
            await other.wait()
            await until(lambda: keeper.view.status is not None)
        await board.stop()
        assert owner.codes == ["board.held", None]

    asyncio.run(main())


def test_with_two_boards_the_session_stands_and_no_power_is_switched(tmp_path):
    async def main():
        owner = Owner()
        board = HostedBoard(tmp_path / "uart", lambda word: None)
        await board.start()
        two = [PICO, ANOTHER]
        async with kept(board.uart, owner, look=lambda port: obstacle(port, devices=lambda: two)) as keeper:
            await until(lambda: keeper.view.status is not None and owner.asked)
            assert owner.codes == ["board.two"]
            assert "more than one probe board" in await keeper.switch("1-1.1", "power-off")
        await board.stop()

    asyncio.run(main())
