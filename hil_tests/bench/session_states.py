"""A simulated modem put into one state of its session after the other, all at the same time."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil_tests.bench.hosted_modem import HostedModem
from modem_drivers.errors import CommandFailed
from modem_drivers.families.procedures import GIVE_UP
from modem_drivers.modem import Modem
from modem_drivers.ports.power import Means, PathPlace
from modem_drivers.procedures.keeper import Keeper, Patience
from modem_drivers.procedures.look import SessionWatch, look_at, tell_causes
from modem_drivers.session import State

PATIENCE = Patience(look_s=0.1, open_s=0.5, confirm_s=0.5, grace_s=1.5, absent_s=60.0)
DEADLINE_S = 15.0
LOOK_S = 0.4


@dataclass(frozen=True, slots=True)
class Put:
    """How a modem comes to be in *state*. words: of its simulator, None: not started; says: commands.

    text: a part of the state's text. A modem that hangs is first taken for one that boots.
    """

    state: str
    words: tuple[str, ...] | None = ()
    says: tuple[str, ...] = ()
    outcome: str = "ok"
    text: str = ""

    @property
    def name(self) -> str:
        """The state, and what its text says besides."""
        return f"{self.state}, {self.text}" if self.text else self.state


def _scenario(name: str) -> tuple[str, ...]:
    return ("--scenario", name)


_HUNG = ("--hang-cured-by", "none", "--hang-after-s", "0")
PUTS = (
    Put("absent", None, outcome="box"),
    Put("booting", _HUNG, outcome="box"),
    Put("stuck", _HUNG, outcome="box"),
    Put("sim absent", _scenario("sim-absent"), outcome="box"),
    Put("sim pin", _scenario("sim-pin"), outcome="box"),
    Put("sim puk", _scenario("sim-puk"), outcome="box"),
    Put("sim busy", _scenario("sim-busy:60"), outcome="box"),
    Put("searching", _scenario("coverage-hole:2"), outcome="operator"),
    Put("denied", _scenario("denied:11"), outcome="policy"),
    Put("home", (), ("AT+CGATT=0",)),
    Put("data", _scenario("roam-national"), text="national roaming"),
    Put("international roaming", _scenario("roam-international"), outcome="policy"),
    Put("attached", _scenario("apn-refused")),
    Put("data"),
)


def see_all(folder: Path, personality: str, seed: int) -> Mapping[str, tuple[str, ...]]:
    """Return, by the state it was put into, the states (with their outcomes) that the modem was seen in."""

    async def main() -> Mapping[str, tuple[str, ...]]:
        seen = await asyncio.gather(
            *(_see(folder / f"{number}", personality, seed, put) for number, put in enumerate(PUTS))
        )
        return {put.name: states for put, states in zip(PUTS, seen, strict=True)}

    return asyncio.run(main())


async def _see(link: Path, personality: str, seed: int, put: Put) -> tuple[str, ...]:
    """Return what was seen until the state came, or for as long as is waited."""
    modem = HostedModem(link, personality, seed, words=put.words or ())
    seen: list[str] = []
    came = asyncio.Event()

    def note(state: State) -> None:
        is_wanted = state.name == put.state and put.text in state.text
        seen.append(f"{put.name if is_wanted else state.name}: {state.outcome}")
        if is_wanted:
            came.set()

    try:
        if put.words is not None:
            await modem.start()
        keeping = asyncio.ensure_future(keep(link, SessionWatch(note), put.says))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE_S):
                await asyncio.wait(
                    (keeping, asyncio.ensure_future(came.wait())), return_when=asyncio.FIRST_COMPLETED
                )
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    finally:
        await modem.stop()
    return tuple(seen)


async def keep(link: Path, watch: SessionWatch, says: Sequence[str], patience: Patience = PATIENCE) -> None:
    """Keep the modem at *link* for ever, and let *watch* see it; *says*: commands after each opening."""
    place = PathPlace(str(link))

    async def use(modem: Modem) -> None:
        await tell_causes(modem)
        home: str | None = None
        with contextlib.suppress(CommandFailed):
            home = await modem.home_plmn()
        for text in says:
            await modem.command(text, 10.0)
        while True:
            watch.saw((await look_at(modem, home_plmn=home)).facts)
            await asyncio.sleep(LOOK_S)

    keeper = Keeper(
        Means(place),
        clock=time.time_ns,
        on_event=lambda event: watch.happened(event, place.find().usb),
        patience=patience,
        ladder=(GIVE_UP,),
        ladder_of=lambda _: (GIVE_UP,),
    )
    await keeper.run(use)
