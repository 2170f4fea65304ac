"""What is done to a link while it is measured: blackholes and NAT rebinding, each at its second."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hil_tests.link.options import Options
from hil_tests.sims.operator_net.control import ControlError
from hil_tests.sims.operator_net.namespaces import NetworkError

BLACK, CLEAR, REBIND = "blackhole begins", "blackhole ends", "NAT rebinding"


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One act, at_s seconds after the link stood."""

    at_s: float
    what: str


@dataclass(slots=True)
class Done:
    """What was done, as {"at_s", "what", "t_ns"} (Unix ns of its end), and what went wrong."""

    events: list[dict[str, object]] = field(default_factory=list)
    error: Exception | None = None


def acts_of(options: Options) -> list[Act]:
    """Return the acts that were asked for, in order of time."""
    acts = [Act(options.rebind_nat_s, REBIND)] if options.rebind_nat_s is not None else []
    for from_s, for_s in options.blackhole:
        acts += [Act(from_s, BLACK), Act(from_s + for_s, CLEAR)]
    return sorted(acts)


@contextlib.contextmanager
def performed(acts: Sequence[Act], perform: Callable[[str], object]) -> Iterator[Done]:
    """Call perform(what) of each act at its time while the body runs; those not due by its end are left out.

    Raises: what perform raised, after the body.
    """
    done, over = Done(), threading.Event()
    begun_s = time.monotonic()

    def run() -> None:
        for act in acts:
            if over.wait(max(0.0, begun_s + act.at_s - time.monotonic())):
                return
            try:
                perform(act.what)
            except (OSError, NetworkError, ControlError) as error:
                done.error = error
                return
            done.events.append({"at_s": act.at_s, "what": act.what, "t_ns": time.time_ns()})

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()
    if done.error is not None:
        raise done.error
