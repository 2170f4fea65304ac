"""The stick as the matrix of personalities sees it."""

from hil_tests.sims.card import Card
from hil_tests.sims.hilink.endpoint import Endpoint
from hil_tests.sims.hilink.quirks import QUIRKS
from hil_tests.sims.hilink.rows import NAME, ROWS

TITLE = "Huawei E3372h HiLink (firmware 22 and 10)"


def _name(row: Endpoint) -> str:
    """Return method and path, and the firmware where the wording is one's alone."""
    only = f" ({row.firmwares[0].name})" if len(row.firmwares) == 1 else ""
    return f"{row.method} {row.path}{only}"


CARD = Card(
    name=NAME,
    title=TITLE,
    speaks="HTTP",
    deep=True,
    commands={_name(row): row.source for row in ROWS},
    shapes={_name(row): row.say for row in ROWS if row.say and "{" in row.say},
    quirks=QUIRKS,
)
