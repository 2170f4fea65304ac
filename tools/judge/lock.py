"""Writes requirements/*.txt, the hashed locks, from pyproject.toml (`make lock [ARGS=--upgrade]`).

uv resolves once for all platforms and Pythons we support; what is locked already stays unless --upgrade.
"""

import subprocess
import sys
from pathlib import Path

EXTRAS = ("box", "hq", "kit", "server", "demo", "dev")
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def command(extra: str, more: list[str]) -> list[str]:
    """Return the words that write the lock of *extra*."""
    uv = str(Path(sys.executable).with_name("uv"))
    words = [uv, "pip", "compile", "pyproject.toml", "--extra", extra, *OPTIONS, *more]
    return [*words, "--output-file", f"requirements/{extra}.txt"]


def main(arguments: list[str]) -> int:
    """Write every lock; return 1 if one cannot be resolved."""
    root = Path(__file__).resolve().parents[2]
    for extra in EXTRAS:
        if subprocess.run(command(extra, arguments), cwd=root, check=False).returncode:
            print(
                f"lock: requirements/{extra}.txt cannot be written; uv's words stand above", file=sys.stderr
            )
            return 1
        print(f"lock: requirements/{extra}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
