"""Keeps one modem usable: finds it at its place, lets somebody use it, and climbs the ladder when it hangs.

    await Keeper(means, clock=time.time_ns, on_event=print).run(use)

`use` gets an open modem and returns by an error alone. A lost port is looked for again, under whatever name.
A hang is noticed by two questions in a row without an answer. After every rung the port is found anew by its
place, and the modem told by its IMEI: another one there is not taken for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Never

from modem_drivers.errors import CommandTimeout, ModemError, PortLost
from modem_drivers.families.procedures import STANDARD_LADDER, ResetKind, ResetStep
from modem_drivers.ladder import Climbs, Seen, needs_mode_switch, next_step
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means
from modem_drivers.procedures.rungs import take

HUNG_TIMEOUTS = 2
OBEYS_S = 8.0  # a modem that restarts on a word is off the bus by then
Use = Callable[[Modem], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited, seconds. look: between two looks at the place; open: for AT on a port just opened;
    confirm: for AT after a question without an answer (the fence of a lost reply takes three of them), and
    then for another question; grace: from a port's first sight to its first answer
    (it boots meanwhile); absent: without a port. Then the ladder is climbed. switch: between two switches of
    a disk's guise; pause_look: between two looks while climbing is not allowed.
    """

    look_s: float = 0.5
    open_s: float = 4.0
    confirm_s: float = 4.0
    grace_s: float = 30.0
    absent_s: float = 30.0
    switch_s: float = 20.0
    pause_look_s: float = 5.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What became of the modem. what: "opened", "lost", "silent", "hung", "step", "skipped", "usable",
    "other modem", "given up", "waiting"; step: of the ladder; text and text_id: for people; error: what was
    raised."""

    what: str
    text: str
    text_id: str
    step: ResetKind | None = None
    error: ModemError | None = None


class Keeper:
    """One modem at one place. clock gives Unix nanoseconds; open_modem: Modem.open, unless given.

    ladder: of a modem that has not said yet who it is; ladder_of: of one that has.
    """

    def __init__(
        self,
        means: Means,
        *,
        clock: Callable[[], int],
        on_event: Callable[[Happened], None],
        open_modem: Callable[[str], Awaitable[Modem]] | None = None,
        ladder: Sequence[ResetStep] = STANDARD_LADDER,
        ladder_of: Callable[[Modem], Sequence[ResetStep]] = lambda modem: modem.family.procedures.ladder,
        patience: Patience = PATIENCE,
    ) -> None:
        self._patience = patience
        self._means, self._clock, self._on_event = means, clock, on_event
        self._open_modem = open_modem or (lambda path: Modem.open(path, clock=clock, wake_s=patience.open_s))
        self._ladder_of = ladder_of
        self._ladder: Sequence[ResetStep] = ladder
        self._loop = asyncio.get_running_loop()
        self._climbs = Climbs()
        self._imei: str | None = None
        self._switch_due_s = 0.0
        self._since_s = self._loop.time()  # of the last good moment, for patience

    async def run(self, use: Use) -> Never:
        """Serve until cancelled."""
        modem: Modem | None = None
        while True:
            modem = modem or await self._find()
            try:
                await use(modem)
            except CommandTimeout as error:
                if await self._confirm(modem):
                    await asyncio.sleep(self._patience.look_s)
                    continue
                self._tell("hung", error.text, error.text_id, error=error)
                modem.close()
                modem = await self._climb()
                continue
            except ModemError as error:
                self._tell("lost", error.text, error.text_id, error=error)
            modem.close()
            modem, self._since_s = None, self._loop.time()
            await asyncio.sleep(self._patience.look_s)

    async def _confirm(self, modem: Modem) -> bool:
        """Tell whether the modem answers after all: AT, and then a question about the radio."""
        try:
            if modem.session.timeouts >= HUNG_TIMEOUTS or not await modem.answers(self._patience.confirm_s):
                return False
            async with asyncio.timeout(self._patience.confirm_s):
                await modem.signal()
        except (CommandTimeout, TimeoutError):
            return False
        except ModemError:
            return True  # it answers, or is gone: `use` will meet the same
        return True

    async def _find(self) -> Modem:
        """Return the modem, once it is there and answers; climb the ladder where that takes too long."""
        told = ""
        while True:
            await self._look()
            try:
                modem = await self._open()
            except ModemError as error:
                if error.code != told:
                    told = error.code
                    self._tell("silent", error.text, error.text_id, error=error)
            else:
                self._accept(modem)
                return modem
            patience_s = self._patience.grace_s if self._means.place.find().path else self._patience.absent_s
            if self._loop.time() - self._since_s >= patience_s:
                self._tell("hung", f"{self._name}: no answer for {patience_s:g} s", _quiet_id(self._name))
                return await self._climb()
            await asyncio.sleep(self._patience.look_s)

    async def _open(self) -> Modem:
        """Open whatever is at the place. Raises: PortLost, CommandTimeout."""
        found = self._means.place.find()
        if found.path is None:
            raise PortLost(self._name, f"what is there: {found.usb}")
        return await self._open_modem(found.path)

    def _accept(self, modem: Modem) -> None:
        """Take *modem* for ours; a technician may have put another one there."""
        identity = modem.identity
        if self._imei and identity.imei and identity.imei != self._imei:
            self._tell(
                "other modem",
                f"{self._name}: another modem ({identity.model}) is at this place; it is used from now on",
                f"{self._name}: modem lain ({identity.model}) ada di tempat ini; dipakai mulai sekarang",
            )
        self._imei = identity.imei or self._imei
        self._ladder = self._ladder_of(modem)
        self._tell(
            "opened", f"{modem.name}: {identity.model} answers", f"{modem.name}: {identity.model} menjawab"
        )

    async def _climb(self) -> Modem:
        """Climb until the modem is usable again, with pauses between climbs; return it."""
        while True:
            modem = await self._pause()
            if modem is None:
                self._climbs = self._climbs.begin(self._loop.time())
                modem = await self._climb_once()
                self._climbs = self._climbs.ended(self._loop.time(), cured=modem is not None)
            if modem is not None:
                self._since_s = self._loop.time()
                self._accept(modem)
                return modem

    async def _pause(self) -> Modem | None:
        """Wait until a climb is allowed; return the modem if it comes back by itself meanwhile."""
        wait_s = self._climbs.wait_s(self._loop.time())
        if wait_s:
            self._tell(
                "waiting",
                f"{self._name}: the ladder is tried again in {wait_s:.0f} s",
                f"{self._name}: tangga reset dicoba lagi dalam {wait_s:.0f} dtk",
            )
        until_s = self._loop.time() + wait_s
        while (left_s := until_s - self._loop.time()) > 0:
            await asyncio.sleep(min(left_s, self._patience.pause_look_s))
            try:
                return await self._ours()
            except ModemError:
                continue  # still hung, or gone
        return None

    async def _climb_once(self) -> Modem | None:
        tried: frozenset[ResetKind] = frozenset()
        while True:
            seen = await self._look()
            step, skipped = next_step(self._ladder, tried, seen)
            for kind, why in skipped:
                self._tell(
                    "skipped", f"{self._name}: {kind.value} skipped: {why}", _skipped_id(kind), step=kind
                )
            tried |= {step.kind, *(kind for kind, _ in skipped)}
            if step.kind is ResetKind.GIVE_UP:
                self._give_up()
                return None
            self._tell(
                "step", f"{self._name}: {step.kind.value}", f"{self._name}: {step.kind.value}", step=step.kind
            )
            await take(step, self._means, self._clock)
            modem = await self._usable(step)
            if modem is not None:
                self._tell(
                    "usable",
                    f"{modem.name} is usable after {step.kind.value}",
                    _usable_id(modem),
                    step=step.kind,
                )
                return modem

    async def _look(self) -> Seen:
        """Return what is at the place, a stick in its disk's guise switched first where that can be done."""
        seen, now_s = self._seen(), self._loop.time()
        if needs_mode_switch(seen) and self._means.usb is not None and now_s >= self._switch_due_s:
            self._switch_due_s = now_s + self._patience.switch_s
            try:
                await self._means.usb.switch_mode()
            except ModemError as error:
                self._tell("skipped", error.text, error.text_id, error=error)
            await asyncio.sleep(self._patience.look_s)
            return self._seen()
        return seen

    def _seen(self) -> Seen:
        found, means = self._means.place.find(), self._means
        return Seen(
            usb=found.usb,
            port=found.path is not None,
            rebinds=means.usb is not None,
            powers=means.power is not None,
            switches=means.usb is not None,
        )

    async def _usable(self, step: ResetStep) -> Modem | None:
        """Return the modem if it is ours and tells its signal within the rung's time; None: the next rung."""
        begun_s, vanished = self._loop.time(), step.kind is not ResetKind.REBOOT
        while True:
            vanished = vanished or self._means.place.find().path is None
            deadline_s = begun_s + (step.back_s if vanished else min(step.back_s, OBEYS_S))
            try:
                return await self._ours()
            except CommandTimeout as error:
                if error.command != "AT":  # it says OK to AT and leaves a question unanswered: still hung
                    return None
            except ModemError:
                pass  # not there yet
            if self._loop.time() >= deadline_s:
                return None
            await asyncio.sleep(self._patience.look_s)

    async def _ours(self) -> Modem:
        """Return the modem at the place once its signal was read. Raises: ModemError; PortLost: another."""
        modem = await self._open()
        try:
            imei = modem.identity.imei
            if self._imei and imei and imei != self._imei:
                raise PortLost(modem.name, "another modem answers there")
            await modem.signal()
        except BaseException:
            modem.close()
            raise
        return modem

    def _give_up(self) -> None:
        self._tell(
            "given up",
            f"{self._name}: the modem does not come back after every step of the reset ladder: unplug it, "
            "check cable, hub and power supply, replace it if it stays so; the box tries again later",
            f"{self._name}: modem tidak pulih setelah semua langkah reset: cabut modem, periksa kabel, hub "
            "dan catu daya, ganti bila tetap begitu; kotak mencoba lagi nanti",
            step=ResetKind.GIVE_UP,
        )

    @property
    def _name(self) -> str:
        return self._means.place.name

    def _tell(
        self,
        what: str,
        text: str,
        text_id: str,
        *,
        step: ResetKind | None = None,
        error: ModemError | None = None,
    ) -> None:
        self._on_event(Happened(what=what, text=text, text_id=text_id, step=step, error=error))


def _quiet_id(name: str) -> str:
    return f"{name}: tidak ada jawaban"


def _skipped_id(kind: ResetKind) -> str:
    return f"langkah {kind.value} dilewati"


def _usable_id(modem: Modem) -> str:
    return f"{modem.name} dapat dipakai lagi"
