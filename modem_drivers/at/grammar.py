"""Replies by rows: which columns the lines of a command have. One reader for every command and family.

A row may have several layouts, for firmwares and radio technologies disagree; the first that fits reads the
line. What no row knows is named, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modem_drivers.at.convert import hidden, imsi_network
from modem_drivers.at.replies import Column, Fields, Value, read_fields, split_fields
from modem_drivers.errors import MalformedReply
from modem_drivers.provenance import Source

Cells = Sequence[str]
PRIVATE = frozenset({hidden, imsi_network})
"""Converters of subscribers' numbers: what they were made from is not kept."""


class Layout(NamedTuple):
    """Columns of one shape of a line. fits: whether the cells are of this shape; None: by their number."""

    columns: tuple[Column, ...]
    required: int = 1
    fits: Callable[[Cells], bool] | None = None

    def takes(self, cells: Cells) -> bool:
        """Tell whether *cells* are of this layout."""
        return len(cells) >= self.required and (self.fits is None or self.fits(cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One command's information lines.

    verb: "+CSQ"; prefixes: heads of its lines where they differ from the verb ("" = a line without a head);
    many: several lines are usual; body: an unheaded line follows each (a PDU); split: the tokenizer;
    derive: further values computed from those read; source: where the grammar was learnt; private: columns
    whose raw text is not kept.
    """

    verb: str
    layouts: tuple[Layout, ...]
    source: Source
    prefixes: tuple[str, ...] = ()
    many: bool = False
    body: bool = False
    split: Callable[[str], list[str]] = split_fields
    derive: Callable[[Fields], Mapping[str, Value | None]] | None = None
    private: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        columns = (column for layout in self.layouts for column in layout.columns)
        private = frozenset(column.name for column in columns if column.convert in PRIVATE)
        object.__setattr__(self, "private", private)

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads its lines may have."""
        return self.prefixes or (self.verb,)


class Line(NamedTuple):
    """An information line, read: the row's verb, values (None: not said), raw texts, damage."""

    verb: str
    values: Mapping[str, Value | None]
    raw: Mapping[str, str]
    problems: tuple[str, ...]
    body: str | None = None


def row(
    verb: str,
    columns: Sequence[Column],
    source: Source,
    *,
    required: int = 1,
    many: bool = False,
    prefixes: tuple[str, ...] = (),
    derive: Callable[[Fields], Mapping[str, Value | None]] | None = None,
) -> Row:
    """Return a row of one layout."""
    layout = Layout(tuple(columns), required)
    return Row(
        verb=verb, layouts=(layout,), source=source, many=many, prefixes=prefixes, derive=derive
    )  # fmt: skip


def head_of(line: str) -> str:
    """Return the head of an information line ("+CSQ"), "" if it has none."""
    head, colon, _ = line.partition(":")
    head = head.strip()
    is_head = bool(colon) and head[:1] in "+^#$!*" and " " not in head
    return head.upper() if is_head else ""


def read_line(line: str, one: Row) -> Line:
    """Return *line* read by the first layout of *one* that takes it.

    Raises: MalformedReply, if no layout does or nothing in the line is sound.
    """
    tail = line.partition(":")[2] if head_of(line) else line
    cells = one.split(tail)
    layout = next((layout for layout in one.layouts if layout.takes(cells)), None)
    if layout is None:
        least = min(layout.required for layout in one.layouts)
        missing = one.layouts[0].columns[min(len(cells), len(one.layouts[0].columns) - 1)].name
        raise MalformedReply(line, f"{one.verb} with {least} or more fields", missing)
    fields = read_fields(cells, layout.columns)
    if fields.problems and all(value is None for value in fields.values.values()):
        raise MalformedReply(line, one.verb, fields.problems[0].partition(":")[0])
    extra = one.derive(fields) if one.derive else {}
    raw = fields.raw
    if one.private:
        raw = {name: text for name, text in raw.items() if name not in one.private}
    return Line(one.verb, {**fields.values, **extra}, raw, fields.problems)
