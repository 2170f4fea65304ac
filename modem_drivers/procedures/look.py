"""What a modem's session is like now: the facts of modem_drivers.session, asked of the modem itself.

watch = SessionWatch()                       # on_event=watch.happened, on_urc=watch.heard
look = await look_at(modem, home_plmn="51010")
watch.saw(look.facts); watch.state           # State(name='data', ...)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from modem_drivers.at.channel import Command
from modem_drivers.errors import CmeError, CommandFailed, MalformedReply, Unsupported
from modem_drivers.modem import Modem
from modem_drivers.procedures.data import read_addresses
from modem_drivers.procedures.keeper import Happened
from modem_drivers.reading import Registration
from modem_drivers.session import (
    CME_STATES,
    DENIED,
    STUCK_TIMEOUTS,
    Facts,
    State,
    cause_in_words,
    decide_state,
)

CAUSES_TOLD = tuple(Command(f"AT{verb}=3") for verb in ("+CREG", "+CEREG", "+C5GREG"))
"""<n> 3: with the cause where the network says no (27.007 7.2, 10.1.22, 10.1.43); some refuse it."""
ATTACHED = Command("AT+CGATT?", ("+CGATT:",), timeout_s=10.0)
WHY = Command("AT+CEER", ("+CEER:",))
CONTEXT = 1
CHANGES = re.compile(
    r"\+(C[EG5]*G?REG|CPIN|CGEV|QUSIM|QSIMSTAT|SIM)|\^(SIMST|SRVST|NDISSTAT|MODE)|PB DONE|SMS READY",
    re.IGNORECASE,
)
"""Codes said unasked after which the facts are asked anew."""
HUNG, GIVEN_UP, LOST = "hung", "given up", "lost"
WELL = frozenset({"opened", "usable"})


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the facts, and the registration they hold (None: the modem does not say)."""

    facts: Facts
    registration: Registration | None


async def tell_causes(modem: Modem) -> None:
    """Have the modem tell why it is refused, where it can. Raises: CommandTimeout, PortLost."""
    for command in CAUSES_TOLD:
        try:
            await modem.session.ask(command)
        except CommandFailed:
            continue


async def look_at(modem: Modem, *, home_plmn: str | None) -> Look:
    """Return what *modem* says of its card, its registration, and its data session.

    Raises: CommandTimeout, PortLost.
    """
    sim = await _sim(modem)
    registration = await _registration(modem)
    facts = Facts(sim=sim, home_plmn=home_plmn, timeouts=modem.session.timeouts)
    if registration is None:
        return Look(facts, None)
    facts = replace(
        facts,
        stat=registration.stat,
        reject_cause=registration.reject_cause,
        registered_plmn=registration.plmn,
    )
    if registration.stat == DENIED and registration.reject_cause is None:
        facts = replace(facts, reject_cause=await _cause(modem))
    if registration.registered:
        addresses = await read_addresses(modem, CONTEXT)
        facts = replace(facts, attached=await _attached(modem), address=next(iter(addresses), None))
    return Look(facts, registration)


async def _sim(modem: Modem) -> str | None:
    try:
        return await modem.sim_state()
    except CmeError as refusal:
        return CME_STATES.get(refusal.number or -1, "FAILED")
    except (CommandFailed, MalformedReply):
        return None


async def _registration(modem: Modem) -> Registration | None:
    try:
        return await modem.registration()
    except (CommandFailed, MalformedReply, Unsupported):
        return None


async def _cause(modem: Modem) -> int | None:
    """Return why the network says no, of a modem that does not tell it with its registration."""
    try:
        lines = (await modem.session.ask(WHY)).lines
    except CommandFailed:
        return None
    return cause_in_words(" ".join(lines))


async def _attached(modem: Modem) -> bool | None:
    try:
        lines = (await modem.session.ask(ATTACHED)).lines
    except CommandFailed:
        return None
    return next((line.partition(":")[2].strip() == "1" for line in lines), None)


class SessionWatch:
    """The state of one modem over time, from what its keeper tells and what was seen of it.

    on_change gets each state that differs from the one before; due is true where something was said unasked
    after which the facts should be asked anew.
    """

    def __init__(self, on_change: Callable[[State], None]) -> None:
        self._on_change = on_change
        self._facts = Facts(usb="absent")
        self._given_up: Happened | None = None
        self._told: State | None = None
        self.due = False

    @property
    def facts(self) -> Facts:
        """What was seen last."""
        return self._facts

    @property
    def state(self) -> State:
        """The state by the table; of a modem that was given up, with what is to be done."""
        state = decide_state(self._facts)
        if self._given_up is None or state.name not in {"stuck", "absent"}:
            return state
        return state._replace(text=self._given_up.text, text_id=self._given_up.text_id)

    def heard(self, line: str, t_ns: int) -> None:
        """Take a line that was said unasked."""
        self.due = self.due or CHANGES.match(line) is not None

    def saw(self, facts: Facts) -> None:
        """Take what a look gave."""
        self.due, self._facts = False, facts
        self._tell()

    def happened(self, event: Happened, usb: str) -> None:
        """Take what the keeper tells; *usb*: what is at the place now ("absent", "storage", "modem")."""
        if event.what in WELL:
            self._facts, self._given_up = Facts(usb="modem"), None
            return  # the look that follows says more
        if event.what == LOST and usb == "modem":
            return  # what is there now will be seen in a moment
        if event.what == GIVEN_UP:
            self._given_up = event
        stuck = event.what in {HUNG, GIVEN_UP} or self._facts.timeouts >= STUCK_TIMEOUTS
        if usb != "modem":
            self._facts = Facts(usb=usb)
        elif stuck:
            self._facts = Facts(timeouts=STUCK_TIMEOUTS)
        else:
            self._facts = Facts(booted=False)
        self._tell()

    def _tell(self) -> None:
        state = self.state
        if self._told is None or (state.name, state.text) != (self._told.name, self._told.text):
            self._told = state
            self._on_change(state)
