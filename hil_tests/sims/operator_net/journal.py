"""The emulator's four files: records of packets and of capacity, a line an event, and a summary.

A thread writes: a disk that is busy must not hold up packets.
"""

import json
import queue
import threading
from collections.abc import Mapping
from io import FileIO
from pathlib import Path

from hil_tests.sims.operator_net.records import ALL_FIELDS, CAPACITY, CAPACITY_FIELDS, DTYPE


class Journal:
    """Writes LOG (records) and beside it .json (summary), -events.jsonl, -capacity.bin; emptied first.

    Its thread has the priority that the process has when it is made.
    """

    def __init__(self, log_path: Path) -> None:
        self._summary_path = log_path.with_suffix(".json")
        self._log = FileIO(log_path, "w")
        self._events = FileIO(events_path(log_path), "w")
        self._capacity = FileIO(capacity_path(log_path), "w")
        self.records = 0
        self._failure: OSError | None = None
        self._queue: queue.SimpleQueue[tuple[FileIO, bytes] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    def _write(self) -> None:
        while (item := self._queue.get()) is not None:
            file, data = item
            try:
                while data:
                    data = data[file.write(data) :]
            except OSError as error:
                self._failure = error
                return

    def _put(self, file: FileIO, data: bytes) -> None:
        if self._failure is not None:
            raise self._failure
        self._queue.put((file, data))

    def packets(self, records: bytes) -> None:
        """Write whole records of records.DTYPE. Raises: OSError, of what was written before."""
        self._put(self._log, records)
        self.records += len(records) // DTYPE.itemsize

    def capacity(self, t_ns: int, value: float, way: int, kind: int, cause: int) -> None:
        """Write that from t_ns on *kind* is *value* for direction *way*. Raises: as packets()."""
        self._put(self._capacity, CAPACITY.pack(t_ns, value, way // 2, way % 2, kind, cause))

    def event(self, name: str, t_ns: int, /, **facts: object) -> None:
        """Write one line {"t_ns", "event", ...}. Raises: as packets()."""
        self._put(self._events, json.dumps({"t_ns": t_ns, "event": name, **facts}).encode() + b"\n")

    def summary(self, facts: Mapping[str, object]) -> None:
        """Replace the summary file; the descriptions of records are always in it. Raises: OSError."""
        described = {
            "v": 1,
            "record_bytes": DTYPE.itemsize,
            "dtype": ALL_FIELDS,
            "capacity_dtype": CAPACITY_FIELDS,
        }
        fresh = self._summary_path.with_suffix(".json.new")
        fresh.write_text(json.dumps({**described, **facts}, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self._summary_path)

    def settle(self) -> None:
        """Wait until everything is written; nothing can be added afterwards. Raises: OSError."""
        self._queue.put(None)
        self._writer.join()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Write what waits and close the files."""
        self._queue.put(None)
        self._writer.join()
        for file in (self._log, self._events, self._capacity):
            file.close()


def events_path(log_path: Path) -> Path:
    """Return emulator-events.jsonl for emulator.bin."""
    return log_path.with_name(f"{log_path.stem}-events.jsonl")


def capacity_path(log_path: Path) -> Path:
    """Return emulator-capacity.bin for emulator.bin."""
    return log_path.with_name(f"{log_path.stem}-capacity.bin")
