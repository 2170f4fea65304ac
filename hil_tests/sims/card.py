"""One personality as the matrix sees it, whatever it speaks: commands, reply shapes, quirks, with sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hil_tests.sims.at_modem.model import Model, Quirk
from hil_tests.sims.at_modem.provenance import Source
from hil_tests.sims.at_modem.table import Row

STANDARD: Mapping[str, str] = {
    "+CIND": "3GPP TS 27.007 8.9",
    "+WS46": "3GPP TS 27.007 5.9",
    "+C5GREG": "3GPP TS 27.007 10.1.47",
    "+GCAP": "ITU-T V.250 6.1.9",
}
"""Commands of a standard, remembered, that one personality alone answers here: nothing of its maker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one personality can say.

    `commands`: AT commands or HTTP endpoints by name; `shapes`: of the answers with values in them, the
    wording (a template) by command and form; answers of fixed words are no shape.
    """

    name: str
    title: str
    speaks: str
    deep: bool
    commands: Mapping[str, Source]
    shapes: Mapping[str, str]
    quirks: tuple[Quirk, ...]


def _row_shapes(row: Row) -> dict[str, str]:
    modes = {f" in {mode.value}": wording.say for mode, wording in row.by_mode.items()}
    worded = {"": row.say, "?": row.read, **modes}
    return {f"{row.name}{mark}": text for mark, text in worded.items() if text and "{" in text}


def at_card(model: Model) -> Card:
    """Return the card of an AT personality."""
    shapes: dict[str, str] = {}
    for row in model.rows:
        shapes.update(_row_shapes(row))
    return Card(
        name=model.name,
        title=model.title,
        speaks="AT",
        deep=model.deep,
        commands={row.name: row.source for row in model.rows},
        shapes=shapes,
        quirks=model.quirks,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What one personality has and no other of the matrix."""

    commands: tuple[str, ...]
    shapes: tuple[str, ...]
    quirks: tuple[Quirk, ...]

    @property
    def wordings(self) -> int:
        """Return the number of commands and reply shapes together."""
        return len(self.commands) + len(self.shapes)


def _command_of(key: str) -> str:
    """Return the command of a shape's key: "+QENG in gsm" and "+CSQ?" have their mode and form behind it."""
    return key.partition(" ")[0].rstrip("?")


def own_of(card: Card, others: Iterable[Card]) -> Own:
    """Return what *card* has and none of *others*; a shape counts where others have the command too.

    A command of a standard is nobody's own.
    """
    rest = tuple(others)
    alone = tuple(name for name in card.commands if not any(name in other.commands for other in rest))
    commands = tuple(name for name in alone if name not in STANDARD)
    shared = {key: text for key, text in card.shapes.items() if _command_of(key) not in alone}
    shapes = tuple(
        key for key, text in shared.items() if all(other.shapes.get(key) != text for other in rest)
    )
    taken = {quirk.name for other in rest for quirk in other.quirks}
    quirks = tuple(quirk for quirk in card.quirks if quirk.name not in taken)
    return Own(commands=commands, shapes=shapes, quirks=quirks)
