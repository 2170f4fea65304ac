"""Who may use the network and how: registration by domain, reject causes, the way of short messages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.settings import Reject, SmsPath

CS_UNAVAILABLE = 18  # the one cause that spares packet service (TS 24.301 5.5.1.3.4.3)
NOT_SEEKING, HOME, SEEKING, DENIED, ROAMING = 0, 1, 2, 3, 5


class Domain(Enum):
    """What a terminal registers in; the value is the command of TS 27.007 that tells."""

    CS = "+CREG"
    PS = "+CGREG"
    EPS = "+CEREG"
    NR5G = "+C5GREG"


MODES_OF = {
    Domain.CS: frozenset({Mode.GSM, Mode.LTE, Mode.ENDC}),
    Domain.PS: frozenset({Mode.GSM, Mode.LTE, Mode.ENDC}),
    Domain.EPS: frozenset({Mode.LTE, Mode.ENDC}),
    Domain.NR5G: frozenset({Mode.SA}),
}
ACCESS = {Mode.GSM: 0, Mode.LTE: 7, Mode.ENDC: 7, Mode.SA: 11}
"""<AcT> of TS 27.007 7.3; that an EN-DC terminal says 7 in its registration, not 13: memory."""


@dataclass(frozen=True, slots=True)
class Registration:
    """<stat> of TS 27.007 7.2, and a NAS cause if denied."""

    stat: int
    cause: int | None = None

    @property
    def registered(self) -> bool:
        """Whether service is had, at home or abroad."""
        return self.stat in {HOME, ROAMING}


def reject_at(rejects: Sequence[Reject], t_s: float) -> Reject | None:
    """Return the refusal in force at *t_s*."""
    for reject in rejects:
        until_s = None if reject.for_s is None else reject.after_s + reject.for_s
        if reject.after_s <= t_s and (until_s is None or t_s < until_s):
            return reject
    return None


def register(
    domain: Domain, mode: Mode, reject: Reject | None, *, roaming: bool, sms: SmsPath
) -> Registration:
    """Return how a terminal that seeks, and had the time to, is registered in *domain*."""
    if mode is Mode.NONE:
        return Registration(SEEKING)
    if mode not in MODES_OF[domain]:
        return Registration(NOT_SEEKING)
    if reject and (reject.cause != CS_UNAVAILABLE or domain is Domain.CS):
        return Registration(DENIED, reject.cause)
    if domain is Domain.CS and mode is not Mode.GSM and sms in {"ims", "none"}:
        return Registration(NOT_SEEKING)
    return Registration(ROAMING if roaming else HOME)


def ims_registered(mode: Mode, packet: Registration, sms: SmsPath) -> bool:
    """Return whether the terminal is registered in IMS: only where the network's messages go that way."""
    return sms == "ims" and packet.registered and mode is not Mode.GSM


def message_way(mode: Mode, circuit: Registration, packet: Registration, sms: SmsPath) -> SmsPath | None:
    """Return the way a short message takes now, None if there is none."""
    if sms == "none":
        return None
    if ims_registered(mode, packet, sms):
        return "ims"
    if circuit.registered:
        return "cs" if mode is Mode.GSM or sms == "cs" else "sgs"
    return None
