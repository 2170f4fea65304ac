"""The capture files of one line: each is written by a child of the worker, and says in itself what it belongs
to.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.capture.child import Bound, CaptureChild, start_child
from edge.capture.file import FileOrder
from edge.schema.record import Fields
from edge.service.messages import CaptureClosed, Sample

RADIO = ("rsrp_dbm", "rsrq_db", "sinr_db")
NO_CAPTURE = "no packet capture on this line (needs CAP_NET_RAW)"


@dataclass(frozen=True, slots=True)
class CaptureSetting:
    """With what a line captures; code: the machine code's address, 0: none."""

    sock: socket.socket
    bound: Bound
    max_bytes: int
    code: int


class LineCaptures:
    """At most one file at a time. setting None: the line has no right to capture."""

    def __init__(self, setting: CaptureSetting | None) -> None:
        self._setting = setting
        self._child: CaptureChild | None = None
        self._why = NO_CAPTURE

    def start(self, path: str, comment: str) -> None:
        """Begin a file; that it could not be begun is said by stop()."""
        self.close()
        setting = self._setting
        if setting is None:
            return
        order = FileOrder(Path(path), comment, setting.max_bytes, setting.code)
        try:
            self._child = start_child(setting.sock, setting.bound, order)
        except OSError as exc:
            self._why = str(exc)

    async def stop(self, comment: str) -> CaptureClosed:
        """End the file and say what it holds."""
        child, self._child = self._child, None
        if child is None:
            return CaptureClosed("", 0, 0, self._why)
        told = await child.finish(comment)
        return CaptureClosed(told.path, told.packets, told.drops + told.cut, told.err)

    def close(self) -> None:
        """End a file that nobody will ask for."""
        if self._child is not None:
            self._child.kill()
            self._child = None


def closing_comment(results: Sequence[Fields], samples: Sequence[Sample]) -> str:
    """Return what a capture says at its end: the results it belongs to and the radio state meanwhile."""
    lines = [
        f"result {fields.values.get('nonce', '?')} {fields.values.get('measurement', '?')} {fields.outcome}"
        for fields in results
    ]
    for name in RADIO:
        values = [value for sample in samples if isinstance(value := sample.values.get(name), (int, float))]
        if values:
            lines.append(f"{name} {min(values):g} to {max(values):g}, last {values[-1]:g}, n {len(values)}")
    return "\n".join(lines)
