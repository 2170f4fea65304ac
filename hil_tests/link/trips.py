"""What a link did to each STAMP probe of a session, from the emulator's log.

The reflector numbers the probes as they reach it (RFC 8762 4.3, stateful), so answer k is of the k-th probe
that left the link upwards: no clock is needed to tell which answer is of which probe.
"""

from dataclasses import dataclass

import numpy as np

from hil_tests.link.figures import Figures, rtt_summary
from hil_tests.link.truth import NS_PER_MS, port_flow
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.log import Records
from hil_tests.sims.operator_net.records import DOWN, UDP, UP


@dataclass(frozen=True, slots=True)
class Trip:
    """One probe: its way up, its answer's way down, ns; None = not delivered. back_ns: Unix, at its end."""

    up_ns: int | None
    down_ns: int | None = None
    back_ns: int | None = None

    @property
    def rtt_ns(self) -> int | None:
        """Return the time under way, both ways without the far end's own; None for a lost one."""
        return None if self.up_ns is None or self.down_ns is None else self.up_ns + self.down_ns


def session(records: Records, server_port: int, client_port: int) -> list[Trip]:
    """Return the trips of one session, in the order of its sequence numbers.

    Raises: log.LogError, if its numbers are not those of one session.
    """
    flow = port_flow(records, UDP, server_port)
    sent = log.one_way(flow, UP)
    sent = sent[sent["sport"] == client_port]
    if sent["seq"].tolist() != list(range(len(sent))):
        raise log.LogError(f"the probes of port {client_port} are not numbered 0, 1, 2, ...")
    trips = [
        Trip(int(up["t_out_ns"] - up["t_in_ns"]) if up["fate"] == Fate.DELIVERED else None) for up in sent
    ]
    arrived = np.flatnonzero(sent["fate"] == Fate.DELIVERED)
    arrived = arrived[np.argsort(sent["t_out_ns"][arrived], kind="stable")]
    answers = log.one_way(flow, DOWN)
    for answer in answers[answers["dport"] == client_port]:
        if answer["seq"] >= len(arrived):
            raise log.LogError(f"answer {answer['seq']} to {len(arrived)} probes that reached the far end")
        if answer["fate"] == Fate.DELIVERED:
            place = int(arrived[answer["seq"]])
            down_ns, back_ns = int(answer["t_out_ns"] - answer["t_in_ns"]), int(answer["t_out_ns"])
            trips[place] = Trip(trips[place].up_ns, down_ns, back_ns)
    return trips


def reordered(trips: list[Trip]) -> int:
    """Return how many answers came back with a number below one that had come before (RFC 4737 3.3)."""
    back = sorted((trip.back_ns, seq) for seq, trip in enumerate(trips) if trip.back_ns is not None)
    highest, count = -1, 0
    for _, seq in back:
        count += seq < highest
        highest = max(highest, seq)
    return count


def trips_truth(trips: list[Trip]) -> Figures:
    """Return the truth of a session's round trips after the first, and of its losses."""
    answered = [trip.rtt_ns / NS_PER_MS for trip in trips[1:] if trip.rtt_ns is not None]
    return Figures(
        outcome="ok" if trips else "failed: the log has no probe",
        layer="udp",
        rtt_ms=rtt_summary(answered),
        sent=len(trips),
        lost=sum(trip.rtt_ns is None for trip in trips),
    )
