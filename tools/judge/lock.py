"""Writes requirements/*.txt, the hashed locks, from pyproject.toml (`make lock [ARGS=--upgrade]`).

uv resolves once for all platforms and Pythons we support; what is locked already stays unless --upgrade.
"""

import subprocess
import sys
from pathlib import Path

EXTRAS = ("box", "hq", "kit", "server", "demo", "dev")
SOURCES = {  # lock: what it is made of
    **{extra: ("pyproject.toml", "--extra", extra) for extra in EXTRAS},
    "interop": ("requirements/interop.in",),
}
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def command(lock: str, more: list[str]) -> list[str]:
    """Return the words that write *lock*, a key of SOURCES."""
    uv = str(Path(sys.executable).with_name("uv"))
    words = [uv, "pip", "compile", *SOURCES[lock], *OPTIONS, *more]
    return [*words, "--output-file", f"requirements/{lock}.txt"]


def main(arguments: list[str]) -> int:
    """Write every lock; return 1 if one cannot be resolved."""
    root = Path(__file__).resolve().parents[2]
    for lock in SOURCES:
        if subprocess.run(command(lock, arguments), cwd=root, check=False).returncode:
            print(f"lock: requirements/{lock}.txt cannot be written; uv's words stand above", file=sys.stderr)
            return 1
        print(f"lock: requirements/{lock}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
