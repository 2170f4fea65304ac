"""One line of the table: a command of a foreign program, and what it must print."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Row(NamedTuple):
    """What is asked of a program.

    `command` is run as it stands, {link} being the modem's port and {folder} the program's folder; rows with
    the same command share one run. `wanted` is a regular expression with {placeholders} of drawn values, to
    be found in what the command prints, or in the files `within` (a pattern in {folder}) that the program
    writes. `wait_s`: so long is it tried again. A row with a `limit` is known to fail, in these words:
    `wanted` is what the program prints then, and it must not end within `wait_s`.
    """

    what: str
    command: str
    wanted: str
    within: str = ""
    wait_s: float = 0.0
    limit: str = ""


class Verdict(StrEnum):
    """Of one row: as wanted; not; as a known limit of the program says."""

    PASS = "pass"
    FAIL = "FAIL"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the table, judged."""

    program: str
    version: str
    personality: str
    what: str
    command: str
    wanted: str
    printed: str
    verdict: Verdict


class InteropError(Exception):
    """Nothing can be judged; the text says what is missing and what to do."""
