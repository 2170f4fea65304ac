"""Final result codes of an AT command line.

Ref: ITU-T V.250 5.7.1 (OK, ERROR, numeric forms), 3GPP TS 27.007 9.2 (+CME ERROR), 3GPP TS 27.005 3.2.5
(+CMS ERROR). Vendors' words: COMMAND NOT SUPPORT, TOO MANY PARAMETERS,
NA [public-driver (ModemManager)], +EXT ERROR [public-driver (ofono)], MODEM ERROR, ABORTED (a command that a
character ended) [memory].
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Outcome(enum.Enum):
    """How a command ended."""

    OK = "ok"
    ERROR = "error"
    CME = "cme"
    CMS = "cms"
    TIMEOUT = "timeout"


class Result(NamedTuple):
    """A recognised final result: number is the code of +CME/+CMS ERROR, None if there was none."""

    outcome: Outcome
    number: int | None = None
    meaning: str = ""


WORDS = {
    "OK": Result(Outcome.OK),
    "ERROR": Result(Outcome.ERROR),
    "COMMAND NOT SUPPORT": Result(Outcome.ERROR),
    "TOO MANY PARAMETERS": Result(Outcome.ERROR),
    "NA": Result(Outcome.ERROR),
    "ABORTED": Result(Outcome.ERROR),
}
WORDS_OF_BARE_LINES = frozenset(
    {"NA", "ABORTED"}
)  # a command that answers in lines without a prefix may say them too
DIAL_WORDS = frozenset({"NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE"})
NUMERIC = {"0": "OK", "4": "ERROR"}  # V.250 table 1, after ATV0; 2 is RING
DIAL_NUMERIC = {"1": "CONNECT", "3": "NO CARRIER", "6": "NO DIALTONE", "7": "BUSY", "8": "NO ANSWER"}
DIAL_COMMANDS = ("ATD", "ATA", "ATO", "AT+CGDATA", "AT$QCRMCALL")

CME_MEANING = {  # 3GPP TS 27.007 9.2.1 (general), 9.2.2 (GPRS and EPS)
    0: "phone failure",
    1: "no connection to phone",
    2: "phone-adaptor link reserved",
    3: "operation not allowed",
    4: "operation not supported",
    5: "PH-SIM PIN required",
    6: "PH-FSIM PIN required",
    7: "PH-FSIM PUK required",
    10: "SIM not inserted",
    11: "SIM PIN required",
    12: "SIM PUK required",
    13: "SIM failure",
    14: "SIM busy",
    15: "SIM wrong",
    16: "incorrect password",
    17: "SIM PIN2 required",
    18: "SIM PUK2 required",
    20: "memory full",
    21: "invalid index",
    22: "not found",
    23: "memory failure",
    24: "text string too long",
    25: "invalid characters in text string",
    26: "dial string too long",
    27: "invalid characters in dial string",
    30: "no network service",
    31: "network timeout",
    32: "network not allowed - emergency calls only",
    40: "network personalization PIN required",
    41: "network personalization PUK required",
    42: "network subset personalization PIN required",
    43: "network subset personalization PUK required",
    44: "service provider personalization PIN required",
    45: "service provider personalization PUK required",
    46: "corporate personalization PIN required",
    47: "corporate personalization PUK required",
    50: "incorrect parameters",
    100: "unknown",
    103: "illegal MS",
    106: "illegal ME",
    107: "GPRS services not allowed",
    111: "PLMN not allowed",
    112: "location area not allowed",
    113: "roaming not allowed in this location area",
    132: "service option not supported",
    133: "requested service option not subscribed",
    134: "service option temporarily out of order",
    148: "unspecified GPRS error",
    149: "PDP authentication failure",
}
CMS_MEANING = {  # 3GPP TS 27.005 3.2.5
    300: "ME failure",
    301: "SMS service of ME reserved",
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "SIM not inserted",
    311: "SIM PIN required",
    313: "SIM failure",
    314: "SIM busy",
    320: "memory failure",
    321: "invalid memory index",
    322: "memory full",
    330: "SMSC address unknown",
    331: "no network service",
    332: "network timeout",
    500: "unknown error",
}
CME_NOT_SUPPORTED = frozenset({3, 4, 50, 58, 100})
"""Codes by which modems say that they do not know a command: 4 by the standard, the others in practice
(58 Quectel and Huawei "invalid command line", 100 "unknown": public-driver (ModemManager))."""

_PREFIXED: tuple[tuple[str, Outcome, dict[int, str]], ...] = (
    ("+CME ERROR", Outcome.CME, CME_MEANING),
    ("+CMS ERROR", Outcome.CMS, CMS_MEANING),
    ("+EXT ERROR", Outcome.ERROR, {}),
    ("MODEM ERROR", Outcome.ERROR, {}),
)


def parse_result(line: str, command: str = "", *, numeric: bool = False, bare: bool = False) -> Result | None:
    """Return the final result that *line* is, None if it is none for *command*.

    numeric: also take the digits that a modem sends after ATV0; bare: the command may be answered in lines
    without a prefix, so that a word like NA is none.
    """
    is_call = command.upper().startswith(DIAL_COMMANDS)
    if numeric:
        line = NUMERIC.get(line, DIAL_NUMERIC.get(line, line) if is_call else line)
    if line in WORDS:
        return None if bare and line in WORDS_OF_BARE_LINES else WORDS[line]
    if is_call and (line in DIAL_WORDS or line.split(" ")[0] == "CONNECT"):
        return Result(Outcome.OK if line.startswith("CONNECT") else Outcome.ERROR, meaning=line)
    for prefix, outcome, meanings in _PREFIXED:
        if line.startswith(prefix) and line[len(prefix) :].lstrip()[:1] in ("", ":"):
            return _coded(line[len(prefix) :].lstrip(": "), outcome, meanings)
    return None


def _coded(tail: str, outcome: Outcome, meanings: dict[int, str]) -> Result:
    words = tail.strip()
    if words.isascii() and words.isdigit() and len(words) <= 5:
        return Result(outcome, int(words), meanings.get(int(words), "code not in the standard's table"))
    number = next(
        (code for code, meaning in meanings.items() if meaning.casefold() == words.casefold()), None
    )
    return Result(outcome, number, words)
