"""A whole reply, whatever modem it came from, into fields: for technicians, and for whoever examines us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from modem_drivers.at.card_reply import card_facts
from modem_drivers.at.convert import hidden
from modem_drivers.at.grammar import Line, Row, head_of, read_line
from modem_drivers.at.grid import read_grid
from modem_drivers.at.replies import Column, Value
from modem_drivers.at.results import Outcome, Result, parse_result
from modem_drivers.at.scan import VERB, is_scan, networks
from modem_drivers.at.standard import command_verbs, hide_private
from modem_drivers.at.urc import find_urc
from modem_drivers.errors import MalformedPdu, MalformedReply
from modem_drivers.families.grammars import GRIDS, rows_for
from modem_drivers.sms.tpdu import decode_pdu


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """status: "parsed", "partial" (some of it damaged or not known), "unknown" (no row) or "malformed".

    fields: values by name, None where the modem did not say; of several lines, the first that says it. rows:
    each line's values, where there are several. "result" is "ok", "error", "cme" or "cms", the latter with
    "result_code" and "result_text"; absent where no final result came. raw: texts by name;
    problems: what was damaged, and lines that no row knows.
    """

    status: str
    fields: dict[str, Value | None] = field(default_factory=dict)
    rows: tuple[dict[str, Value | None], ...] = ()
    raw: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    family: str = "generic"


def parse_reply(command: str | None, reply: str, family: str | None = None) -> Parsed:
    """Return *reply* read as the answer to *command* ("AT+CSQ", "+CSQ" or None) of a modem of *family*.

    An unknown family is generic. Private content (numbers, texts) is never among the fields.
    """
    name, rows = rows_for(family)
    verbs = command_verbs(command or "")
    lines, results = _split(reply, command, verbs)
    if asks_what_is_possible(command):
        read, problems, refused = _read_test(lines)
    elif "I" in verbs:
        read, problems, refused = _read_identity(lines)
    elif grid := next((GRIDS[verb] for verb in verbs if verb in GRIDS), None):
        read, problems, refused = _read_grid(lines, verbs[0], grid)
    else:
        read, problems, refused = _read(lines, verbs, rows)
    fields = _first_said(read) | (card_facts(command or "", lines[0]) if "+CRSM" in verbs and lines else {})
    return Parsed(
        status=_status(read, problems, refused, results=bool(results), lines=bool(lines)),
        fields=fields | _result_fields(results),
        rows=tuple(dict(one.values) for one in read) if len(read) > 1 else (),
        raw={key: text for one in reversed(read) for key, text in one.raw.items()},
        problems=tuple(problems),
        family=name,
    )


def asks_what_is_possible(command: str | None) -> bool:
    """Tell a test command (AT+CREG=?), which is answered by what is possible; of +COPS that is a scan."""
    text = (command or "").strip().upper()
    return text.endswith("=?") and not text.endswith("+COPS=?")


def _first_said(read: Sequence[Line]) -> dict[str, Value | None]:
    """Return each value of the first line that has it: a cell is not filled up from another one."""
    return {key: value for one in reversed(read) for key, value in one.values.items()}


def _status(
    read: Sequence[Line], problems: Sequence[str], refused: int, *, results: bool, lines: bool
) -> str:
    if read:
        return "partial" if problems else "parsed"
    if refused:
        return "malformed"
    if lines:
        return "unknown"
    return "parsed" if results else "malformed"


def _split(reply: str, command: str | None, verbs: Sequence[str]) -> tuple[list[str], list[Result]]:
    """Return the information lines of *reply*, without echo, and its final results."""
    lines: list[str] = []
    results: list[Result] = []
    for text in reply.replace("\r", "\n").split("\n"):
        line = text.strip()
        if not line or (command and line.upper() == command.strip().upper() and line.upper()[:2] == "AT"):
            continue
        final = parse_result(line, command or "")
        if final:
            results.append(final)
        else:
            lines += _unglued(line, verbs)
    return lines, results


def _unglued(line: str, verbs: Sequence[str]) -> list[str]:
    """Cut *line* where another one of the same command begins within it: some firmwares forget the line end
    (https://github.com/iamromulan/quectel-rgmii-toolkit/issues/142).
    """
    for verb in verbs:
        if verb[:1] in "+^#$!" and line.upper().count(f"{verb}:") > 1:
            pieces = re.split(f"(?={re.escape(verb)}:)", line, flags=re.IGNORECASE)
            return [piece.strip() for piece in pieces if piece.strip()]
    return [line]


def _read_test(lines: Sequence[str]) -> tuple[list[Line], list[str], int]:
    """As _read, of what a test command says: ranges and lists, as they stand."""
    read = []
    for line in lines:
        head = head_of(line)
        said = (line.partition(":")[2] if head else line).strip()
        shown = hide_private("", said)
        read.append(Line(head, {"possible": shown or None}, {}, ()))
    return read, [], 0


IDENTITY = {"manufacturer": "manufacturer", "model": "model", "revision": "revision", "imei": "imei"}
IN_ORDER = ("manufacturer", "model", "revision")


def _read_identity(lines: Sequence[str]) -> tuple[list[Line], list[str], int]:
    """As _read, of ATI: "Label: value" lines, or maker, model and revision in this order (V.250 6.1.3)."""
    values: dict[str, Value | None] = {}
    for line in lines:
        label, colon, said = line.partition(":")
        name = IDENTITY.get(label.strip().casefold()) if colon else None
        bare = next((name for name in IN_ORDER if name not in values), None)
        if name == "imei":
            values[name] = hidden(said)
        elif name is not None:
            values[name] = hide_private("", said.strip())
        elif not head_of(line) and bare is not None and not re.fullmatch(r"[0-9]{10,}", line):
            values[bare] = hide_private("", line)
    return ([Line("I", values, {}, ())] if values else []), [], 0 if values else len(lines)


def _result_fields(results: Sequence[Result]) -> dict[str, Value | None]:
    if not results:
        return {}
    last = results[-1]
    fields: dict[str, Value | None] = {"result": last.outcome.value}
    if last.outcome in (Outcome.CME, Outcome.CMS):
        fields |= {"result_code": last.number, "result_text": last.meaning or None}
    return fields


def _read(
    lines: Sequence[str], verbs: Sequence[str], rows: Mapping[str, Row]
) -> tuple[list[Line], list[str], int]:
    """Return (lines read, problems, how many lines a row refused)."""
    read: list[Line] = []
    problems: list[str] = []
    refused = 0
    waiting = iter(lines)
    current: Row | None = None
    for line in waiting:
        one = _row_of(line, verbs, rows, current)
        current = one if head_of(line) else current
        if one is None and not head_of(line) and find_urc(line) is not None:
            read.append(Line("", {"code": line}, {}, ()))
            continue
        if one is not None and one.verb == VERB and is_scan(line.partition(":")[2]):
            found = list(networks(line.partition(":")[2]))
            read += found or [Line(VERB, {"networks": 0}, {}, ())]
            problems += [problem for network in found for problem in network.problems]
            continue
        if one is None:
            problems.append(f"no row knows this line: {_headline(line)}")
            continue
        try:
            got = read_line(line, one)
        except MalformedReply as refusal:
            problems.append(f"{refusal.field or one.verb}: {refusal.expected} was expected")
            refused += 1
            continue
        if one.body:
            got = _with_body(got, waiting)
        read.append(got)
        problems += got.problems
    return read, problems, refused


def _read_grid(
    lines: Sequence[str], verb: str, labels: Mapping[str, Column]
) -> tuple[list[Line], list[str], int]:
    """As _read, of a reply that is a grid of labels."""
    fields = read_grid(lines, labels)
    if not fields.values:
        return [], [f"{verb}: no label of it is known"], int(bool(lines))
    return [Line(verb, fields.values, fields.raw, fields.problems)], list(fields.problems), 0


def _row_of(line: str, verbs: Sequence[str], rows: Mapping[str, Row], current: Row | None) -> Row | None:
    """Return the row of *line*: by its head, else the one of the head before it, or the asked command's, if
    its lines may lack one.
    """
    head = head_of(line)
    if not head and current is not None and "" in current.heads:
        return current
    asked = [rows[verb] for verb in verbs if verb in rows]
    by_head = [one for one in asked if head and head in one.heads]
    if by_head or head in rows:
        return by_head[0] if by_head else rows[head]
    return next((one for one in asked if "" in one.heads), None)


def _with_body(got: Line, waiting: Iterator[str]) -> Line:
    """Return *got* with what its PDU says, without text and numbers."""
    body = next(waiting, "")
    try:
        part = decode_pdu(body)
    except MalformedPdu as refusal:
        return got._replace(problems=(*got.problems, f"pdu: {refusal.field} at octet {refusal.offset}"))
    facts: dict[str, Value | None] = {
        "pdu_kind": part.kind,
        "alphabet": part.alphabet,
        "characters": None if part.text is None else len(part.text),
        "sent_utc": part.sent_utc.isoformat() if part.sent_utc else None,
        "part": part.place.number if part.place else 1,
        "parts": part.place.total if part.place else 1,
    }
    return got._replace(values={**got.values, **facts}, problems=(*got.problems, *part.problems))


def _headline(line: str) -> str:
    """Return what may be shown of an unknown line: its head, or how long it is."""
    return head_of(line) or f"{len(line)} characters without a head"
