"""The file: a JSON line a write or read, bytes as the characters U+0000 to U+00FF; the first line is a head.

    {"format": "pantau-transcript", "version": 1, "family": "quectel-lte", "command": "pantau modems record"}
    {"t_s": 0.000113, "dir": "tx", "data": "AT\\r"}
    {"t_s": 0.004902, "dir": "rx", "data": "\\r\\nOK\\r\\n"}

t_s: monotonic seconds since the recording began.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from modem_drivers.errors import MalformedReply
from modem_drivers.transcript.stream import Direction, Entry

FORMAT, VERSION = "pantau-transcript", 1
DIRECTIONS: dict[object, Direction] = {"tx": "tx", "rx": "rx"}


def encode_head(family: str) -> str:
    """Return the first line, without line end."""
    return json.dumps({"format": FORMAT, "version": VERSION, "family": family})


def encode_entry(entry: Entry) -> str:
    """Return the line of *entry*, without line end."""
    text = entry.data.decode("latin-1")
    return json.dumps({"t_s": round(entry.t_s, 6), "dir": entry.direction, "data": text})


def decode_transcript(lines: Iterable[str]) -> tuple[str, list[Entry]]:
    """Return (family, entries) of a transcript's lines; blank lines are passed over.

    Raises: MalformedReply, naming the line: no head of this format, or an entry that is none.
    """
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise MalformedReply("", f"a transcript; its first line names the format {FORMAT}", "line 1")
    head = _object(*numbered[0])
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise MalformedReply(numbered[0][1], f"format {FORMAT}, version {VERSION}", "line 1")
    return str(head.get("family", "generic")), [_entry(number, line) for number, line in numbered[1:]]


def _object(number: int, line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as reason:
        raise MalformedReply(line, f"a JSON object ({reason})", f"line {number}") from reason
    if not isinstance(found, dict):
        raise MalformedReply(line, "a JSON object", f"line {number}")
    return found


def _entry(number: int, line: str) -> Entry:
    found = _object(number, line)
    t_s, data, direction = found.get("t_s"), found.get("data"), DIRECTIONS.get(str(found.get("dir")))
    if not isinstance(t_s, int | float) or isinstance(t_s, bool) or not 0 <= t_s < 1e9:
        raise MalformedReply(line, "t_s, seconds since the beginning", f"line {number}")
    if direction is None or not isinstance(data, str) or any(character > "\xff" for character in data):
        raise MalformedReply(line, 'dir "tx" or "rx", data of characters U+0000 to U+00FF', f"line {number}")
    return Entry(float(t_s), direction, data.encode("latin-1"))
