"""Results of tests that could not be made, or whose cause became known afterwards."""

from msgspec.structs import replace

from edge.measure.failures import outcome_of
from edge.measure.isolation import void
from edge.measure.result import Capacity, Failure, Result, Rtt, Throughput


def failed(kind: str, err: Failure, *, server: str, nonce: str, start_ns: int) -> Result:
    """Return the result of a test of *kind* that did not begin, with its cause."""
    shapes: dict[str, type[Rtt | Throughput | Capacity]] = {
        "rtt": Rtt,
        "tcp": Throughput,
        "capacity": Capacity,
    }
    shape = shapes[kind.partition("-")[0]]
    return shape(kind=kind, outcome=outcome_of(err), server=server, nonce=nonce, start_ns=start_ns, err=err)


def blamed(result: Result, err: Failure) -> Result:
    """Return *result*, a failed one, with *err* as its cause and without figures."""
    if isinstance(result, Rtt):
        return void(replace(result, err=err, outcome=outcome_of(err)))
    if isinstance(result, Capacity):
        return void(replace(result, err=err, outcome=outcome_of(err)))
    return void(replace(result, err=err, outcome=outcome_of(err)))
