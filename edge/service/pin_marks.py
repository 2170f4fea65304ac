"""Which PINs failed, kept in the box's folder over restarts: marks under a key of this box, never a PIN."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class PinMarks:
    """The marks of one line in *folder*; implements modem_drivers.procedures.pin.Marks."""

    def __init__(self, folder: Path, slot: str) -> None:
        """Read or make the key. Raises: OSError, if the folder cannot be written."""
        self._path = folder / f"pin-failed-{slot.replace('/', '-')}"
        self.key = _key(folder / "pin.key")

    def failed(self) -> frozenset[str]:
        """Return the marks; none, if there is no file yet."""
        try:
            return frozenset(self._path.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()

    def add(self, mark: str) -> None:
        """Keep *mark*; it is on the disk when this returns."""
        self._write(self.failed() | {mark})

    def remove(self, mark: str) -> None:
        """Forget *mark*."""
        self._write(self.failed() - {mark})

    def _write(self, marks: frozenset[str]) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.write("".join(f"{mark}\n" for mark in sorted(marks)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _key(path: Path) -> bytes:
    """Return the key in *path*, made on first use and readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return bytes.fromhex(path.read_text(encoding="ascii"))
