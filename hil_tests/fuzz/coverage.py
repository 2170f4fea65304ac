"""Which lines of a module the inputs reached, by the interpreter's own tracing."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Protocol


class Trace(Protocol):
    """What sys.settrace takes."""

    def __call__(self, frame: FrameType, event: str, argument: object, /) -> "Trace | None":
        """Take an event of *frame*."""


def _codes(code: CodeType) -> Iterable[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


BESIDE = frozenset(
    {"split_line", "parse_line", "find_line", "row", "integer", "scaled", "hexadecimal", "digits", "one_of"}
    | {"decimal", "number", "text", "swapped", "encode_address", "concat_header", "find", "texts"}
)
"""Functions that make tables when they are imported, encode, or serve other callers: no input gets there."""


def lines_of(module: ModuleType) -> set[int]:
    """Return the lines of the decoding functions in *module*; its top level runs when it is imported."""
    path = Path(str(module.__file__))
    whole = compile(path.read_bytes(), str(path), "exec")
    found: set[int] = set()
    for code in list(_codes(whole))[1:]:
        if (
            code.co_name in BESIDE or code.co_name.startswith("<") or not code.co_flags & 0x2
        ):  # no function: a class body
            continue
        found |= {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    return found


class Reached:
    """Lines reached while it watches; use as a context manager around calls."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self.lines: dict[str, set[int]] = {str(module.__file__): set() for module in modules}

    def __enter__(self) -> "Reached":
        """Begin to watch this thread."""
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, _argument: object) -> Trace | None:
        seen = self.lines.get(frame.f_code.co_filename)
        if seen is None:
            return None

        def line(inner: FrameType, _event: str, _argument: object) -> Trace:
            seen.add(inner.f_lineno)
            return line

        return line
