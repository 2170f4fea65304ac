"""Which measurement is which: kind -> the function that runs it inside the line's namespace."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from edge.measure.result import Result
from edge.run.capacity import measure_capacity_down, measure_capacity_up
from edge.run.job import Job
from edge.run.rtt import measure_rtt
from edge.run.tcp import measure_tcp_down, measure_tcp_up

Measurement = Callable[[Job], Awaitable[Result]]


async def measure(kind: str, job: Job) -> Result:
    """Return the result of *kind*; the job's brake watches meanwhile. Raises: KeyError of an unknown kind."""
    if job.brake is None:
        return await MEASUREMENTS[kind](job)
    async with job.brake.watching():
        return await MEASUREMENTS[kind](job)


MEASUREMENTS: Mapping[str, Measurement] = MappingProxyType(
    {
        "rtt": measure_rtt,
        "tcp-down": measure_tcp_down,
        "tcp-up": measure_tcp_up,
        "capacity-down": measure_capacity_down,
        "capacity-up": measure_capacity_up,
    }
)
