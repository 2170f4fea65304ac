"""How alike two texts are, when one of them went through an SMS centre.

Networks rewrite what the GSM alphabet cannot carry: typographic quotes and dashes become plain ones or "?",
quotes vanish, accents go. That is no difference; a word, number or date is, and so is a letter or digit that
only looks like another (of another script, of full width), one struck through, and text turned round.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

SINGLE, DOUBLE, DASHES = "‘’‚′´`\N{MODIFIER LETTER APOSTROPHE}", "“”„«»″", "‐‑‒–—―−•"
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufe0f\ufeff"  # soft hyphen, joiners, variation selector: no width
PLAIN = str.maketrans(
    dict.fromkeys(SINGLE, "'")
    | dict.fromkeys(DOUBLE, '"')
    | dict.fromkeys(DASHES, "-")
    | dict.fromkeys(UNSEEN, "")
    | {"…": "...", "×": "x", "\N{NO-BREAK SPACE}": " "}
)
UNKNOWN = str.maketrans(
    dict.fromkeys(SINGLE + DOUBLE + DASHES, "?")
)  # what a centre without stand-ins writes
DROPPED = str.maketrans(dict.fromkeys(SINGLE + DOUBLE, ""))
MARKS = "\u0300-\u036f\u0483-\u0489\u20d0-\u20f0"  # they stand on the character before
TURNS = "\u202a-\u202e\u2066-\u2069"  # the text behind them reads in another direction
LETTER = rf"(?:[^\W_]|[{MARKS}])"
WORD = re.compile(rf"[{TURNS}]|[#@]?[^\W_]{LETTER}*(?:[./:'-]{LETTER}+)*")


class Likeness(NamedTuple):
    """score: 0 (nothing alike) to 1 (the same words); lacking: words of the template that are not there;
    added: how many words the text has that the template has not."""

    score: float
    lacking: tuple[str, ...]
    added: int

    @property
    def same(self) -> bool:
        """True if every word of the template is there, in order, and no other."""
        return not self.lacking and not self.added


def words_of(text: str) -> list[str]:
    """Return the words of *text* - numbers, dates, addresses and hashtags whole - as they compare."""
    plain = unicodedata.normalize("NFC", text.translate(PLAIN))
    return WORD.findall("".join(_without_accent(character) for character in plain).casefold())


def _without_accent(character: str) -> str:
    """Return the letter under an accent; a mark that belongs to no such letter stays."""
    first, *rest = list(unicodedata.normalize("NFD", character))
    return first if rest and all(unicodedata.combining(mark) for mark in rest) else character


def compare(template: str, text: str) -> Likeness:
    """Return how alike *text* is to *template*, word by word.

    score: twice the words in common over the words of both (difflib's ratio over words).
    """
    there = words_of(text)
    readings = dict.fromkeys((template, template.translate(UNKNOWN), template.translate(DROPPED)))
    return max((_compare(words_of(reading), there) for reading in readings), key=lambda found: found.score)


def _compare(wanted: list[str], there: list[str]) -> Likeness:
    if not wanted or not there:
        return Likeness(0.0, tuple(wanted), len(there))
    matcher = SequenceMatcher(None, wanted, there, autojunk=False)
    lacking: list[str] = []
    added = 0
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            lacking += wanted[i1:i2]
            added += j2 - j1
    return Likeness(matcher.ratio(), tuple(lacking), added)
