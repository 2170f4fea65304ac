"""What is known of a modem itself, as frozen rows: models with their bands and rates, single facts, firmware.

None is "not known", () is "has none". Every row says where it was learnt; `modem_drivers.provenance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from modem_drivers.provenance import Source


class Speech(Enum):
    """What a family is spoken to by."""

    AT = "AT commands on a serial port"
    HILINK = "HTTP, /api/* with XML"
    GOFORM = "HTTP, /goform/* with JSON"


class Depth(Enum):
    """How far a family is known here; said aloud in docs/families.md."""

    DEEP = "deep"  # replayed by transcript from cold start to a data session
    ROWS = "rows"  # its own replies and procedures, not all of them proven
    IDS = "generic + ids"  # found and named; spoken to by the standard alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One model, or variants that are alike.

    bands: 3GPP numbers. category: LTE, downlink. combinations: carriers at once, "B1+B3", "B3+n78".
    Rates in bit/s, the maker's figure. source: of the bands; rate_source: of category, combinations, rates.
    """

    model: str
    lte_bands: tuple[int, ...] | None = None
    sa_bands: tuple[int, ...] | None = None
    nsa_bands: tuple[int, ...] | None = None
    category: int | None = None
    combinations: tuple[str, ...] | None = None
    down_bps: int | None = None
    up_bps: int | None = None
    source: Source
    rate_source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question that one verb answers in one family and another in the next. text: "AT+QCCID"."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmware:
    """What holds for some firmware only. revision: a pattern of AT+CGMR; what: in words."""

    revision: str
    what: str
    source: Source
