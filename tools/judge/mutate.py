"""Single changes of a module's tables, on its syntax tree: each constant, each order of columns, each row.

Not changed: where a row was learnt (its source), prose for people (PROSE), docstrings, imports, and code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

SOURCES = frozenset(
    {"Memory", "Thread", "PublicDriver", "Manual", "Recorded", "standard", "_mm", "_manual", "TypeVar"}
)
PROSE = frozenset({"title", "modems", "what", "needs", "why", "condition", "note", "text_id"})
"""Keywords whose text is for people."""
PROSE_PLACES: Mapping[str, frozenset[int]] = {
    "_row": frozenset({3}),  # of the USB layouts: the modems' names
    "State": frozenset({4, 5}),  # of the session table: what to do, in two languages
    "HomeNetwork": frozenset({4}),
    "registration_row": frozenset({1}),  # a clause: where it was learnt
    "bare": frozenset({2}),
    "qmi": frozenset({0}),  # a condition in words
    "mbim": frozenset({0}),
}
"""Arguments without a keyword whose text is for people."""
ENUMS: Mapping[str, tuple[str, ...]] = {
    "PortRole": ("AT", "AT_SECOND", "PPP", "NMEA", "DIAGNOSTIC", "AUDIO", "IGNORE", "NETWORK", "CONTROL"),
    "DataMode": ("ECM", "RNDIS", "NCM", "QMI", "MBIM", "HILINK", "AT_ONLY"),
    "ResetKind": ("SYNC", "RADIO", "REBOOT", "REBIND", "POWER", "GIVE_UP"),
    "Depth": ("DEEP", "ROWS", "IDS"),
    "Speech": ("AT", "HILINK", "GOFORM"),
    "Outcome": ("OK", "ERROR", "CME", "CMS"),
}
ROLE_NAMES = ("_AT", "_AT2", "_PPP", "_NMEA", "_DIAG", "_AUDIO", "_IGNORE")
ADDED = "~"
TYPES = frozenset({"Sequence", "Mapping", "Callable", "tuple", "dict", "list"})
"""What is subscripted in a type's name: no table."""


class Mutation(NamedTuple):
    """One change: the line it is on, its kind, what it does in words, and how it is done (in place)."""

    line: int
    kind: str
    what: str
    change: Callable[[], None]


def find_mutations(tree: ast.Module, *, functions: bool) -> list[Mutation]:
    """Return every change of *tree*'s tables; functions: also of the constants within functions."""
    return list(_Finder(functions).of_body(tree.body))


class _Finder:
    def __init__(self, functions: bool) -> None:
        self._functions = functions

    def of_body(self, body: Sequence[ast.stmt]) -> Iterator[Mutation]:
        for statement in body:
            match statement:
                case ast.Assign(value=value):
                    yield from self.of(value)
                case ast.AnnAssign(value=value) if value is not None:
                    yield from self.of(value)
                case ast.FunctionDef() if self._functions:
                    for inner in statement.body:
                        yield from self.of(inner)

    def of(self, node: ast.AST) -> Iterator[Mutation]:
        """Yield the changes of *node* and below."""
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Lambda() | ast.Raise():
                return
            case ast.Subscript(value=ast.Name(id=name)) if name in TYPES:
                return
            case ast.AnnAssign(value=value):
                yield from self.of(value) if value is not None else ()
            case ast.Call():
                yield from self._of_call(node)
            case _:
                yield from _of_node(node)
                for child in ast.iter_child_nodes(node):
                    yield from self.of(child)

    def _of_call(self, node: ast.Call) -> Iterator[Mutation]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in SOURCES:
            return
        for place, argument in enumerate(node.args):
            if place not in PROSE_PLACES.get(name, ()):
                yield from self.of(argument)
        for keyword in node.keywords:
            if keyword.arg not in PROSE:
                yield from self.of(keyword.value)


def _of_node(node: ast.AST) -> Iterator[Mutation]:
    """Yield the changes of *node* itself."""
    match node:
        case ast.Constant():
            yield from _of_constant(node)
        case ast.Attribute(value=ast.Name(id=name)) if name in ENUMS:
            yield _other_member(node, ENUMS[name])
        case ast.Name(id=name) if name in ROLE_NAMES:
            yield _other_role(node)
        case ast.Tuple() | ast.Set():
            yield from _of_elements(node)
        case ast.Dict():
            yield from _of_entries(node)


def _of_constant(node: ast.Constant) -> Iterator[Mutation]:
    value = node.value
    if isinstance(value, bool):
        changed: bool | int | float | str = not value
    elif isinstance(value, int):
        changed = value + 1
    elif isinstance(value, float):
        changed = value + 0.5
    elif isinstance(value, str) and not value.startswith("http"):
        changed = value + ADDED
    else:
        return

    def change() -> None:
        node.value = changed

    yield Mutation(node.lineno, "constant", f"{value!r} -> {changed!r}", change)


def _other_member(node: ast.Attribute, members: Sequence[str]) -> Mutation:
    other = members[(members.index(node.attr) + 1) % len(members)] if node.attr in members else members[0]

    def change() -> None:
        node.attr = other

    return Mutation(node.lineno, "role", f"{ast.unparse(node)} -> {other}", change)


def _other_role(node: ast.Name) -> Mutation:
    other = ROLE_NAMES[(ROLE_NAMES.index(node.id) + 1) % len(ROLE_NAMES)]

    def change() -> None:
        node.id = other

    return Mutation(node.lineno, "role", f"{node.id} -> {other}", change)


def _are_columns(nodes: Sequence[ast.expr]) -> bool:
    """Tell whether *nodes* are columns in their order: Column(...), names of columns, groups of them."""
    made = [isinstance(node, ast.Call) and ast.unparse(node.func) == "Column" for node in nodes]
    named = [isinstance(node, ast.Name | ast.Starred) for node in nodes]
    grouped = any(isinstance(node, ast.Starred) for node in nodes)
    return (any(made) or grouped) and all(a or b for a, b in zip(made, named, strict=True))


def _of_elements(node: ast.Tuple | ast.Set) -> Iterator[Mutation]:
    if isinstance(node, ast.Tuple) and _are_columns(node.elts):
        yield from (_swap(node, place) for place in range(len(node.elts) - 1))
    elif len(node.elts) > 1 and not all(_is_number(element) for element in node.elts):
        yield from (_drop(node, place) for place in range(len(node.elts)))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _swap(node: ast.Tuple, place: int) -> Mutation:
    def change() -> None:
        node.elts[place], node.elts[place + 1] = node.elts[place + 1], node.elts[place]

    told = f"{_short(node.elts[place])} <-> {_short(node.elts[place + 1])}"
    return Mutation(node.elts[place].lineno, "order", told, change)


def _drop(node: ast.Tuple | ast.Set, place: int) -> Mutation:
    def change() -> None:
        del node.elts[place]

    return Mutation(node.elts[place].lineno, "row", f"without {_short(node.elts[place])}", change)


def _of_entries(node: ast.Dict) -> Iterator[Mutation]:
    if len(node.values) > 1:
        yield from (_drop_entry(node, place) for place in range(len(node.values)))


def _drop_entry(node: ast.Dict, place: int) -> Mutation:
    key = node.keys[place]

    def change() -> None:
        del node.keys[place]
        del node.values[place]

    told = _short(key) if key is not None else f"**{_short(node.values[place])}"
    return Mutation(node.values[place].lineno, "row", f"without {told}", change)


def _short(node: ast.expr) -> str:
    return ast.unparse(node).replace("\n", " ")[:60]
