"""One line of an AT dialogue without what is private in it, of the same length. The rules, as tables.

What is kept is what is known to be harmless: lines with a head, the answers of questions that answer without
one, codes and results. Free text that nobody asked for, messages and telephone books become shapes. Long
numbers become stand-ins everywhere, whatever the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from modem_drivers.at.results import parse_result
from modem_drivers.at.rows import MESSAGE_STATES
from modem_drivers.at.standard import command_verbs
from modem_drivers.at.urc import find_urc
from modem_drivers.transcript.numbers import IMEI_KEPT, Veil, blank, blank_hex
from modem_drivers.transcript.pdu import PDU, veil_pdu

SECRETS = frozenset(
    {
        "+CPIN",
        "+CPIN2",
        "+CPWD",
        "+CLCK",
        "^CPIN",
        "+SPIC",
        "+QPIN",
        "+CGAUTH",
        "+QICSGP",
        "^AUTHDATA",
        "$QCPDPP",
    }
    | {"#PDPAUTH", "+XGAUTH", "+MGAUTH", "*AUTHREQ", "#SGACTAUTH", "+CSTT", "#USERID", "#PASSW", "D"}
)
"""Commands with a PIN, a password or a number to dial: of their arguments short numbers stay."""
NUMBERS = frozenset(
    {
        "+CIMI",
        "+CCID",
        "+ICCID",
        "+QCCID",
        "+CICCID",
        "^ICCID",
        "#CCID",
        "!ICCID",
        "*CCID",
        "%CCID",
        "+CSIM",
        "#CIMI",
    }
    | {"+CNUM", "+GTCCID", "+NUM", "^PHYNUM", "^CARDID", "+XCCID"}
)
"""Questions that a subscriber's number answers: all its digits are replaced, however few."""
SUBSCRIBER_TEXT = frozenset(
    {
        "+CNUM",
        "+CPBR",
        "+CPBF",
        "+CPBW",
        "+CLIP",
        "+CLCC",
        "+CUSD",
        "+CMGL",
        "+CMGR",
        "+CMT",
        "+CDS",
        "+CBM",
        "+CCWA",
    }
    | {"+CMGS", "+CMGW", "+COLP", "+CNAP", "+CDIP", "^CMGR", "+CMGD", "$QCMGR", "$QCMGL", "+CSCA", "+CALA"}
)
"""Their lines hold names, numbers and texts of people: only short numbers, states and times stay."""
MESSAGES = frozenset({"+CMGL", "+CMGR", "+CMT", "+CDS", "+CBM", "^CMGR", "$QCMGR", "$QCMGL"})
"""Heads behind which a message stands."""
PROMPTS = frozenset({"+CMGS", "+CMGW", "+CMGC", "+CNMA"})
PUBLIC_FILES = frozenset({"28436", "28440", "28486", "28589", "28612", "28613", "28614", "28621"})
"""EFs of AT+CRSM that name networks (TS 31.102: SPN 6F46, PNN 6FC5, OPL 6FC6, SPDI 6FCD, AD 6FAD; CPHS 6F14,
6F18) and no subscriber."""
_FILE = re.compile(r"AT\+CRSM\s*=\s*\d+,\s*(\d+)", re.IGNORECASE)
_CELL = re.compile(r'"[^"]*"?|[^,"]+')
_CLOCK = re.compile(r"\d{2,4}/\d\d/\d\d,\d\d:\d\d:\d\d(?:[+-]\d{1,3})?", re.ASCII)
_SHORT = re.compile(r"-?\d{1,3}", re.ASCII)
_IMEI = re.compile(r"IMEI|\+GSN|\+CGSN|\+SIMEI|\+EGMR|^ATI", re.IGNORECASE)


