"""The emulator's four files: records of packets and of capacity, a line an event, and a summary."""

import json
from collections.abc import Mapping
from pathlib import Path

from hil_tests.sims.operator_net.records import ALL_FIELDS, CAPACITY, CAPACITY_FIELDS, DTYPE


class Journal:
    """Writes LOG (records) and beside it .json (summary), -events.jsonl, -capacity.bin; emptied first."""

    def __init__(self, log_path: Path) -> None:
        self._summary_path = log_path.with_suffix(".json")
        self._log = log_path.open("wb", buffering=0)
        self._events = events_path(log_path).open("wb", buffering=0)
        self._capacity = capacity_path(log_path).open("wb", buffering=0)
        self.records = 0

    def packets(self, records: bytes) -> None:
        """Write whole records of records.DTYPE."""
        self._log.write(records)
        self.records += len(records) // DTYPE.itemsize

    def capacity(self, t_ns: int, value: float, way: int, kind: int, cause: int) -> None:
        """Write that from t_ns on *kind* is *value* for direction *way*."""
        self._capacity.write(CAPACITY.pack(t_ns, value, way // 2, way % 2, kind, cause))

    def event(self, name: str, t_ns: int, /, **facts: object) -> None:
        """Write one line {"t_ns", "event", ...} at once."""
        self._events.write(json.dumps({"t_ns": t_ns, "event": name, **facts}).encode() + b"\n")

    def summary(self, facts: Mapping[str, object]) -> None:
        """Replace the summary file; the description of a record is always in it."""
        text = json.dumps(
            {
                "v": 1,
                "record_bytes": DTYPE.itemsize,
                "dtype": ALL_FIELDS,
                "capacity_dtype": CAPACITY_FIELDS,
                **facts,
            },
            indent=1,
        )
        fresh = self._summary_path.with_suffix(".json.new")
        fresh.write_text(text + "\n", encoding="utf-8")
        fresh.replace(self._summary_path)

    def close(self) -> None:
        """Close the files."""
        for file in (self._log, self._events, self._capacity):
            file.close()


def events_path(log_path: Path) -> Path:
    """Return emulator-events.jsonl for emulator.bin."""
    return log_path.with_name(f"{log_path.stem}-events.jsonl")


def capacity_path(log_path: Path) -> Path:
    """Return emulator-capacity.bin for emulator.bin."""
    return log_path.with_name(f"{log_path.stem}-capacity.bin")
