"""The emulator's three files: a record a packet, a line an event, and a summary beside them."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

from hil_tests.sims.operator_net.records import FIELDS, RECORD

FLUSH_BYTES = 1 << 16
FLUSH_NS = 400_000_000  # a reader may follow: nothing waits longer than this


class Journal:
    """Writes LOG (binary records), LOG with .json (summary) and LOG-events.jsonl; LOG is emptied first."""

    def __init__(self, log_path: Path) -> None:
        self._summary_path = log_path.with_suffix(".json")
        self._log = log_path.open("wb", buffering=0)
        self._events = events_path(log_path).open("wb", buffering=0)
        self._pending = bytearray()
        self._oldest_ns = 0
        self.records = 0

    def packet(self, *fields: int) -> None:
        """Add one record; *fields* in the order of records.FIELDS."""
        if not self._pending:
            self._oldest_ns = time.monotonic_ns()
        self._pending += RECORD.pack(*fields)
        self.records += 1
        if len(self._pending) >= FLUSH_BYTES:
            self.flush()

    def event(self, name: str, t_ns: int, /, **facts: object) -> None:
        """Write one line {"t_ns", "event", ...} at once."""
        self._events.write(json.dumps({"t_ns": t_ns, "event": name, **facts}).encode() + b"\n")

    def flush_when_old(self) -> None:
        """Write what waits, if it has waited long enough."""
        if self._pending and time.monotonic_ns() - self._oldest_ns > FLUSH_NS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._log.write(self._pending)
        self._pending.clear()

    @property
    def waits(self) -> bool:
        """Whether records wait to be written."""
        return bool(self._pending)

    def summary(self, facts: Mapping[str, object]) -> None:
        """Replace the summary file; the description of a record is always in it."""
        text = json.dumps(
            {"v": 1, "record_bytes": RECORD.size, "dtype": [list(field) for field in FIELDS], **facts},
            indent=1,
        )
        fresh = self._summary_path.with_suffix(".json.new")
        fresh.write_text(text + "\n", encoding="utf-8")
        fresh.replace(self._summary_path)

    def close(self) -> None:
        """Write what waits and close the files."""
        self.flush()
        self._log.close()
        self._events.close()


def events_path(log_path: Path) -> Path:
    """Return emulator-events.jsonl for emulator.bin."""
    return log_path.with_name(f"{log_path.stem}-events.jsonl")
