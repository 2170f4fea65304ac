"""The two images on the file system: which one boots, whether it is whole, how a new one takes over.

Folders slot0 and slot1; in each a `manifest`: a line `<sha256>  <path>` for each file, and last such a line
for the lines before it, whose path is "manifest". Who copies files into the idle slot may be cut at any time
and go on; nothing boots from it before `finish`. Files boot0 and boot1 hold the record twice (slots.py).
"""

import binascii
import hashlib

from probe.logic import slots
from probe.logic.files import read_all, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from probe.logic.files import Files
    from probe.logic.slots import SlotRecord

NO_IMAGE = -1
_PIECE = 1024


def folder_of(slot: int) -> str:
    """Return the folder of a slot."""
    return "slot%d" % slot


class Images:
    """Of one file system."""

    def __init__(self, files: "Files") -> None:
        self._files = files

    def record(self) -> "tuple[SlotRecord, int]":
        """Return what is known, and which copy is to be written next."""
        return slots.newest(read_all(self._files, "boot0"), read_all(self._files, "boot1"))

    def _write(self, record: "SlotRecord", spare: int) -> None:
        write_all(self._files, "boot%d" % spare, slots.encode_copy(record))

    def sha256_of(self, path: str) -> str:
        """Return the hexadecimal sum of a file; "" if it is not there."""
        try:
            file = self._files.open(path, "rb")
        except OSError:
            return ""
        total = hashlib.sha256()
        try:
            piece = file.read(_PIECE)
            while piece:
                total.update(piece)
                piece = file.read(_PIECE)
        except OSError:
            return ""
        finally:
            file.close()
        return binascii.hexlify(total.digest()).decode()

    def damage(self, slot: int) -> str:
        """Return the first path of *slot* that is not as its manifest says; "" if the image is whole."""
        folder = folder_of(slot)
        text = read_all(self._files, folder + "/manifest")
        lines = text.split(b"\n")
        if len(lines) < 3 or lines[-1] or lines[-2][64:] != b"  manifest":
            return folder + "/manifest"
        total = hashlib.sha256(text[: -len(lines[-2]) - 1]).digest()
        if binascii.hexlify(total) != lines[-2][:64]:
            return folder + "/manifest"
        for line in lines[:-2]:
            path = folder + "/" + line[66:].decode()
            if self.sha256_of(path).encode() != line[:64]:
                return path
        return ""

    def begin(self) -> int:
        """Return the slot that may be written now: its manifest is gone, so that it can boot no more.

        NO_IMAGE while the active image is not confirmed: the idle one is its way back. Raises: OSError.
        """
        record, _ = self.record()
        if not record.confirmed:
            return NO_IMAGE
        idle = 1 - record.active
        folder = folder_of(idle)
        if folder not in self._files.listdir("/"):
            self._files.mkdir(folder)
        elif "manifest" in self._files.listdir(folder):
            self._files.remove(folder + "/manifest")
        return idle

    def finish(self) -> str:
        """Make the idle slot the next to boot if it is whole; return its damage, "" if there is none.

        Raises: OSError.
        """
        record, spare = self.record()
        if not record.confirmed:
            return "slot%d is not confirmed yet" % record.active
        found = self.damage(1 - record.active)
        if not found:
            self._write(slots.after_copying(record), spare)
        return found

    def boot(self, *, may_write: bool) -> int:
        """Return the slot to run now, its boot counted; NO_IMAGE if none is whole.

        An image that was not confirmed and cannot be counted, because the supply is too low for the flash,
        does not run if the other one can. Raises: OSError.
        """
        record, spare = self.record()
        after = slots.at_boot(record)
        wanted = after.active
        if self.damage(wanted):
            wanted = 1 - wanted
            if self.damage(wanted):
                return NO_IMAGE
            after = slots.SlotRecord((record.generation + 1) & 0xFFFF, wanted, 1, 0)
        if after is record:
            return wanted
        if may_write:
            self._write(after, spare)
        elif not after.confirmed and not self.damage(1 - wanted):
            return 1 - wanted
        return wanted

    def confirm(self) -> None:
        """The running image has checked itself: it stays.

        Raises: OSError.
        """
        record, spare = self.record()
        if not record.confirmed:
            self._write(slots.after_self_check(record), spare)
