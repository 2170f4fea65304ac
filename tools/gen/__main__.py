"""`python -m tools.gen` writes every generated file; `--check` only tells which are not as generated."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.gen.families import families_page
from tools.gen.schemas import asyncapi, json_schemas
from tools.gen.udev import udev_rules
from tools.gen.wiring import wiring

GENERATORS: Sequence[Callable[[], dict[str, str]]] = (
    json_schemas,
    asyncapi,
    families_page,
    udev_rules,
    wiring,
)
"""Each returns {path below the repository's root: text}; add yours here."""
OWNED = ("docs/schema/*.json", "docs/pictures/wiring-*.svg")
"""What stands here and nobody generates is left over, and an error."""


def outdated(root: Path, files: dict[str, str]) -> list[str]:
    """Return the paths whose file is missing, different, or left over."""
    wrong = [path for path, text in files.items() if _read(root / path) != text]
    left = [str(p.relative_to(root)) for pattern in OWNED for p in root.glob(pattern)]
    return sorted([*wrong, *(path for path in left if path not in files)])


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def write(root: Path, files: dict[str, str]) -> None:
    """Write *files* and remove what is left over."""
    for path in outdated(root, files):
        target = root / path
        if path in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[path], encoding="utf-8")
        else:
            target.unlink()


def main(arguments: Sequence[str], root: Path) -> int:
    """Write or check; return the exit status."""
    files = {path: text for generate in GENERATORS for path, text in generate().items()}
    if "--check" not in arguments:
        write(root, files)
        print(f"{len(files)} generated files are up to date")
        return 0
    wrong = outdated(root, files)
    for path in wrong:
        print(f"{path}: not as generated; run `make gen` and commit it")
    print(f"{len(files)} generated files, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parents[2]))
