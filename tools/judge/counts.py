"""Counts what silences a checker: noqa, type: ignore, Any in annotations, ignored imports. All must be 0.

Read from tokens and syntax trees, so that a text or a name that merely mentions one does not count.
"""

import ast
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PLACES = ("edge", "modem_drivers", "tools", "hil_tests", "firmware", "conftest.py")
COMMENTS = (  # what is counted, its pattern in a comment
    ("noqa", re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b", re.IGNORECASE)),
    ("type: ignore", re.compile(r"#\s*(?:type:\s*ignore|mypy:\s*\S|pyright:\s*\S|pyrefly:\s*\S)")),
)
KINDS = ("noqa", "type: ignore", "Any", "ignored imports")


class Found(NamedTuple):
    """One silencer: what kind, and where."""

    kind: str
    path: Path
    line: int


def in_comments(path: Path) -> Iterator[Found]:
    """Yield the silencing comments of a Python file."""
    with tokenize.open(path) as handle:
        for token in tokenize.generate_tokens(handle.readline):
            if token.type != tokenize.COMMENT:
                continue
            for kind, pattern in COMMENTS:
                if pattern.search(token.string):
                    yield Found(kind, path, token.start[0])


def any_names(tree: ast.AST) -> set[str]:
    """Return the names under which a module knows typing.Any."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("typing", "typing_extensions")
        for alias in node.names
        if alias.name == "Any"
    }


def quoted(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Yield line and content of every annotation, or part of one, that is written as text."""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            written = getattr(node, field, None)
            if not isinstance(written, ast.expr):
                continue
            for part in ast.walk(written):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, parsed(part.value)


def parsed(text: str) -> ast.AST:
    """Return the expression that *text* holds; an empty one for a Literal's words."""
    try:
        return ast.parse(text, mode="eval")
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def is_any(node: ast.AST, names: set[str]) -> bool:
    """Return whether *node* is typing.Any, by name or by attribute."""
    if isinstance(node, ast.Name):
        return node.id in names
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "Any"
        and isinstance(node.value, ast.Name)
        and node.value.id in ("typing", "typing_extensions", "t")
    )


def in_types(path: Path) -> Iterator[Found]:
    """Yield each line of a Python file that uses typing.Any: in an annotation, a cast or an alias."""
    tree = ast.parse(path.read_bytes(), str(path))
    names = any_names(tree)
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and is_any(node, names)}
    for line, content in quoted(tree):
        if any(is_any(node, names) for node in ast.walk(content)):
            lines.add(line)
    yield from (Found("Any", path, line) for line in sorted(lines))


def in_settings(path: Path) -> Iterator[Found]:
    """Yield the imports that the contracts in a pyproject file are told to overlook."""
    tools = tomllib.loads(path.read_text()).get("tool", {})
    for contract in tools.get("importlinter", {}).get("contracts", []):
        for _ in contract.get("ignore_imports", []):
            yield Found("ignored imports", path, 0)


def python_files(root: Path) -> list[Path]:
    """Return the Python files of the repository that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *PLACES],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [root / name for name in listed.split("\0") if name.endswith(".py") and (root / name).exists()]


def count(root: Path) -> list[Found]:
    """Return every silencer of the repository at *root*."""
    found = [item for path in python_files(root) for item in (*in_comments(path), *in_types(path))]
    return found + list(in_settings(root / "pyproject.toml"))


def main() -> int:
    """Print where silencers are and how many of each kind; return 1 unless all counts are 0."""
    root = Path(__file__).resolve().parents[2]
    found = count(root)
    for item in found:
        print(f"{item.path.relative_to(root)}:{item.line}: {item.kind}")
    totals = {kind: sum(item.kind == kind for item in found) for kind in KINDS}
    print("counts: " + ", ".join(f"{kind} = {number}" for kind, number in totals.items()))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
