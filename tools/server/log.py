"""The server's own record of the tests it served, a JSON object a line (docs/interfaces.md section 2)."""

from pathlib import Path
from typing import Literal, TextIO

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
        self._file: TextIO | None = None if path is None else path.open("a", encoding="utf-8")

    def write(self, entry: Entry) -> None:
        """Append *entry*. Raises: OSError, if it could not be written."""
        if self._file is not None:
            self._file.write(encode(entry).decode() + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
