"""Who holds a port open: a walk over /proc/<pid>/fd (proc(5)); other users' processes need root to see.

Whoever holds the master of a pseudo-terminal is its other end, the modem itself, and no rival: the master's
fdinfo tells its `tty-index` (Linux 4.14).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PSEUDO_TERMINAL = re.compile(r"/dev/pts/(\d+)")
TTY_INDEX = re.compile(r"^tty-index:\s*(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the port open; command is the kernel's short name."""

    pid: int
    command: str


def find_holders(port: Path, *, proc: Path = PROC) -> tuple[Holder, ...]:
    """Return who has the device of *port* open; processes that end meanwhile or are hidden are left out.

    Raises: FileNotFoundError, if there is no *port*.
    """
    device = _device(port.stat())
    if device is None:
        return ()
    pseudo = PSEUDO_TERMINAL.fullmatch(os.path.realpath(port))
    return tuple(
        Holder(int(process.name), _command(process))
        for process in sorted(proc.iterdir(), key=lambda path: path.name)
        if process.name.isdigit()
        and device in _open_devices(process)
        and not (pseudo and pseudo[1] in _masters(process))
    )


def _device(found: os.stat_result) -> int | None:
    """Return the device number of a character device, None for anything else."""
    return found.st_rdev if stat.S_ISCHR(found.st_mode) else None


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _open_devices(process: Path) -> Iterator[int]:
    for path in _entries(process / "fd"):
        try:
            device = _device(path.stat())
        except OSError:  # closed since
            continue
        if device is not None:
            yield device


def _masters(process: Path) -> Iterator[str]:
    """Yield the number of each pseudo-terminal whose master *process* holds."""
    for path in _entries(process / "fdinfo"):
        try:
            found = TTY_INDEX.search(path.read_text(encoding="ascii"))
        except OSError:  # closed since
            continue
        if found:
            yield found[1]


def _command(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
