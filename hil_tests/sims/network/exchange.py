"""The service centres that simulated modems of one bench share: a folder with a mailbox a number.

A message is a file in its recipient's mailbox, written whole and then renamed; the modem there takes it.
Whoever writes a file (`post`) is a sender too: a ministry's blast, a test. Times are Unix seconds.
"""

import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from hil_tests.sims.network.segments import Part
from hil_tests.sims.network.settings import CentreSetting

DELIVERED, NOT_OBTAINABLE = 0x00, 0x43  # TP-ST, TS 23.040 9.2.3.15 [memory]
_serial = itertools.count()


class Posted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One short message, part of one, or (with a `status`) the report of one, on its way.

    `stamp_s` is the centre's stamp, `due_s` when it is offered to the modem. `reference` is the sender's
    TP-MR, `report` whether the sender wants a report. `part`: reference, its bits, total, number.
    """

    sender: str
    text: str = ""
    stamp_s: float
    due_s: float
    part: tuple[int, int, int, int] | None = None
    ucs2: bool = False
    message_class: int | None = None
    reference: int = 0
    report: bool = False
    status: int | None = None
    done_s: float = 0.0

    @property
    def segment(self) -> Part | None:
        """The part as the network's other code has it."""
        return Part(*self.part) if self.part else None


def mailbox_of(folder: Path, number: str) -> Path:
    """Return the mailbox of *number*: national and international writing are one."""
    digits = "".join(character for character in number if character.isdecimal())
    return folder / ("62" + digits[1:] if digits.startswith("0") else digits)


def post(folder: Path, recipient: str, item: Posted) -> bool:
    """Put *item* into the recipient's mailbox; return whether there is one. Raises: OSError."""
    box = mailbox_of(folder, recipient)
    if not box.is_dir():
        return False
    name = f"{time.time_ns()}-{os.getpid()}-{next(_serial)}"
    new = box / f".{name}"
    new.write_bytes(msgspec.json.encode(item))
    new.rename(box / f"{name}.json")
    return True


@dataclass(frozen=True, slots=True)
class Exchange:
    """The centre behind one modem: what it sends goes out here, what is for it comes in."""

    folder: Path
    number: str
    setting: CentreSetting
    rng: Random

    def open(self) -> None:
        """Have a mailbox. Raises: OSError."""
        mailbox_of(self.folder, self.number).mkdir(parents=True, exist_ok=True)

    def submit(self, recipient: str, item: Posted) -> None:
        """Take *item* from the modem: delayed, lost or doubled as the setting says. Raises: OSError."""
        low_s, high_s = self.setting.delay_s
        if self.rng.random() < self.setting.loss:
            return
        delays_s = [self.rng.uniform(low_s, high_s)]
        if self.rng.random() < self.setting.twice:
            delays_s.append(delays_s[0] + self.setting.again_after_s)
        for delay_s in delays_s:
            known = post(self.folder, recipient, msgspec.structs.replace(item, due_s=item.stamp_s + delay_s))
            if not known and item.report:
                self.report(self.number, recipient, item, NOT_OBTAINABLE, item.stamp_s + delay_s)

    def report(self, to: str, recipient: str, item: Posted, status: int, done_s: float) -> None:
        """Tell the sender *to* what became of *item* for *recipient*. Raises: OSError."""
        told = Posted(
            sender=recipient,
            stamp_s=item.stamp_s,
            due_s=done_s,
            reference=item.reference,
            status=status,
            done_s=done_s,
        )
        post(self.folder, to, told)

    def collect(self) -> list[Posted]:
        """Take everything out of the mailbox, oldest first. Raises: OSError."""
        found = []
        for path in sorted(mailbox_of(self.folder, self.number).glob("[0-9]*.json")):
            found.append(msgspec.json.decode(path.read_bytes(), type=Posted))
            path.unlink()
        return found
