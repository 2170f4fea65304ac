"""Runs the benchmarks: every module `bench_*.py` in a folder `benches` of the packages (`make bench`)."""

import subprocess
import sys
from pathlib import Path

PACKAGES = ("edge", "modem_drivers", "tools", "hil_tests")


def modules(root: Path) -> list[str]:
    """Return the import names of the benchmarks under *root*."""
    found = [
        path.relative_to(root)
        for package in PACKAGES
        for path in (root / package).rglob("bench_*.py")
        if path.parent.name == "benches"
    ]
    return sorted(".".join(path.with_suffix("").parts) for path in found)


def main() -> int:
    """Name the benchmarks and run them one after the other; return 1 if one fails."""
    names = modules(Path(__file__).resolve().parents[2])
    print(f"benchmarks: {', '.join(names) or 'none yet (a module benches/bench_*.py in a package is one)'}")
    failed = [name for name in names if subprocess.run([sys.executable, "-m", name], check=False).returncode]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
