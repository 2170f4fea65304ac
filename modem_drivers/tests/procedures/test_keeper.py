"""What the keeper does with a modem at a place; the place, its power and its USB port are the test's."""

import asyncio
import contextlib
import time
from dataclasses import replace

from modem_drivers.errors import CommandTimeout
from modem_drivers.families.procedures import STANDARD_LADDER
from modem_drivers.ports.power import Found, Means
from modem_drivers.procedures.keeper import Keeper, Patience

QUICK = Patience(
    look_s=0.02, open_s=0.3, confirm_s=0.2, grace_s=0.3, absent_s=0.1, switch_s=5.0, pause_look_s=0.05
)


class Bench:
    """A place with something at it, and what was done to it. on_power, on_rebind: what is there then."""

    name = "1-1.2"

    def __init__(self, found, *, on_power=None, on_rebind=None, on_switch=None):
        self.found, self.done = found, []
        self._then = {"power": on_power, "rebind": on_rebind, "switch": on_switch}

    def find(self):
        return self.found

    async def _do(self, what):
        self.done.append(what)
        self.found = self._then[what] or self.found

    async def off(self):
        self.done.append("off")

    async def on(self):
        await self._do("power")

    async def rebind(self):
        await self._do("rebind")

    async def switch_mode(self):
        await self._do("switch")


async def keep(bench, *, until, use=None, ladder=STANDARD_LADDER):
    """Run a keeper until the event *until* has come; return what happened, as (what, step)."""
    happened, came = [], asyncio.Event()

    def note(event):
        happened.append((event.what, event.step.value if event.step else None))
        if until(happened):
            came.set()

    async def idle(_modem):
        await asyncio.Event().wait()

    means = Means(bench, power=bench, usb=bench)
    keeper = Keeper(
        means, clock=time.time_ns, on_event=note, patience=QUICK, ladder=ladder, ladder_of=lambda _: ladder
    )
    task = asyncio.ensure_future(keeper.run(use or idle))
    try:
        async with asyncio.timeout(30):
            await came.wait()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return happened


def opened(happened):
    return ("opened", None) in happened


def test_where_nothing_is_plugged_in_only_power_is_tried(responder_class, ec25, monkeypatch):
    monkeypatch.setattr("modem_drivers.procedures.rungs.POWER_OFF_S", 0.01)

    async def main():
        modem = responder_class(ec25)
        bench = Bench(Found("absent"), on_power=Found("modem", modem.path))
        happened = await keep(bench, until=opened)
        modem.close()
        assert bench.done == ["off", "power"]
        assert [step for what, step in happened if what == "skipped"] == ["sync", "cfun", "reboot", "rebind"]
        assert [step for what, step in happened if what == "step"] == ["power"]

    asyncio.run(main())


def test_a_modem_that_comes_back_under_another_name_is_found_by_its_place(responder_class, ec25):
    async def main():
        first, second = responder_class(ec25), responder_class(ec25)
        bench, used = Bench(Found("modem", first.path)), []

        async def use(modem):
            used.append(modem.name)
            if len(used) == 1:
                bench.found = Found("modem", second.path)
                first.close()
            while True:
                await modem.signal()
                await asyncio.sleep(0.01)

        await keep(bench, use=use, until=lambda happened: happened.count(("opened", None)) == 2)
        await asyncio.sleep(0)
        assert used == [first.path, second.path]
        assert bench.done == []
        second.close()

    asyncio.run(main())


class Revived(Bench):
    """A bench whose power brings a muted responder back to life."""

    def __init__(self, found, muted, **then):
        super().__init__(found, **then)
        self.muted = muted

    async def on(self):
        self.muted.mute = set()
        await super().on()


def test_another_modem_at_the_place_is_not_taken_for_the_one_that_hung(responder_class, ec25, monkeypatch):
    for name in ("POWER_OFF_S", "ANSWER_S"):
        monkeypatch.setattr(f"modem_drivers.procedures.rungs.{name}", 0.05)
    monkeypatch.setattr("modem_drivers.procedures.keeper.OBEYS_S", 0.1)
    ladder = tuple(replace(step, back_s=0.1) for step in STANDARD_LADDER)

    async def main():
        first, other = responder_class(ec25), responder_class(ec25 | {"AT+CGSN": "868888880000001"})
        there = Found("modem", first.path)
        bench = Revived(there, first, on_rebind=Found("modem", other.path), on_power=there)

        async def use(modem):
            first.mute = set(first.table)  # dead from now on
            raise CommandTimeout(modem.name, "AT+CSQ", 5.0, "")

        happened = await keep(bench, use=use, until=lambda seen: ("usable", "power") in seen, ladder=ladder)
        assert [step for what, step in happened if what == "step"] == [
            "sync", "cfun", "reboot", "rebind", "power",
        ]  # fmt: skip
        assert [step for what, step in happened if what == "usable"] == ["power"]
        first.close()
        other.close()

    asyncio.run(main())


def test_a_stick_that_shows_itself_as_a_disk_is_switched_once_and_used(responder_class, ec25):
    async def main():
        modem = responder_class(ec25)
        bench = Bench(Found("storage"), on_switch=Found("modem", modem.path))
        happened = await keep(bench, until=opened)
        modem.close()
        assert bench.done == ["switch"]
        assert not [step for what, step in happened if what == "step"]

    asyncio.run(main())


def test_who_only_looks_resets_nothing():
    async def main():
        bench = Bench(Found("absent"))
        happened = await keep(
            bench, until=lambda seen: ("given up", "give up") in seen, ladder=(STANDARD_LADDER[-1],)
        )
        assert bench.done == []
        assert not [step for what, step in happened if what == "step"]

    asyncio.run(main())


def test_one_lost_reply_is_no_hang(responder_class, ec25):
    async def main():
        modem, asked = responder_class(ec25), []
        bench = Bench(Found("modem", modem.path))

        async def use(opened):
            asked.append(opened.name)
            if len(asked) == 1:
                modem.mute = {"AT+CSQ"}
                await opened.command("AT+CSQ", 0.1)
            await asyncio.Event().wait()

        means = Means(bench, power=bench, usb=bench)
        happened = []
        keeper = Keeper(means, clock=time.time_ns, on_event=lambda event: happened.append(event.what))
        task = asyncio.ensure_future(keeper.run(use))
        async with asyncio.timeout(20):
            while len(asked) < 2:
                await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        modem.close()
        assert happened == ["opened"]
        assert bench.done == []

    asyncio.run(main())
