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


def recorded(what: str) -> Source:
    """Return the source of something we heard: model, firmware, date, place."""
    return Source(Kind.RECORDED, what)


def manual(title: str, version: str, section: str) -> Source:
    """Return a document that was read, with the version that was read."""
    return Source(Kind.MANUAL, f"{title} {version}, {section}")


def public_driver(repo: str, path: str, commit: str, note: str = "") -> Source:
    """Return a file of a public repository (owner/name) at the commit that was read."""
    return Source(Kind.PUBLIC_DRIVER, f"{repo} {path} @{commit}" + (f" ({note})" if note else ""))


def thread(url: str, note: str = "") -> Source:
    """Return a transcript or an excerpt somebody posted."""
    return Source(Kind.THREAD, url + (f" ({note})" if note else ""))


def memory(what: str) -> Source:
    """Return what is remembered, or the document to check against, which was not at hand."""
    return Source(Kind.MEMORY, what)
