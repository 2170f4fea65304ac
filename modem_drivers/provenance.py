"""Where the drivers' tables were learnt: five kinds of source, one vocabulary, the drivers' own.

A source that was not seen with all that its kind names is Memory, and its note says what was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """Heard from hardware by us. what: model, firmware, date, place."""

    what: str
    kind = "recorded"

    def __str__(self) -> str:
        """Return it in words."""
        return f"recorded ({self.what})"


@dataclass(frozen=True, slots=True)
class Manual:
    """Read in a document, in the version that is named."""

    title: str
    version: str
    section: str
    kind = "manual"

    def __str__(self) -> str:
        """Return it in words."""
        return f"manual ({self.title}, {self.version}, {self.section})"


@dataclass(frozen=True, slots=True)
class PublicDriver:
    """Read in a public repository. repo: owner/name; commit: hexadecimal."""

    repo: str
    path: str
    commit: str
    kind = "public-driver"

    def __str__(self) -> str:
        """Return it in words."""
        return f"public-driver ({self.repo}, {self.path}, {self.commit})"


@dataclass(frozen=True, slots=True)
class Thread:
    """Read in a public discussion. note: what else the row has, and where that is from."""

    url: str
    note: str = ""
    kind = "thread"

    def __str__(self) -> str:
        """Return it in words."""
        return f"thread ({self.url}{'; ' if self.note else ''}{self.note})"


@dataclass(frozen=True, slots=True)
class Memory:
    """No source was kept. note: what is remembered of it."""

    note: str
    kind = "memory"

    def __str__(self) -> str:
        """Return it in words."""
        return f"memory ({self.note})"


Source = Recorded | Manual | PublicDriver | Thread | Memory
KINDS = tuple(cls.kind for cls in (Recorded, Manual, PublicDriver, Thread, Memory))
REMEMBERED = Memory("as such modems are remembered; no document at hand")
COLLECTED = Memory("collected from public scripts and discussions, source not kept")


def standard(number: str, clause: str) -> Memory:
    """Return the source of a row that follows 3GPP TS *number*: which version was read was not kept."""
    return Memory(f"3GPP TS {number}, clause {clause}; version not kept")


def count_kinds(sources: Iterable[Source]) -> dict[str, int]:
    """Return {kind: number of rows} with every kind present, also those that count 0."""
    counted = Counter(source.kind for source in sources)
    return {kind: counted[kind] for kind in KINDS}
