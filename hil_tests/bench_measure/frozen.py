"""Methods frozen by hash before the judged half is run: docs/methods/frozen.toml against the files.

`python -m hil_tests.bench_measure.frozen` prints each method with the hash its files have now; --write puts
these hashes into the book.
"""

import argparse
import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from hil_tests.bench_measure.errors import NotFrozen

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path("docs/methods/frozen.toml")


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One method: the files with its statistic and constants, relative to the tree, and their hash."""

    id: str
    files: tuple[str, ...]
    sha256: str


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """docs/methods/frozen.toml."""

    method: tuple[Method, ...]


def read_book(root: Path) -> tuple[Method, ...]:
    """Return the methods of the tree at *root*. Raises: NotFrozen (no book, or one that cannot be read)."""
    try:
        return msgspec.convert(tomllib.loads((root / BOOK).read_text(encoding="utf-8")), Book).method
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise NotFrozen(f"{root / BOOK}: {error}; docs/methods/README.md says what belongs there") from error


def digest(root: Path, files: Sequence[str]) -> str:
    """Return the SHA-256 over names and contents of *files*. Raises: NotFrozen, if one cannot be read."""
    out = hashlib.sha256()
    for name in files:
        try:
            data = (root / name).read_bytes()
        except OSError as error:
            raise NotFrozen(f"{name}: {error}; correct {BOOK}") from error
        out.update(f"{name}\0{len(data)}\0".encode() + data)
    return out.hexdigest()


def demand_frozen(root: Path, method: str) -> Mapping[str, str]:
    """Return {method: hash}: hash and files agree, and are committed. Raises: NotFrozen."""
    found = [entry for entry in read_book(root) if entry.id == method]
    if not found:
        raise NotFrozen(f"{BOOK} has no method {method!r}: freeze it before the judged half is run")
    (entry,) = found
    if digest(root, entry.files) != entry.sha256:
        raise NotFrozen(f"method {method!r}: its files are not what {BOOK} says; freeze it anew")
    if changed := uncommitted(root, [*entry.files, str(BOOK)]):
        raise NotFrozen(f"method {method!r}: commit {', '.join(changed)} before the judged half is run")
    return {method: entry.sha256}


def uncommitted(root: Path, files: Sequence[str]) -> list[str]:
    """Return those of *files* that differ from what is committed; none where there is no git to ask."""
    command = ["git", "-C", str(root), "status", "--porcelain", "--", *files]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return []
    return [line[3:] for line in said.stdout.splitlines()] if said.returncode == 0 else []


def freeze(root: Path) -> None:
    """Write into the book the hash that each method's files have now. Raises: NotFrozen."""
    text = (root / BOOK).read_text(encoding="utf-8")
    for entry in read_book(root):
        text = text.replace(entry.sha256, digest(root, entry.files))
    (root / BOOK).write_text(text, encoding="utf-8")


def main() -> int:
    """Print every method and the hash of its files; return 1 if one is not what the book says."""
    parser = argparse.ArgumentParser(prog="python -m hil_tests.bench_measure.frozen", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="freeze anew: commit, then run the judged half anew"
    )
    if parser.parse_args().write:
        freeze(ROOT)
    methods = read_book(ROOT)
    for entry in methods:
        print(f'id = "{entry.id}"  sha256 = "{digest(ROOT, entry.files)}"')
    return int(any(digest(ROOT, entry.files) != entry.sha256 for entry in methods))


if __name__ == "__main__":
    sys.exit(main())
