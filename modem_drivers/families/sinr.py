"""The SINR number of +QENG, whose scale public code does not agree on: the one place that decides it.

Three readings stand in public: whole decibels, fifths of a decibel above -20, tenths. A number is converted
only where one scale alone can be meant: by the firmware, by another reply of the same moment in decibels, or
because the others would be beyond what a modem can hear. Otherwise raw and "undecided" are all there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from modem_drivers.provenance import Memory, Source, Thread
from modem_drivers.reading import SignalReading

UNDECIDED = "undecided"
AGREE_DB = 3.0  # two replies a second apart are of the same moment if they differ no more


class Scale(NamedTuple):
    """value = raw x step + offset, in dB. lte, nr: whether it was seen with that technology."""

    name: str
    step: float
    offset: float
    lte: bool
    nr: bool
    source: Source


class FirmwareScale(NamedTuple):
    """A firmware (a pattern of AT+CGMR) whose scale is known."""

    revision: str
    scale: str
    source: Source


class Decision(NamedTuple):
    """sinr_db: None where it is not sure; scale: its name; problem: why not, or what contradicts."""

    sinr_db: float | None
    scale: str
    problem: str = ""


_LITE = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/"
SCALES = (
    Scale("dB", 1.0, 0.0, True, True, Thread(_LITE + "43", "EC200T; EP06 in issue 108")),
    Scale(
        "fifths from -20",
        0.2,
        -20.0,
        True,
        False,
        Memory("obsy/modemdata for EC25 and EG06, commit not kept"),
    ),
    Scale("tenths", 0.1, 0.0, False, True, Memory("libqmi pull request 2: 180 is 18 dB on an NSA line")),
)
FIRMWARE_SCALES = (
    FirmwareScale(r"^EP06.*A22", "dB", Thread(_LITE + "108")),
    FirmwareScale(r"^EC200T", "dB", Thread(_LITE + "43")),
)
RANGE_DB = {"LTE": (-20, 30), "NR": (-23, 40)}
"""What an LTE modem reports is -20..30 dB: +QCSQ's 0..250 in fifths; NR: TS 38.133 10.1.16, SS-SINR."""


def decide_sinr(
    raw: int | None, *, rat: str = "LTE", revision: str = "", other_db: float | None = None
) -> Decision:
    """Return the SINR of *raw*. rat: "LTE" or "NR"; revision: the firmware's name; other_db: what another
    reply of the same moment says in decibels.
    """
    if raw is None:
        return Decision(None, "")
    fitting = _fitting(raw, rat)
    for row in FIRMWARE_SCALES:
        if re.search(row.revision, revision):
            fitting = [scale for scale in fitting if scale.name == row.scale]
    if other_db is not None:
        near = [scale for scale in fitting if abs(_value(raw, scale) - other_db) <= AGREE_DB]
        if not near:
            return Decision(
                None, UNDECIDED, f"sinr_db: +QENG gives {raw}, no scale of which is {other_db:g} dB"
            )
        fitting = near
    if len(fitting) == 1:
        return Decision(_value(raw, fitting[0]), fitting[0].name)
    if not fitting:
        return Decision(None, UNDECIDED, f"sinr_db: +QENG gives {raw}, which fits no scale")
    problem = f"sinr_db: +QENG gives {raw}, which fits two scales; +QCSQ decides it"
    return Decision(None, UNDECIDED, problem)


def _fitting(raw: int, rat: str) -> list[Scale]:
    low, high = RANGE_DB[rat]
    seen = [scale for scale in SCALES if (scale.nr if rat == "NR" else scale.lte)]
    if raw < 0:  # an index is never negative
        seen = [scale for scale in seen if not scale.offset]
    return [scale for scale in seen if low <= _value(raw, scale) <= high]


def _value(raw: int, scale: Scale) -> float:
    return round(raw * scale.step + scale.offset, 3)


def cross_check(reading: SignalReading, other: SignalReading, revision: str = "") -> SignalReading:
    """Return *reading* (in decibels) with what +QENG (*other*) says of the same moment beside it.

    raw gets "qeng_sinr" and "qeng_sinr_scale"; a contradiction of the two is a problem.
    """
    text = other.raw.get("sinr_raw", "")
    if other.command != "+QENG" or not re.fullmatch(r"-?[0-9]{1,4}", text):
        return reading
    rat = "NR" if reading.rat == "NR" else "LTE"
    found = decide_sinr(int(text), rat=rat, revision=revision, other_db=reading.sinr_db)
    raw = {**reading.raw, "qeng_sinr": text, "qeng_sinr_scale": found.scale, "firmware": revision}
    contradicted = (found.problem,) if reading.sinr_db is not None and found.problem else ()
    return replace(reading, raw=raw, problems=reading.problems + contradicted)


def scale_names() -> Sequence[str]:
    """Return the names of the scales, for documents."""
    return [scale.name for scale in SCALES]
