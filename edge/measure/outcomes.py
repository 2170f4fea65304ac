"""The contract's outcome classes as a table: which evidence makes which verdict.

A verdict is by evidence, never by counting lines. What is not known is None and fulfils nothing; if no row
holds, the outcome is "undetermined", which is allowed and published.
# Ref: the contract with subscribers, outcome
"""

from dataclasses import dataclass
from typing import NamedTuple

from edge.measure.failures import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known around a failed test; None: not known.

    own_fault: the box's part failed (modem, interface, disk, clock). attended: somebody is at the box.
    policy: a rule of tariff, quota, AMBR or roaming. mains: the box is fed. server_well: its anchor measures
    it well, or another line reached it in the same minute. server_fault: the server itself said or showed it.
    others_well: other operators' lines work here. many_gone: several operators' lines failed at once.
    signal_usual: the line is registered with its usual signal. second_server_failed: one in another AS failed
    on this line too. before_egress: the break lies before the operator's egress.
    """

    own_fault: bool | None = None
    attended: bool | None = None
    policy: bool | None = None
    mains: bool | None = None
    server_well: bool | None = None
    server_fault: bool | None = None
    others_well: bool | None = None
    many_gone: bool | None = None
    signal_usual: bool | None = None
    second_server_failed: bool | None = None
    before_egress: bool | None = None


class Row(NamedTuple):
    """One verdict: all of *needs* must be known and as told."""

    outcome: Outcome
    needs: dict[str, bool]
    words: str


ROWS = (
    Row("maintenance", {"attended": True}, "somebody is at the box"),
    Row("policy", {"policy": True}, "a rule of tariff, quota or roaming"),
    Row("site", {"mains": False}, "the site has no mains power"),
    Row("box", {"own_fault": True}, "the box's own part failed"),
    Row("server", {"server_fault": True}, "the server said or showed it"),
    Row(
        "server",
        {"server_well": False, "second_server_failed": False},
        "only this server fails, for its anchor too",
    ),
    Row(
        "area",
        {"many_gone": True, "mains": True, "signal_usual": True, "server_well": True},
        "several operators are gone at once, box, mains and servers are well; headquarters settles it",
    ),
    Row(
        "operator",
        {"before_egress": True, "server_well": True},
        "the break lies before the operator's egress",
    ),
    Row(
        "operator",
        {"second_server_failed": True, "others_well": True},
        "a second server in another AS failed too, other operators reach them",
    ),
)
"""The first that holds counts: what lies nearer to us comes first, so that no fault of ours is another's."""


class OutcomeVerdict(NamedTuple):
    """The class and why."""

    outcome: Outcome
    words: str


def judge_outcome(evidence: Evidence) -> OutcomeVerdict:
    """Return the outcome of a failed test."""
    for row in ROWS:
        if all(getattr(evidence, name) is wanted for name, wanted in row.needs.items()):
            return OutcomeVerdict(row.outcome, row.words)
    return OutcomeVerdict("undetermined", "the evidence does not say whose it is")
