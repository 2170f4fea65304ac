"""What a family does in several steps, as frozen rows: to a data session and back, out of a hang, at set-up.

Rows only: modem_drivers.procedures says them to a modem and reads what comes back. Texts may hold fields in
braces, filled in when the step is taken: see FIELDS.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from modem_drivers.provenance import REMEMBERED, Memory, Source, standard

FIELDS = frozenset({"cid", "apn", "pdp", "user", "password", "auth", "device"})
"""cid: the context; pdp: "IP", "IPV6", "IPV4V6"; auth: 0 none, 1 PAP, 2 CHAP; device: cdc-wdm."""


class DataMode(Enum):
    """How packets come out of the modem on USB, and by what it is told to let them."""

    ECM = "ecm"
    RNDIS = "rndis"
    NCM = "ncm"
    QMI = "qmi"
    MBIM = "mbim"
    HILINK = "hilink"
    AT_ONLY = "at"  # a context of TS 27.007 and no more: an address, and PPP or nothing to use it by


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say an AT command. may_fail: a refusal is passed over; settle_s: how long nothing is said after it."""

    text: str
    timeout_s: float = 10.0
    may_fail: bool = False
    settle_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensure:
    """Have a stored setting right: ask, and set it only where the answer lacks *holds* (a pattern).

    restarts: it is taken up only at the next boot, and so the modem is restarted by the family's reboot.
    """

    ask: str
    holds: str
    set_to: str
    restarts: bool = False
    may_fail: bool = False
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """Ask every *every_s* until a line has *until* (a pattern), at most *within_s*.

    refused: a pattern with a group "cause" that ends the wait: the network said no.
    """

    ask: str
    until: str
    within_s: float = 30.0
    every_s: float = 1.0
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Run a foreign program. argv: words; until: a pattern that its output must hold, "" for any."""

    argv: tuple[str, ...]
    until: str = ""
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """POST *fields* (XML elements of one request) to /api/*path* of a stick that is spoken to by HTTP."""

    path: str
    fields: tuple[tuple[str, str], ...]
    may_fail: bool = False


Step = Say | Ensure | Await | Run | Post


@dataclass(frozen=True, slots=True, kw_only=True)
class BringUp:
    """From registered to an address, in one mode, and back. condition: firmware or USB composition, in words.

    The address is read with AT+CGPADDR and AT+CGCONTRDP afterwards, unless the mode has its own way.
    """

    mode: DataMode
    up: tuple[Step, ...]
    down: tuple[Step, ...]
    source: Source
    condition: str = ""


class ResetKind(Enum):
    """The rungs of the ladder, from the mildest to the last; GIVE_UP is said, not done."""

    SYNC = "sync"
    RADIO = "cfun"
    REBOOT = "reboot"
    REBIND = "rebind"
    POWER = "power"
    GIVE_UP = "give up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetStep:
    """One rung. says: the AT commands of SYNC, RADIO and REBOOT, each may be unanswered.

    back_s: how long until the modem must answer AT again; boots: it starts anew and is set up again.
    """

    kind: ResetKind
    says: tuple[str, ...] = ()
    back_s: float
    boots: bool = False
    source: Source


SYNC = ResetStep(kind=ResetKind.SYNC, says=("\x1b", "AT"), back_s=4.0, source=standard("27.005", "3.5.1"))
RADIO = ResetStep(
    kind=ResetKind.RADIO, says=("AT+CFUN=4", "AT+CFUN=1"), back_s=4.0, source=standard("27.007", "8.2")
)
REBOOT = ResetStep(
    kind=ResetKind.REBOOT, says=("AT+CFUN=1,1",), back_s=30.0, boots=True, source=standard("27.007", "8.2")
)
REBIND = ResetStep(
    kind=ResetKind.REBIND,
    back_s=10.0,
    source=Memory("Linux, Documentation/ABI/testing/sysfs-bus-usb: authorized 0, then 1"),
)
POWER = ResetStep(kind=ResetKind.POWER, back_s=30.0, boots=True, source=REMEMBERED)
GIVE_UP = ResetStep(kind=ResetKind.GIVE_UP, back_s=0.0, source=REMEMBERED)
STANDARD_LADDER = (SYNC, RADIO, REBOOT, REBIND, POWER, GIVE_UP)


def ladder_with(*own: ResetStep) -> tuple[ResetStep, ...]:
    """Return the standard ladder with *own* in place of its steps of the same kind."""
    replaced = {step.kind: step for step in own}
    return tuple(replaced.get(step.kind, step) for step in STANDARD_LADDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTries:
    """How a modem tells the tries left of PIN1. pattern: has a group "tries", of the whole line."""

    ask: str
    pattern: str
    source: Source


STANDARD_TRIES = PinTries(
    ask="AT+CPINR", pattern=r'\+CPINR: *"?SIM PIN"?, *(?P<tries>\d+).*', source=standard("27.007", "8.65")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """Said once in a modem's life and kept by it (no updates over the air), or at each start."""

    steps: tuple[Step, ...]
    why: str
    source: Source


STANDARD_CONTEXT = Say(text='AT+CGDCONT={cid},"{pdp}","{apn}"')
STANDARD_BRING_UP = BringUp(
    mode=DataMode.AT_ONLY,
    up=(
        STANDARD_CONTEXT,
        Say(text="AT+CGATT=1", timeout_s=75.0),
        Say(text="AT+CGACT=1,{cid}", timeout_s=150.0),
    ),
    down=(Say(text="AT+CGACT=0,{cid}", timeout_s=40.0),),
    source=standard("27.007", "10.1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures:
    """All procedures of one family; the defaults are the standard's.

    data: the first is taken where the configuration names no mode. boot_s: from power to an answer, as a
    rule; ready: unsolicited lines that say the modem is ready for the card's commands.
    """

    data: tuple[BringUp, ...] = (STANDARD_BRING_UP,)
    ladder: tuple[ResetStep, ...] = STANDARD_LADDER
    boot_s: float = 15.0
    boot_source: Source = REMEMBERED
    ready: tuple[str, ...] = ()
    pin_tries: PinTries = STANDARD_TRIES
    set_up: tuple[SetUp, ...] = ()

    def bring_up(self, mode: DataMode | None = None) -> BringUp | None:
        """Return the row of *mode* (None: the first one), None if the family has no such row."""
        return next((row for row in self.data if mode in (None, row.mode)), None)

    def step(self, kind: ResetKind) -> ResetStep | None:
        """Return the rung of that kind, None if the family's ladder lacks it."""
        return next((row for row in self.ladder if row.kind is kind), None)


STANDARD = Procedures()
