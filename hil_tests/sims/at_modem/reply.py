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
    WRONG_PASSWORD = ("CME", 16, "incorrect password")
    BAD_INDEX = ("CME", 21, "invalid index")
    NOT_FOUND = ("CME", 22, "not found")
    NO_SERVICE = ("CME", 30, "no network service")
    BAD_PARAMETER = ("CME", 50, "incorrect parameters")
    SMS_NO_NETWORK = ("CMS", 331, "no network service")
    SMS_BAD_PDU = ("CMS", 304, "invalid PDU mode parameter")
    SMS_BAD_TEXT = ("CMS", 305, "invalid text mode parameter")
    SMS_BAD_INDEX = ("CMS", 321, "invalid memory index")


@dataclass(frozen=True, slots=True)
class Reply:
    """Information lines and the final result of one command.

    `truth` is what the lines express, for the log; `prompt`, if given, makes the engine ask with `> ` and
    hand over the bytes typed up to Ctrl-Z; `after` are lines that follow the final result.
    """

    lines: tuple[str, ...] = ()
    failure: Failure | None = None
    truth: Mapping[str, object] = field(default_factory=dict)
    prompt: "Callable[[bytes, float], Reply] | None" = None
    after: tuple[str, ...] = ()


OK = Reply()


def fail(failure: Failure) -> Reply:
    """Return a reply that is nothing but *failure*."""
    return Reply(failure=failure)
