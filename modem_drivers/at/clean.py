"""What most reads bring: one whole answer that ends with OK, and nothing else. It is taken in one look.

What is not clean beyond doubt (an echo, a code, damage, an answer in pieces) goes the long way, line by line,
which would make the same of a clean one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from modem_drivers.at.shapes import shape_of
from modem_drivers.at.urc import is_balanced

MOST_OCTETS = 4096
_REST = rb"[ -*,-\]_-~]*+"  # printable, without the + and ^ that a code glued to it begins with


Reader = Callable[[bytes], list[str] | None]


@lru_cache(maxsize=256)
def clean_reader(command: str, prefixes: tuple[str, ...]) -> Reader | None:
    """Return what gives the information lines of a clean answer to *command*, None of any other data.

    The lines begin with *prefixes* and have the shape that at.shapes asks; None: there are no such lines.
    """
    if not prefixes:
        return None
    heads = b"|".join(re.escape(prefix.encode("ascii")) for prefix in prefixes)
    pattern = re.compile(rb"[\r\n]*+(?:(?:" + heads + rb")" + _REST + rb"[\r\n]++)++OK[\r\n]++")
    shapes = [shape for prefix in prefixes if (shape := shape_of(command, prefix))]

    def read(data: bytes) -> list[str] | None:
        if len(data) > MOST_OCTETS or not pattern.fullmatch(data):
            return None
        *lines, _ = (line.strip(" \t") for line in data.decode("ascii").splitlines() if line)
        fit = all(is_balanced(line) and all(fits(line) for fits in shapes) for line in lines)
        return lines if fit else None

    return read
