"""How alike two texts are, when one of them went through an SMS centre.

Networks rewrite what the GSM alphabet cannot carry: typographic quotes and dashes become plain ones, accents
go, a character without a stand-in becomes "?" or vanishes. That is no difference; a word, number or date is.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "×": "x",
        "\N{NO-BREAK SPACE}": " ", "\N{ZERO WIDTH SPACE}": "", "\N{ZERO WIDTH JOINER}": "",
        "\N{VARIATION SELECTOR-16}": "", "\N{WORD JOINER}": "", "\ufeff": "",
    }
)  # fmt: skip
WORD = re.compile(r"[#@]?[^\W_]+(?:[./:'-][^\W_]+)*")


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
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return WORD.findall(letters.casefold())


def compare(template: str, text: str) -> Likeness:
    """Return how alike *text* is to *template*, word by word.

    score: twice the words in common over the words of both (difflib's ratio over words).
    """
    wanted, there = words_of(template), words_of(text)
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
