"""What the stick leaves behind: a line a reply with the truth of it, a line a change of the USB device."""

from pathlib import Path
from typing import BinaryIO

import msgspec

from hil_tests.sims.hilink.api import Answer
from hil_tests.sims.hilink.device import DEVICES, Phase

TRUTH_NOTE = "the values this reply expresses, rounded as the stick rounds; null for a bound"


class Lines:
    """JSON lines in a file, flushed at once; no file, no lines."""

    def __init__(self, path: Path | None) -> None:
        """Create *path*, emptying what was there."""
        self._file: BinaryIO | None = path.open("wb", buffering=0) if path else None

    def write(self, line: dict[str, object]) -> None:
        """Write one line."""
        if self._file:
            self._file.write(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def reply_line(answer: Answer, t_ns: int) -> dict[str, object]:
    """Return the log line of a reply that goes out at *t_ns* (Unix nanoseconds)."""
    line: dict[str, object] = {
        "t_ns": t_ns,
        "command": answer.command,
        "reply": answer.response.body.decode("utf-8").splitlines(),
        "truth": answer.truth,
    }
    if "rsrp_dbm" in answer.truth:
        line["truth_is"] = TRUTH_NOTE
    return line


def usb_line(phase: Phase, t_ns: int) -> dict[str, object]:
    """Return the record of the USB device in *phase*: null while it is absent."""
    device = DEVICES[phase]
    shown = None
    if device:
        shown = {
            "vendor_id": f"{device.vendor_id:04x}",
            "product_id": f"{device.product_id:04x}",
            "interfaces": [one._asdict() for one in device.interfaces],
        }
    return {"t_ns": t_ns, "phase": phase.value, "device": shown}
