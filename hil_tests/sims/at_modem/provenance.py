"""Where the wording of a reply was learnt: one vocabulary for every row of every personality."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How far a row can be trusted, best first."""

    RECORDED = "recorded"  # heard from the hardware by us: model, firmware, date, place
    MANUAL = "manual"  # the maker's manual or the standard: title, version, section
    PUBLIC_DRIVER = "public-driver"  # somebody's published parser or test: repository, path
    THREAD = "thread"  # a transcript in a public discussion: URL
    MEMORY = "memory"  # nobody's document: how such modems are remembered to behave


@dataclass(frozen=True, slots=True)
class Source:
    """Provenance of one row."""

    kind: Kind
    reference: str


def count_kinds(sources: Iterable[Source]) -> dict[str, int]:
    """Return {kind: number of rows} with every kind present, also those that count 0."""
    counted = Counter(source.kind for source in sources)
    return {kind.value: counted[kind] for kind in Kind}
