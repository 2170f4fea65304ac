"""One line of the table: a command of a foreign program, and what it must print."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Row(NamedTuple):
    """What is asked of a program.

    `command` is run as it stands, {link} being the modem's port and {folder} the program's folder; rows with
    the same command share one run. `wanted` is a regular expression with {placeholders} of drawn values, to
    be found in what the command prints, or in the files `within` (a pattern in {folder}) that the program
    writes. `wait_s`: so long is it tried again.
    """

    what: str
    command: str
    wanted: str
    within: str = ""
    wait_s: float = 0.0


class Limit(NamedTuple):
    """What a program is known not to manage: row `what` prints `instead` (as `wanted`), and why.

    `personalities`: with which modems; none = with all. `hangs_s` > 0: it then does not end by itself, as is
    seen after that time.
    """

    what: str
    instead: str
    why: str
    personalities: tuple[str, ...] = ()
    hangs_s: float = 0.0


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
    scenario: str
    what: str
    command: str
    wanted: str
    printed: str
    verdict: Verdict


class InteropError(Exception):
    """Nothing can be judged; the text says what is missing and what to do."""
