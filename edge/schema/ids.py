"""The identity of a record: box / epoch / sequence without holes."""

import re
from dataclasses import dataclass

from edge.schema.errors import BadPayload
from edge.schema.names import check_level

_EPOCH = re.compile(r"[0-9a-f]{4,32}")
SEQ_DIGITS = 6
SEQ_MAX = 2**53 - 1  # what every JSON reader counts exactly


@dataclass(frozen=True, slots=True)
class RecordId:
    """box / epoch (random hex at the birth of the outbox) / sequence: from 1, no hole, none used twice.

    Raises: BadName (box), BadPayload (epoch, seq).
    """

    box: str
    epoch: str
    seq: int

    def __post_init__(self) -> None:
        """Check each part."""
        check_level(self.box, "box")
        check_epoch(self.epoch)
        if not 1 <= self.seq <= SEQ_MAX:
            raise BadPayload(f"sequence {self.seq}: use 1 to {SEQ_MAX}")

    def __str__(self) -> str:
        """Return e.g. ``kpu-3171-a/7f3a/000123``."""
        return f"{self.box}/{self.epoch}/{self.seq:0{SEQ_DIGITS}d}"


def check_epoch(epoch: str) -> str:
    """Return *epoch* if it is 4 to 32 hexadecimal digits.

    Raises: BadPayload.
    """
    if not _EPOCH.fullmatch(epoch):
        raise BadPayload(f"epoch {epoch!r}: use 4 to 32 of 0-9 and a-f")
    return epoch


def parse_id(text: str) -> RecordId:
    """Return the identity that *text* spells, in its one spelling only.

    Raises: BadPayload, BadName (box).
    """
    parts = text.split("/")
    if len(parts) != 3 or not (parts[2].isascii() and parts[2].isdigit()):
        raise BadPayload(f"id {text!r} is not box/epoch/sequence")
    if len(parts[2]) > len(str(SEQ_MAX)):
        raise BadPayload(f"id {text!r}: the sequence is too long")
    rid = RecordId(parts[0], parts[1], int(parts[2]))
    if str(rid) != text:
        raise BadPayload(f"id {text!r} should be spelled {rid}")
    return rid
