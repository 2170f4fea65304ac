"""The server's own record of the tests it served, a JSON object a line (docs/interfaces.md section 2)."""

from errno import ENOSPC
from io import FileIO
from os import strerror
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.json import encode


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: a test admitted ("start") or over ("end"). `bytes` is payload, `seconds` its duration."""

    event: Literal["start", "end"]
    t_ns: int
    nonce: str
    kind: str
    peer: str
    bytes: int | None = None
    seconds: float | None = None
    outcome: str | None = None


class ServedLog:
    """Appends entries to a file, or to nothing; each is handed to the system before `write` returns."""

    def __init__(self, path: Path | None) -> None:
        """Open *path* for appending. Raises: OSError, if that is not possible."""
        self._file: FileIO | None = None if path is None else FileIO(path, "a")
        self._torn = False

    def write(self, entry: Entry) -> None:
        """Append *entry*. Raises: OSError, if it could not be written; nothing of it follows later."""
        if self._file is None:
            return
        line = (b"\n" if self._torn else b"") + encode(entry) + b"\n"
        written = self._file.write(line)
        self._torn = written != len(line)
        if self._torn:
            raise OSError(ENOSPC, strerror(ENOSPC))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
