"""How a check tells what it saw: a line each in the kernel's log, between the kernel's own."""

from collections.abc import Sequence
from pathlib import Path

from hil_tests.usb_lab.findings import MARK, Done, End, Finding, encode_line

KMSG = Path("/dev/kmsg")
LONGEST = 300  # characters of a text: a record of the kernel's log has 1024 bytes at most


class Witness:
    """Speaks for one check after the other; counts what it said."""

    def __init__(self, kmsg: Path = KMSG) -> None:
        """Speak into *kmsg*; no check has begun."""
        self._kmsg = kmsg
        self._check = ""
        self._count = 0

    def begin(self, check: str) -> None:
        """Speak for *check* from now on."""
        self._check = check
        self.note(f"check {check}")

    def note(self, text: str) -> None:
        """Write lines for a human."""
        for line in text.splitlines():
            self._write(f"{MARK}{line[:LONGEST]}")

    def equal(self, what: str, wanted: object, seen: object) -> None:
        """Report that *what* should be *wanted* and is *seen*."""
        self._find(what, str(wanted), str(seen), ok=wanted == seen)

    def one_of(self, what: str, wanted: Sequence[str], seen: str) -> None:
        """Report that *what* should be one of *wanted* and is *seen*."""
        self._find(what, " or ".join(wanted), seen, ok=seen in wanted)

    def within(self, what: str, low: float, high: float, seen: float, unit: str) -> None:
        """Report that *what* should lie from *low* to *high* and is *seen*."""
        self._find(what, f"{low:g} to {high:g} {unit}", f"{seen:.4g} {unit}", ok=low <= seen <= high)

    def tell(self, finding: Finding) -> None:
        """Report *finding*."""
        self._count += 1
        self._write(encode_line(finding))

    def failed(self, why: str) -> None:
        """Report that the check could not be carried on."""
        self._find("carried on to its end", "yes", why, ok=False)

    def end(self, seconds: float) -> None:
        """Report that the check is over."""
        self._write(encode_line(End(self._check, round(seconds, 1))))

    def done(self) -> None:
        """Report that no check follows."""
        self._write(encode_line(Done(self._count)))

    def _find(self, what: str, wanted: str, seen: str, *, ok: bool) -> None:
        self.tell(Finding(self._check, what, wanted[:LONGEST], seen[:LONGEST], ok))

    def _write(self, line: str) -> None:
        with self._kmsg.open("w") as file:
            file.write(line)
