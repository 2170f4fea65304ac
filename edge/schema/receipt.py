"""The receipt: headquarters tells a box which of its records are stored for good.

Unsigned until evidence is built; ``prev`` and ``sig`` are absent until then.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from edge.schema.errors import BadPayload
from edge.schema.ids import check_epoch
from edge.schema.names import check_level


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """All of (box, epoch) up to ``watermark`` are stored without a hole, and those in ``also`` above it."""

    v: Literal[1] = 1
    box: str
    epoch: str
    watermark: int
    also: list[int] = []
    prev: str | UnsetType = UNSET
    sig: str | UnsetType = UNSET


def make_receipt(box: str, epoch: str, watermark: int, also: Iterable[int] = ()) -> Receipt:
    """Return a checked receipt; *also* is sorted and what the watermark covers is left out.

    Raises: BadPayload, BadName.
    """
    return _checked(
        Receipt(box=box, epoch=epoch, watermark=watermark, also=sorted({n for n in also if n > watermark}))
    )


def encode_receipt(receipt: Receipt) -> bytes:
    """Return the receipt's JSON bytes."""
    return msgspec.json.encode(receipt)


def decode_receipt(raw: bytes) -> Receipt:
    """Return the receipt that *raw* spells; keys it does not know are ignored.

    Raises: BadPayload, BadName.
    """
    try:
        return _checked(_RECEIPT.decode(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise BadPayload(f"not a receipt: {exc}") from exc


def _checked(receipt: Receipt) -> Receipt:
    check_level(receipt.box, "box")
    check_epoch(receipt.epoch)
    if receipt.watermark < 0:
        raise BadPayload(f"watermark {receipt.watermark}: use 0 or more")
    low = [n for n in receipt.also if n <= receipt.watermark]
    if low:
        raise BadPayload(f"also {low[0]} is not above the watermark {receipt.watermark}")
    return receipt


_RECEIPT = msgspec.json.Decoder(Receipt)
