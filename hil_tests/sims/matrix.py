"""The matrix of personalities: which command each has, where its wording is from, what is its alone."""

from collections.abc import Sequence

from hil_tests.sims.at_modem.model import Quirk
from hil_tests.sims.at_modem.provenance import count_kinds
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.card import Card, Own, at_card, own_of
from hil_tests.sims.hilink.card import CARD as HILINK

PERSONALITIES_WANTED, DEEP_WORDINGS, DEEP_QUIRKS = 8, 6, 3
CARDS: tuple[Card, ...] = (*(at_card(model) for model in MODELS.values()), HILINK)
MARKS = {"recorded": "R", "manual": "M", "public-driver": "P", "thread": "T", "memory": "m"}


def owns(cards: Sequence[Card]) -> dict[str, Own]:
    """Return what each personality has alone, by name."""
    return {card.name: own_of(card, (other for other in cards if other is not card)) for card in cards}


def shortfalls(cards: Sequence[Card]) -> list[str]:
    """Return what is missing, a sentence each: personalities, wordings and quirks of the deep ones."""
    missing = []
    if len(cards) < PERSONALITIES_WANTED:
        missing.append(f"{len(cards)} personalities, {PERSONALITIES_WANTED} wanted")
    alone = owns(cards)
    for card in cards:
        own = alone[card.name]
        if card.deep and own.wordings < DEEP_WORDINGS:
            missing.append(f"{card.name}: {own.wordings} wordings of its own, {DEEP_WORDINGS} wanted")
        if card.deep and len(own.quirks) < DEEP_QUIRKS:
            missing.append(f"{card.name}: {len(own.quirks)} quirks of its own, {DEEP_QUIRKS} wanted")
    return missing


def as_data(cards: Sequence[Card]) -> dict[str, object]:
    """Return the matrix for JSON: personality x command -> kind of source, and what is each one's alone."""
    alone = owns(cards)
    return {
        "personalities": {card.name: _card_data(card, alone[card.name]) for card in cards},
        "shortfalls": shortfalls(cards),
    }


def _card_data(card: Card, own: Own) -> dict[str, object]:
    return {
        "title": card.title,
        "speaks": card.speaks,
        "deep": card.deep,
        "commands": {name: source.kind.value for name, source in card.commands.items()},
        "sources": {name: source.reference for name, source in card.commands.items()},
        "provenance": count_kinds(card.commands.values()),
        "own_commands": own.commands,
        "own_shapes": {key: card.shapes[key] for key in own.shapes},
        "own_quirks": [_quirk_data(quirk) for quirk in own.quirks],
    }


def _quirk_data(quirk: Quirk) -> dict[str, str]:
    source = quirk.source
    return {
        "name": quirk.name,
        "sentence": quirk.sentence,
        "kind": source.kind.value,
        "source": source.reference,
    }


def as_text(cards: Sequence[Card]) -> str:
    """Return the matrix to read: a line a command, then each personality's counts, own words and quirks."""
    legend = ", ".join(f"{mark} {kind}" for kind, mark in MARKS.items())
    lines = [f"{i}  {card.name}: {card.title}, {card.speaks}" for i, card in enumerate(cards, start=1)]
    lines += ["", f"Where the wording is from: {legend}; . not there", ""]
    names = sorted({name for card in cards for name in card.commands})
    width = max(map(len, names))
    lines.append(" " * width + "  " + " ".join(str(i) for i in range(1, len(cards) + 1)))
    for name in names:
        cells = (card.commands.get(name) for card in cards)
        lines.append(f"{name:{width}}  " + " ".join(MARKS[c.kind.value] if c else "." for c in cells))
    alone = owns(cards)
    for card in cards:
        lines += ["", *_card_lines(card, alone[card.name])]
    return "\n".join([*lines, "", *(f"MISSING {text}" for text in shortfalls(cards))])


def _card_lines(card: Card, own: Own) -> list[str]:
    counts = ", ".join(f"{kind} {n}" for kind, n in count_kinds(card.commands.values()).items())
    deep = "deep" if card.deep else "thinner"
    return [
        f"{card.name} ({deep}): {len(card.commands)} commands: {counts}",
        f"  commands of its own ({len(own.commands)}): {' '.join(own.commands)}",
        f"  replies of its own shape ({len(own.shapes)}): {' '.join(own.shapes)}",
        *(f"  {q.name}: {q.sentence} [{q.source.kind.value}: {q.source.reference}]" for q in own.quirks),
    ]
