"""Names that stand in topics: boxes and lines. Only ``[a-z0-9-]``, because brokers differ on all else."""

import re

from edge.schema.errors import BadName

LEVEL_MAX = 64
_LEVEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_PLMN = re.compile(r"[0-9]{5,6}")
_LINE = re.compile(r"[0-9]{5,6}(-[2-9])?|box|lan|slot-[a-z0-9-]*[a-z0-9]")

BOX_LINE = "box"
"""The line of messages about the box itself."""


def check_level(value: str, what: str) -> str:
    """Return *value* if it may stand as a topic level; *what* names it in the error.

    Raises: BadName.
    """
    if len(value) > LEVEL_MAX or not _LEVEL.fullmatch(value):
        raise BadName(f"{what} {value!r}: use 1 to {LEVEL_MAX} of a-z, 0-9 and '-', not '-' at either end")
    return value


def check_line(value: str) -> str:
    """Return *value* if it names a line: ``51010``, ``51010-2``, ``lan``, ``box`` or ``slot-1-1-1``.

    Raises: BadName.
    """
    check_level(value, "line")
    if not _LINE.fullmatch(value):
        raise BadName(f"line {value!r}: use a home PLMN (51010, 51010-2), lan, box or slot-<slot>")
    return value


def line_of_plmn(plmn: str, *, ordinal: int = 1) -> str:
    """Return the line's name of the *ordinal*-th SIM (1 to 9) with home network *plmn* (5 or 6 digits).

    Raises: BadName.
    """
    if not _PLMN.fullmatch(plmn):
        raise BadName(f"home PLMN {plmn!r}: use MCC and MNC, 5 or 6 digits")
    return check_line(plmn if ordinal == 1 else f"{plmn}-{ordinal}")


def line_of_slot(slot: str) -> str:
    """Return the line's name of a physical *slot* (``1-1.1``) while its SIM is unknown: ``slot-1-1-1``.

    Raises: BadName.
    """
    return check_line("slot-" + slot.lower().replace(".", "-").replace(":", "-"))
