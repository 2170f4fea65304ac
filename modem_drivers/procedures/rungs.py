"""One rung of the reset ladder, taken: what is said on the port, or done from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing

from modem_drivers.at.channel import Command
from modem_drivers.errors import CommandFailed, CommandTimeout, ModemError, PortLost
from modem_drivers.families.procedures import ResetKind, ResetStep
from modem_drivers.ports.power import Means
from modem_drivers.ports.session import AtSession
from modem_drivers.ports.tty import SerialPort

ANSWER_S = 2.0  # for AT, and for each word of a rung: a modem that is well needs far less
POWER_OFF_S = 3.0
ESCAPE = "\x1b"


async def take(step: ResetStep, means: Means, clock: Callable[[], int]) -> str:
    """Take *step*; return what stood in its way ("" if nothing did): the next look tells if it helped.

    Raises: nothing of the drivers.
    """
    try:
        if step.kind is ResetKind.REBIND and means.usb is not None:
            await means.usb.rebind()
        elif step.kind is ResetKind.POWER and means.power is not None:
            await means.power.off()
            await asyncio.sleep(POWER_OFF_S)
            await means.power.on()
        elif step.says:
            await _say(step, means, clock)
    except ModemError as error:
        return error.text
    return ""


async def _say(step: ResetStep, means: Means, clock: Callable[[], int]) -> None:
    """Say the rung's words; where the modem does not even answer AT, blindly, without waiting for answers.

    Raises: PortLost, CommandTimeout.
    """
    path = means.place.find().path
    if path is None:
        raise PortLost(means.place.name, "there is no AT port")
    port = SerialPort(path)
    if step.says[0] == ESCAPE:
        port.write(ESCAPE.encode())
    with closing(AtSession(port, clock=clock, loop=asyncio.get_running_loop())) as session:
        words = [text for text in step.says if text != ESCAPE]
        if not await _answers(session):
            for text in words:
                port.write(text.encode("ascii") + b"\r")
                await asyncio.sleep(ANSWER_S / 4)
            return
        for text in words:
            await _ask(session, text, may_vanish=step.boots)


async def _answers(session: AtSession) -> bool:
    try:
        await session.await_clear("AT", ANSWER_S)
    except CommandTimeout:
        return False
    return True


async def _ask(session: AtSession, text: str, *, may_vanish: bool) -> None:
    """Ask *text*; a refusal and silence are passed over. Raises: PortLost, unless the modem may vanish."""
    try:
        await session.ask(Command(text, timeout_s=ANSWER_S))
    except (CommandFailed, CommandTimeout):
        return
    except PortLost:
        if not may_vanish:
            raise
