"""Where something stands in the configuration's text: TOML parsers forget it, technicians need it."""

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_VALIDATION_PATH = re.compile(r"`\$\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
_MISSING = re.compile(r"required field `(\w+)`")
_TOML_LINE = re.compile(r"\(at line (\d+),")


def at(where: str, line: int) -> str:
    """Return "file:line", or just the file for line 0 (unknown)."""
    return f"{where}:{line}" if line else where


def line_of_key(text: str, table: str, key: str, number: int = 0) -> int:
    """Return the 1-based line on which *key* is set within the *number*-th [table] or [[table]] ("" = above
    all tables); the line that opens the table when the key is not in it; 0 if nowhere.
    """
    opened, count = 0, -1
    sets = re.compile(rf'\s*"?{re.escape(key)}"?\s*[=.]')
    for at_line, current, line in _lines(text):
        if _HEADER.match(line):
            if current == key and not table:
                return at_line
            count += current == table
            opened = at_line if current == table and count == number else opened
            if current == f"{table}.{key}":
                return at_line
        elif current == table and (not table or count == number) and sets.match(line):
            return at_line
    return opened or (_inline(text, table) if table else 0)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (1-based number, the table the line stands in or opens, the line)."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            current = header[1]
        yield number, current, line


def _inline(text: str, table: str) -> int:
    """Return the line of `table = {...}` or `table.key = ...` above all tables; 0 if nowhere."""
    sets = re.compile(rf'\s*"?{re.escape(table)}"?\s*[=.]')
    return next((number for number, current, line in _lines(text) if not current and sets.match(line)), 0)


def line_of_violation(text: str, message: str) -> int:
    """Return the line that msgspec's ValidationError *message* speaks of; 0 if it names a missing table."""
    path = _VALIDATION_PATH.search(message)
    missing = _MISSING.search(message)
    if path is None:
        return 0
    table, number, key = path[1], int(path[2] or 0), path[3] or (missing[1] if missing else "")
    inside = line_of_key(text, table, key, number) if key else 0
    return inside or line_of_key(text, "", table)


def line_of_syntax_error(message: str) -> int:
    """Return the line that tomllib's error *message* names; 0 at the end of the document."""
    found = _TOML_LINE.search(message)
    return int(found[1]) if found else 0
