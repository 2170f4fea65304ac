"""What a personality gives the engine for one command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Failure(Enum):
    """Final results other than OK: (family, number, text), TS 27.007 9.2, TS 27.005 3.2.5, "" V.250."""

    PLAIN = ("", 4, "ERROR")
    NO_CARRIER = ("", 3, "NO CARRIER")
    NOT_ALLOWED = ("CME", 3, "operation not allowed")
    NOT_SUPPORTED = ("CME", 4, "operation not supported")
    SIM_ABSENT = ("CME", 10, "SIM not inserted")
    PIN_REQUIRED = ("CME", 11, "SIM PIN required")
    PUK_REQUIRED = ("CME", 12, "SIM PUK required")
    SIM_FAILURE = ("CME", 13, "SIM failure")
    SIM_BUSY = ("CME", 14, "SIM busy")
    WRONG_PASSWORD = ("CME", 16, "incorrect password")
    BAD_INDEX = ("CME", 21, "invalid index")
    NOT_FOUND = ("CME", 22, "not found")
    NO_SERVICE = ("CME", 30, "no network service")
    BAD_PARAMETER = ("CME", 50, "incorrect parameters")
    SMS_SIM_ABSENT = ("CMS", 310, "SIM not inserted")
    SMS_PIN_REQUIRED = ("CMS", 311, "SIM PIN required")
    SMS_SIM_FAILURE = ("CMS", 313, "SIM failure")
    SMS_SIM_BUSY = ("CMS", 314, "SIM busy")
    SMS_PUK_REQUIRED = ("CMS", 316, "SIM PUK required")
    SMS_UNKNOWN = ("CMS", 500, "unknown error")
    SMS_NO_NETWORK = ("CMS", 331, "no network service")
    SMS_BAD_PDU = ("CMS", 304, "invalid PDU mode parameter")
    SMS_BAD_TEXT = ("CMS", 305, "invalid text mode parameter")
    SMS_NO_ACKNOWLEDGEMENT = ("CMS", 340, "no +CNMA acknowledgement expected")
    SMS_BAD_INDEX = ("CMS", 321, "invalid memory index")


@dataclass(frozen=True, slots=True)
class Refused:
    """A final result whose number depends on the network's cause: (family, number, text) as in Failure."""

    value: tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """Information lines and the final result of one command.

    `truth` is what the lines express, for the log; `prompt`, if given, makes the engine ask with `> ` and
    hand over the bytes typed up to Ctrl-Z; `after` are lines that follow the final result.
    """

    lines: tuple[str, ...] = ()
    failure: Failure | Refused | None = None
    truth: Mapping[str, object] = field(default_factory=dict)
    prompt: "Callable[[bytes, float], Reply] | None" = None
    after: tuple[str, ...] = ()


OK = Reply()


def fail(failure: Failure | Refused) -> Reply:
    """Return a reply that is nothing but *failure*."""
    return Reply(failure=failure)
