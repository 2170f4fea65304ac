"""Writes every generated file of the repository (`make gen`), or checks them (`make gen-check`).

Each row names the file and the function that returns its text; nothing else is generated.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.judge import programs


class Generated(NamedTuple):
    """One generated file: where it stands, relative to the repository, and what makes its text."""

    path: str
    text: Callable[[], str]


FILES = (Generated("docs/programs.md", programs.markdown),)


def stale(root: Path, files: Sequence[Generated]) -> list[Generated]:
    """Return the rows whose file is missing or is not what its function returns."""
    return [
        row
        for row in files
        if not (root / row.path).exists() or (root / row.path).read_text(encoding="utf-8") != row.text()
    ]


def main(arguments: list[str]) -> int:
    """Write the stale files, or with `--check` only name them and return 1."""
    root = Path(__file__).resolve().parents[2]
    old = stale(root, FILES)
    if arguments == ["--check"]:
        for row in old:
            print(f"gen-check: {row.path} is not what `make gen` writes: run `make gen` and commit it")
        return 1 if old else 0
    for row in old:
        (root / row.path).write_text(row.text(), encoding="utf-8")
        print(f"gen: wrote {row.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
