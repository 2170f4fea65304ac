"""Topics: exactly seven levels, ``pantau/v1/<province>/<regency>/<box>/<line>/<kind>``."""

import re
from dataclasses import dataclass, replace

from edge.schema.errors import BadTopic
from edge.schema.kinds import kind_of
from edge.schema.names import BOX_LINE, check_level, check_line

ROOT = "pantau"
VERSION = "v1"
LEVELS = 7
_PROVINCE = re.compile(r"[0-9]{2}")
_REGENCY = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of the contract, its levels checked when it is made.

    Raises: BadTopic (province, regency, kind), BadName (box, line).
    """

    province: str  # 2 digits, Kemendagri
    regency: str  # 4 digits, Kemendagri
    box: str
    line: str
    kind: str

    def __post_init__(self) -> None:
        """Check each level."""
        _check_code(self.province, _PROVINCE, "province", 2)
        _check_code(self.regency, _REGENCY, "regency", 4)
        if not self.regency.startswith(self.province):
            raise BadTopic(f"regency {self.regency!r} does not lie in province {self.province!r}")
        check_level(self.box, "box")
        check_line(self.line)
        if kind_of(self.kind).box_only and self.line != BOX_LINE:
            raise BadTopic(f"kind {self.kind!r} stands under line 'box' only, not under {self.line!r}")

    def __str__(self) -> str:
        """Return the topic as MQTT wants it."""
        return "/".join((ROOT, VERSION, self.province, self.regency, self.box, self.line, self.kind))

    def of(self, line: str, kind: str) -> "Topic":
        """Return the topic of another *line* and *kind* of the same box."""
        return replace(self, line=line, kind=kind)


def _check_code(value: str, pattern: re.Pattern[str], what: str, digits: int) -> None:
    if not pattern.fullmatch(value):
        raise BadTopic(f"{what} {value!r}: use the Kemendagri code, {digits} digits")


def parse_topic(text: str) -> Topic:
    """Return the topic that *text* spells.

    Raises: BadTopic (number of levels, root, version, codes, kind), BadName (box, line).
    """
    levels = text.split("/")
    if len(levels) != LEVELS:
        raise BadTopic(f"topic {text!r} has {len(levels)} levels, not {LEVELS}")
    root, version, province, regency, box, line, kind = levels
    if (root, version) != (ROOT, VERSION):
        raise BadTopic(f"topic {text!r} begins with {root}/{version}, not {ROOT}/{VERSION}")
    return Topic(province=province, regency=regency, box=box, line=line, kind=kind)


def filter_of(kind: str, *, province: str = "+", box: str = "+", line: str = "+") -> str:
    """Return the subscription of *kind*, of one *province*, *box* or home network (*line*) if given."""
    if province != "+":
        _check_code(province, _PROVINCE, "province", 2)
    if box != "+":
        check_level(box, "box")
    if line != "+":
        check_line(line)
    return "/".join((ROOT, VERSION, province, "+", box, line, kind_of(kind).name))
