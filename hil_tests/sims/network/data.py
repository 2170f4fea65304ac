"""Packet service: contexts, refusals with their cause, the subscription's rates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.settings import AmbrStep

USUAL_AMBR = {
    Mode.GSM: AmbrStep(0, 236, 118),
    Mode.LTE: AmbrStep(0, 150_000, 50_000),
    Mode.ENDC: AmbrStep(0, 500_000, 100_000),
    Mode.SA: AmbrStep(0, 1_000_000, 200_000),
}
QCI = 9
ESM_CAUSES = {  # TS 24.301 9.9.4.4
    8: "Operator determined barring",
    26: "Insufficient resources",
    27: "Missing or unknown APN",
    28: "Unknown PDN type",
    29: "User authentication failed",
    30: "Request rejected by Serving GW or PDN GW",
    31: "Request rejected, unspecified",
    32: "Service option not supported",
    33: "Requested service option not subscribed",
    34: "Service option temporarily out of order",
    36: "Regular deactivation",
    38: "Network failure",
    39: "Reactivation requested",
    50: "PDN type IPv4 only allowed",
    51: "PDN type IPv6 only allowed",
}
EMM_CAUSES = {  # TS 24.301 9.9.3.9
    2: "IMSI unknown in HSS",
    3: "Illegal UE",
    5: "IMEI not accepted",
    6: "Illegal ME",
    7: "EPS services not allowed",
    8: "EPS services and non-EPS services not allowed",
    11: "PLMN not allowed",
    12: "Tracking Area not allowed",
    13: "Roaming not allowed in this tracking area",
    14: "EPS services not allowed in this PLMN",
    15: "No Suitable Cells In tracking area",
    17: "Network failure",
    18: "CS domain not available",
    22: "Congestion",
    25: "Not authorized for this CSG",
}
DROP_CAUSE = 39


@dataclass(slots=True)
class Context:
    """A PDP context (TS 27.007 10.1.1)."""

    kind: str
    apn: str
    active: bool = False


def refusal(refused: Mapping[str, int], apn: str) -> int | None:
    """Return the ESM cause *apn* is refused with, None if it is accepted."""
    return refused.get(apn, refused.get("*"))


def ambr_at(steps: Sequence[AmbrStep], mode: Mode, t_s: float) -> AmbrStep:
    """Return the rates in force at *t_s*, the mode's usual ones before the first step."""
    past = [step for step in sorted(steps, key=lambda step: step.after_s) if step.after_s <= t_s]
    return past[-1] if past else USUAL_AMBR.get(mode, USUAL_AMBR[Mode.LTE])
