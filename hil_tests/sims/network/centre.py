"""The service centre: which parts reach a modem, when, how often, in what order. Pure; times in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hil_tests.sims.network.codec import septets_of
from hil_tests.sims.network.exchange import Posted
from hil_tests.sims.network.profile import Incoming
from hil_tests.sims.network.segments import Part, cut

PART_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One short message (or part of one) that is offered to the modem at *due_s* after the start.

    `whole` is the text of the message it belongs to, for the truth log; `stamp_s` the centre's own stamp,
    `smsc` another centre than the card's. `posted` came through an exchange, and may want a report.
    """

    due_s: float
    stamp_s: float
    sender: str
    text: str
    whole: str
    part: Part | None = None
    message_class: int | None = None
    ucs2: bool = False
    smsc: str | None = None
    posted: Posted | None = None


def delivery_of(item: Posted, start_unix_s: float) -> Delivery:
    """Return *item* of an exchange as it will be offered to a modem that started at *start_unix_s*."""
    return Delivery(
        due_s=item.due_s - start_unix_s,
        stamp_s=item.stamp_s - start_unix_s,
        sender=item.sender,
        text=item.text,
        whole=item.text,
        part=item.segment,
        message_class=item.message_class,
        ucs2=item.ucs2,
        posted=item,
    )


def _parts(item: Incoming, reference: int) -> list[Delivery]:
    pieces = cut(item.text, item.reference_bits)
    ucs2 = septets_of(item.text) is None
    return [
        Delivery(
            due_s=item.after_s + item.delay_s + i * PART_EVERY_S,
            stamp_s=item.after_s,
            sender=item.sender,
            text=piece,
            whole=item.text,
            part=Part(reference, item.reference_bits, len(pieces), i + 1) if len(pieces) > 1 else None,
            message_class=item.message_class,
            ucs2=ucs2,
            smsc=item.smsc,
        )
        for i, piece in enumerate(pieces)
    ]


def plan(rng: Random, incoming: Sequence[Incoming]) -> list[Delivery]:
    """Return every delivery in the order of time.

    A message `disorder`ed arrives with its parts shuffled (never in the right order), a `duplicates`d one has
    each part that many times more; references not given are drawn.
    """
    planned: list[Delivery] = []
    for item in incoming:
        drawn = rng.randrange(1 << item.reference_bits)
        parts = _parts(item, drawn if item.reference is None else item.reference)
        if item.disorder and len(parts) > 1:
            parts = _shuffled(rng, parts)
        copies = [part for part in parts for _ in range(1 + item.duplicates)]
        first_s = min(part.due_s for part in parts)
        planned += [replace(part, due_s=first_s + i * PART_EVERY_S) for i, part in enumerate(copies)]
    return sorted(planned, key=lambda delivery: delivery.due_s)


def _shuffled(rng: Random, parts: list[Delivery]) -> list[Delivery]:
    mixed = parts[:]
    while mixed == parts:
        rng.shuffle(mixed)
    return mixed