class LineRules:
    """What a line is depends on what was asked: the state of one dialogue."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._asked = ""
        self._verbs: list[str] = []
        self._in_message = False
        self.awaits_body = False

    def sent(self, line: str) -> str:
        """Return *line*, a command or the body of a message, without what is private."""
        if self.awaits_body:
            return veil_pdu(line, self._veil) if PDU.fullmatch(line) else blank(line)
        self._asked, self._verbs, self._in_message = line, command_verbs(line), False
        self.awaits_body = bool(PROMPTS & set(self._verbs))
        return command_without_secrets(line)

    def received(self, line: str) -> str:
        """Return *line* of the modem without what is private."""
        if line[:2].upper() == "AT" and line[2:3] in "+^$#*!%&EDIZVQ":  # an echo
            return command_without_secrets(line)
        if line.strip() == ">":
            return line
        if parse_result(line.strip(), self._asked) is not None:
            self._verbs, self._in_message, self.awaits_body = [], False, False
            return self._veil.text(line)
        head = _head(line)
        in_message = self._in_message or bool(MESSAGES & set(self._verbs))
        if in_message and head not in MESSAGES and find_urc(line) is None:
            return veil_pdu(line, self._veil) if PDU.fullmatch(line) else blank(line)
        if head:
            return self._headed(head, line)
        return self._unheaded(line)

    def _headed(self, head: str, line: str) -> str:
        self._in_message = head in MESSAGES
        before, colon, tail = line.partition(":")
        return before + colon + self._tail(head, tail)

    def _tail(self, head: str, tail: str) -> str:
        if head == "+CRSM":
            return self._card(tail)
        if head in SECRETS and head not in ("+CPIN", "+CLCK"):
            return _each(tail, _secret)
        if head in SUBSCRIBER_TEXT:
            return _each(tail, self._of_people)
        if head in NUMBERS:
            return self._veil.spread(tail)
        kept = IMEI_KEPT if _IMEI.search(head) or _IMEI.search(self._asked) else None
        return self._veil.text(tail, kept)

    def _unheaded(self, line: str) -> str:
        """Return a line without a head: an answer, a known code, or free text."""
        if NUMBERS & set(self._verbs):
            return self._veil.spread(line)
        if "+CRSM" in self._verbs or SUBSCRIBER_TEXT & set(self._verbs):
            return blank(line)
        if self._verbs or find_urc(line) is not None or re.fullmatch(r"[A-Z ]{2,20}", line):
            return self._veil.text(
                line, IMEI_KEPT if _IMEI.search(line) or _IMEI.search(self._asked) else None
            )
        return blank(line)

    def _card(self, tail: str) -> str:
        """Return +CRSM's answer: the octets of a file that names networks, else their shape."""
        asked = _FILE.match(self._asked)
        if asked and asked[1] in PUBLIC_FILES:
            return self._veil.text(tail)
        return _each(tail, self._of_people)

    def _of_people(self, cell: str) -> str:
        inner = cell.strip().strip('"')
        if _SHORT.fullmatch(inner) or inner.upper() in MESSAGE_STATES or _CLOCK.fullmatch(inner):
            return cell
        if re.fullmatch(r"\+?\d+[Ff]?", inner):
            return self._veil.spread(cell)
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){4,}", inner):
            return cell.replace(inner, blank_hex(inner))
        return blank(cell)


def command_without_secrets(line: str) -> str:
    """Return command *line* with what is secret or a number in it as x and 0: the same at each time, so that
    a replay knows it again.
    """
    verbs = set(command_verbs(line))
    head, equals, tail = line.partition("=")
    if "D" in verbs:
        return line[:3] + re.sub(r"\d(?=\d{0,20})", "0", line[3:]) if not line[3:].startswith("*") else line
    if verbs & (SECRETS | SUBSCRIBER_TEXT) and equals:
        return head + equals + _each(tail, _secret)
    if verbs & (NUMBERS | {"+CRSM"}) and equals:
        return head + equals + _each(tail, _file_number)
    return re.sub(r"[0-9A-Fa-f]*\d(?:[ ()-]{0,2}[0-9A-Fa-f]){9,}", lambda match: blank(match.group()), line)


def _secret(cell: str) -> str:
    inner = cell.strip().strip('"')
    is_short = _SHORT.fullmatch(inner) and not cell.strip().startswith('"')
    return cell if is_short or inner.upper() in _WORDS else blank(cell)


def _file_number(cell: str) -> str:
    inner = cell.strip().strip('"')
    return cell if inner.isascii() and inner.isdigit() and len(inner) <= 5 else blank(cell)


_WORDS = frozenset(
    {"SC", "PN", "PF", "PS", "FD", "AO", "AI", "SM", "ME", "MT", "IP", "IPV6", "IPV4V6", ""}
) | frozenset(MESSAGE_STATES)


def _each(tail: str, veiled: Callable[[str], str]) -> str:
    """Return *tail* with each cell veiled, commas and quotes in their places."""
    return _CELL.sub(lambda match: veiled(match.group()), tail)


def _head(line: str) -> str:
    head, colon, _ = line.partition(":")
    is_head = bool(colon) and re.fullmatch(r"[+^#$!*%][A-Za-z0-9_]{1,20}", head.strip()) is not None
    return head.strip().upper() if is_head else ""
