"""The drivers' session procedures together, as the box uses them, on simulated modems at once: the card's PIN
entered once, a session that the network dropped dialled again, a hang cured by the ladder.
"""

import asyncio
import contextlib
import json
import time

from hil_tests.bench.hosted_modem import HostedModem, stop_all
from modem_drivers.errors import CommandFailed
from modem_drivers.ports.power import Means, PathPlace
from modem_drivers.procedures.data import Access, connect
from modem_drivers.procedures.keeper import Keeper
from modem_drivers.procedures.look import SessionWatch, look_at, tell_causes
from modem_drivers.procedures.pin import WANTED, enter_pin

PINS = ("quectel-ec25", "quectel-rm520n", "simcom-sim7600", "huawei-e3372s", "telit-le910", "sierra-mc7455")
DEADLINE_S = 30


class Marks:
    key = b"k" * 32

    def __init__(self):
        self.kept: set[str] = set()

    def failed(self):
        return frozenset(self.kept)

    def add(self, mark):
        self.kept.add(mark)

    def remove(self, mark):
        self.kept.discard(mark)


async def live(modem, pin, marks, until):
    """Keep *modem*, entering *pin* where it is asked for, until *until*(names of its states); return them."""
    names, came = [], asyncio.Event()

    def note(state):
        names.append(state.name)
        if until(names):
            came.set()

    watch, place = SessionWatch(note), PathPlace(str(modem.link))

    async def use(opened):
        await tell_causes(opened)
        while True:
            look = await look_at(opened, home_plmn=None)
            if look.facts.sim == WANTED:
                refused = await enter_pin(opened, pin, marks)
                names.append(refused or "entered")
                if until(names):
                    came.set()
            watch.saw(look.facts)
            if watch.state.name == "attached":
                with contextlib.suppress(CommandFailed):
                    await connect(opened, Access(apn="internet"), register_s=0)
            await asyncio.sleep(0.3)

    keeper = Keeper(
        Means(place, power=modem, usb=modem),
        clock=time.time_ns,
        on_event=lambda event: watch.happened(event, place.find().usb),
    )
    task = asyncio.ensure_future(keeper.run(use))
    try:
        async with asyncio.timeout(DEADLINE_S):
            await came.wait()
    except TimeoutError:
        pass
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return names


ENOUGH = {
    "1234": lambda names: "data" in names,
    "9999": lambda names: sum("PIN" in name for name in names) >= 3,
}


def entered(log):
    commands = [json.loads(line)["command"] for line in log.read_text().splitlines()]
    return [command for command in commands if "CPIN=" in command]


def test_the_right_pin_leads_to_data_and_a_wrong_one_is_tried_once(tmp_path):
    async def main():
        modems = {}
        for number, name in enumerate(PINS):
            for pin in ("1234", "9999"):
                link = tmp_path / f"{name}-{pin}"
                words = ("--scenario", "sim-pin", "--log", f"{link}.jsonl")
                modems[name, pin] = HostedModem(link, name, number, boot_s=0.5, words=words)
        try:
            await asyncio.gather(*(modem.start() for modem in modems.values()))
            lives = [live(modem, pin, Marks(), ENOUGH[pin]) for (_, pin), modem in modems.items()]
            return dict(zip(modems, await asyncio.gather(*lives), strict=True))
        finally:
            await stop_all(list(modems.values()))

    for (name, pin), names in asyncio.run(main()).items():
        assert entered(tmp_path / f"{name}-{pin}.jsonl") == [f'AT+CPIN="{pin}"'], f"{name}: {names}"
        if pin == "1234":
            assert "data" in names, f"{name}: {names}"
        else:
            assert "data" not in names, f"{name}: {names}"
            assert "refused the PIN" in names[0], f"{name}: {names}"
            assert "only 2 tries are left" in names[-1], f"{name}: {names}"


def test_a_dropped_session_is_dialled_again(tmp_path):
    async def main():
        modem = HostedModem(tmp_path / "m", "quectel-ec25", 3, boot_s=0.5, words=("--scenario", "pdp-drop:2"))
        try:
            await modem.start()
            return await live(modem, "", Marks(), lambda names: names.count("data") == 2)
        finally:
            await modem.stop()

    assert asyncio.run(main()) == ["data", "attached", "data"]
