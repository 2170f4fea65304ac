"""Typed readings made of reply rows: one reader for every family whose columns have the common names.

Lines are read by their row; the serving ones make the reading. Of LTE with a second cell of NR (EN-DC, "NSA")
the LTE cell is the reading, the NR cell is among `secondary`; NR alone ("SA") is the reading itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from modem_drivers.at.grammar import Line, Row, head_of, read_line
from modem_drivers.at.grid import read_grid
from modem_drivers.at.replies import Column, Fields, Value
from modem_drivers.errors import MalformedReply, UnknownBand
from modem_drivers.radio.bands import BANDWIDTH_HZ, LTE, find_band
from modem_drivers.radio.nr import NR, find_nr_bands
from modem_drivers.reading import CellReading, NetworkName, SignalReading

RATS: Mapping[str, str] = {  # how modems name them: Quectel, SIMCom, Huawei, Fibocom, Telit, Sierra
    "LTE": "LTE",
    "CAT-M": "LTE",
    "CAT-M1": "LTE",
    "CAT-NB": "NB-IoT",
    "NR": "NR",
    "NR-5G": "NR",
    "NR5G": "NR",
    "NR5G-SA": "NR",
    "NR5G_SA": "NR",
    "NR5G-NSA": "EN-DC",
    "NR5G_NSA": "EN-DC",
    "GSM": "GSM",
    "WCDMA": "UTRAN",
    "UTRAN": "UTRAN",
}
STATES: Mapping[str, str] = {  # what the common state is called
    "rrc idle": "idle",
    "rrc connected": "connected",
    "no service": "no_service",
    "noservice": "no_service",
    "none": "no_service",
}
_DIGITS = re.compile(r"[0-9]+$")


class Serving(NamedTuple):
    """The lines of one answer: state, technology, the cell that counts, further cells, damage."""

    state: str | None
    rat: str | None
    main: Line | None
    others: tuple[Line, ...]
    problems: tuple[str, ...]


def _text(line: Line, *names: str) -> str:
    for name in names:
        value = line.values.get(name)
        if isinstance(value, str):
            return value
    return ""


def _number(line: Line, *names: str) -> float | None:
    for name in names:
        value = line.values.get(name)
        if isinstance(value, (int, float)):
            return float(value)
    return None


def _integer(line: Line, *names: str) -> int | None:
    value = _number(line, *names)
    return None if value is None else int(value)


def rat_of(line: Line) -> str | None:
    """Return the technology that *line* names, in our words; None if it names none."""
    return RATS.get(_text(line, "rat", "mode").upper())


def _is_neighbour(line: Line) -> bool:
    return "neighbour" in _text(line, "cell").casefold() or line.values.get("kind") in (2, 5)


def _state(lines: Sequence[Line]) -> str | None:
    for line in lines:
        if said := _text(line, "state", "rrc_state"):
            return STATES.get(said.casefold(), said.casefold())
        word = _text(line, "mode", "rat").casefold()
        if word in STATES:
            return STATES[word]
    return None


@cache
def serving_reader(row: Row, default_rat: str | None = None) -> Callable[[Sequence[str]], Serving]:
    """Return the reader of *row* that signal and cell share: what both need of one answer is read once."""

    @lru_cache(maxsize=1)
    def read(lines: tuple[str, ...]) -> Serving:
        return read_serving(lines, row, default_rat)

    return lambda lines: read(tuple(lines))


def read_serving(lines: Sequence[str], row: Row, default_rat: str | None = None) -> Serving:
    """Return the serving cells of an answer of *row*'s command. default_rat: of lines that name none.

    Raises: MalformedReply, if no line is of the row, or none of them is sound.
    """
    read, refused = _read_all(lines, row)
    if not read:
        raise refused or MalformedReply(lines[0] if lines else "", row.verb)
    serving = [line for line in read if not _is_neighbour(line)]
    cells = [line for line in serving if _is_cell(line)]
    main = next((line for line in cells if rat_of(line) != "EN-DC"), None)
    others = tuple(line for line in cells if line is not main)
    rat = (rat_of(main) or default_rat) if main else None
    if any(rat_of(line) == "EN-DC" for line in others):
        rat = "EN-DC"
    problems = tuple(problem for line in read for problem in line.problems)
    return Serving(_state(serving), rat, main, others, problems)


def _is_cell(line: Line) -> bool:
    return any(
        line.values.get(name) is not None for name in ("pci", "cell_id", "rsrp_dbm", "rsrp_raw", "plmn")
    )


def _read_all(lines: Sequence[str], row: Row) -> tuple[list[Line], MalformedReply | None]:
    read: list[Line] = []
    refused: MalformedReply | None = None
    for line in lines:
        head = head_of(line)
        if head not in row.heads and not (not head and "" in row.heads):
            continue
        try:
            read.append(read_line(line, row))
        except MalformedReply as refusal:
            refused = refused or refusal
    return read, refused


def signal_reader(row: Row, default_rat: str | None = None) -> Callable[[Sequence[str]], SignalReading]:
    """Make a reader of signal readings; one without a single level is refused, unless there is no service."""

    serving = serving_reader(row, default_rat)

    def read(lines: Sequence[str]) -> SignalReading:
        seen = serving(lines)
        if seen.main is None:
            if seen.state is None:
                raise MalformedReply(lines[0], f"{row.verb} of a serving cell")
            return SignalReading(rat=None, state=seen.state, command=row.verb, problems=seen.problems)
        reading = _signal(seen.main, row.verb, seen)
        if seen.state != "no_service" and not _has_level(reading):
            raise MalformedReply(lines[0], f"{row.verb} with a level whose scale is sure", "rsrp_dbm")
        return reading

    return read


def _has_level(reading: SignalReading) -> bool:
    levels = (reading.rsrp_dbm, reading.rsrq_db, reading.sinr_db, reading.rssi_dbm)
    return any(level is not None for level in levels)


def _signal(line: Line, command: str, seen: Serving | None = None) -> SignalReading:
    return SignalReading(
        rat=seen.rat if seen else rat_of(line),
        state=seen.state if seen else None,
        rsrp_dbm=_number(line, "rsrp_dbm", "nr_rsrp_dbm"),
        rsrq_db=_number(line, "rsrq_db", "nr_rsrq_db"),
        sinr_db=_number(line, "sinr_db", "rssnr_db", "nr_sinr_db"),
        rssi_dbm=_number(line, "rssi_dbm"),
        command=command,
        raw=line.raw,
        problems=seen.problems if seen else line.problems,
        secondary=tuple(_signal(other, command) for other in seen.others) if seen else (),
    )


def cell_reader(row: Row, default_rat: str | None = None) -> Callable[[Sequence[str]], CellReading]:
    """Make a reader of the serving cell; without service every field but the state is None."""

    serving = serving_reader(row, default_rat)

    def read(lines: Sequence[str]) -> CellReading:
        seen = serving(lines)
        if seen.main is None:
            return CellReading(rat=None, state=seen.state, command=row.verb, problems=seen.problems)
        return _cell(seen.main, row.verb, seen)

    return read


def _band_doubt(rat: str | None, band: int | None, channel: int | None) -> tuple[str, ...]:
    """Return a problem if *band* cannot hold *channel*; bands without a row here are not doubted."""
    if band is None or channel is None or rat not in {"LTE", "EN-DC", "NR"}:
        return ()
    try:
        held = [row.band for row in find_nr_bands(channel)] if rat == "NR" else [find_band(channel).band]
    except UnknownBand:
        return ()
    known = {row.band for row in NR} if rat == "NR" else {row.band for row in LTE}
    if band in held or not (held or band in known):
        return ()
    names = ", ".join(map(str, held)) or "no band known here"
    return (f"band: {band} does not hold channel {channel}, which is in {names}",)


def _cell(line: Line, command: str, seen: Serving | None = None) -> CellReading:
    downlink, uplink = (_bandwidth(line, f"{way}_bandwidth") for way in ("dl", "ul"))
    band, channel = _band(line), _integer(line, "earfcn", "arfcn")
    own = "NR" if rat_of(line) in {"NR", "EN-DC"} else seen.rat if seen else rat_of(line)
    problems = seen.problems if seen else line.problems
    return CellReading(
        rat=seen.rat if seen else rat_of(line),
        state=seen.state if seen else None,
        plmn=_text(line, "plmn") or None,
        tac=_integer(line, "tac"),
        cell_id=_integer(line, "cell_id"),
        pci=_integer(line, "pci"),
        earfcn=channel,
        band=band,
        duplex=_text(line, "duplex") or None,
        bandwidth_hz=downlink or _bandwidth(line, "downlink_bandwidth"),
        uplink_bandwidth_hz=uplink or _bandwidth(line, "uplink_bandwidth"),
        command=command,
        raw=line.raw,
        problems=problems + _band_doubt(own, band, channel),
        secondary=tuple(_cell(other, command) for other in seen.others) if seen else (),
    )


def _band(line: Line) -> int | None:
    """Return the band: a number, or the number at the end of "EUTRAN-BAND3", "LTE BAND 3", "B3", "NR N78"."""
    found = _DIGITS.search(_text(line, "band_text").strip())
    return int(found[0]) if found else _integer(line, "band")


def _bandwidth(line: Line, name: str) -> int | None:
    index = _integer(line, name)
    return None if index is None else BANDWIDTH_HZ.get(index)


def name_reader(row: Row) -> Callable[[Sequence[str]], NetworkName]:
    """Make a reader of network names; the fields are name_full, name_short and spn.

    Raises: MalformedReply, if no line is of the row.
    """

    def read(lines: Sequence[str]) -> NetworkName:
        found, refused = _read_all(lines, row)
        if not found:
            raise refused or MalformedReply(lines[0] if lines else "", row.verb)
        said = found[0]
        return NetworkName(
            source=row.verb,
            full=_text(said, "name_full") or None,
            short=_text(said, "name_short") or None,
            spn=_text(said, "spn") or None,
            plmn=_text(said, "plmn") or None,
            problems=said.problems,
        )

    return read


def grid_line(lines: Sequence[str], verb: str, labels: Mapping[str, Column]) -> Line:
    """Return the labelled grid of *verb* as one line.

    Raises: MalformedReply, if no label of it is known.
    """
    fields: Fields = read_grid(lines, labels)
    if not fields.values:
        raise MalformedReply(lines[0] if lines else "", f"{verb}: a grid of labels")
    values: dict[str, Value | None] = dict(fields.values)
    return Line(verb, values, fields.raw, fields.problems)


def grid_signal(verb: str, labels: Mapping[str, Column]) -> Callable[[Sequence[str]], SignalReading]:
    """Make a reader of the signal in a grid of labels."""

    def read(lines: Sequence[str]) -> SignalReading:
        line = grid_line(lines, verb, labels)
        return _signal(line, verb, Serving(_state([line]), rat_of(line), line, (), line.problems))

    return read


def grid_cell(verb: str, labels: Mapping[str, Column]) -> Callable[[Sequence[str]], CellReading]:
    """Make a reader of the serving cell in a grid of labels."""

    def read(lines: Sequence[str]) -> CellReading:
        line = grid_line(lines, verb, labels)
        return _cell(line, verb, Serving(_state([line]), rat_of(line), line, (), line.problems))

    return read
