"""The simulators a bench may start: which personalities there are, and where their words are from."""

from collections.abc import Mapping

from hil_tests.sims.at_modem.provenance import count_kinds
from hil_tests.sims.at_modem.registry import MODELS

PERSONALITIES = tuple(sorted(MODELS))


def provenance(personality: str) -> Mapping[str, int]:
    """Return {kind of source: rows} of a personality's replies."""
    return count_kinds(row.source for row in MODELS[personality].rows)
