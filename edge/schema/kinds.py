"""The kinds of message, the last level of a topic (contract: the table of topics)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from edge.schema.errors import BadTopic


class Kind(NamedTuple):
    """How one kind of message travels: retained by the broker, its QoS, whether it waits in the outbox."""

    name: str
    retained: bool
    qos: int
    in_outbox: bool
    box_only: bool  # stands under line "box" only
    content: str


_ROWS = (
    Kind("status", True, 1, False, True, "online or offline with the session's number; also the last will"),
    Kind("meta", True, 1, False, True, "versions, hardware, modem models, site"),
    Kind("state", True, 1, False, False, "last known values of a line"),
    Kind("signal", False, 0, False, False, "radio samples, never stored"),
    Kind("result", False, 1, True, False, "one measurement, success or failure"),
    Kind("event", False, 1, True, False, "something happened: name changed, power cycle"),
    Kind("gap", False, 1, True, False, "records that were lost, counted"),
    Kind("alert", True, 1, True, False, "something wrong since a time; empty means resolved"),
    Kind("receipt", False, 1, False, True, "headquarters to box: these records are stored"),
)
KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})
"""Kind by name."""


def kind_of(name: str) -> Kind:
    """Return the row of *name*.

    Raises: BadTopic, naming the kinds there are.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise BadTopic(f"kind {name!r} is not in the contract; use one of {', '.join(KINDS)}") from None
