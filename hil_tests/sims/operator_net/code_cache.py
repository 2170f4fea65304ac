"""Where the emulator's machine code is kept, and whether it is there: build/numba or the user's cache folder.

The folder's name is a hash of what is compiled: a change of one file renews all, as callers hold copies.
"""

import fcntl
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# The modules with compiled functions, and those whose constants go into them.
COMPILED = (
    *("carry", "compiled", "decide", "fates", "lateness"),
    *("records", "rings", "service", "store", "tables"),
)


def folder() -> Path:
    """Return the folder of this version's machine code; it exists and can be written.

    Raises: OSError, if there is no place for it.
    """
    name, bases = _hash_of_sources(), _bases()
    for base in bases:
        place = base / name
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    raise OSError(f"{', '.join(map(str, bases))}: none can be written; make one of them writable")


def _hash_of_sources() -> str:
    digest = hashlib.sha256(repr((sys.version_info[:3], os.uname().machine)).encode())
    for name in COMPILED:
        digest.update((_HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def _bases() -> list[Path]:
    checkout = _HERE.parents[2]
    inside = [checkout / "build" / "numba"] if (checkout / "pyproject.toml").exists() else []
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [*inside, caches / "pantau" / "numba", Path(tempfile.gettempdir()) / f"pantau-numba-{os.getuid()}"]


def is_warm(place: Path) -> bool:
    """Return whether all machine code is in *place*."""
    return (place / "complete").exists()


@contextmanager
def filling(place: Path) -> Iterator[None]:
    """Run the body, which compiles everything, while no other process does; then *place* is warm."""
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
        (place / "complete").touch()
