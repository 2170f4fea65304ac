"""Radio: every published sample against the modem's log of the very reply it was read from.

The replies are decoded here a third time, apart from the drivers and from the simulator: Quectel
EC2x&EG9x&EM05 AT manual (+QENG: "servingcell", LTE: rsrp, rsrq, rssi, sinr; +QCSQ: "LTE", rssi, rsrp, sinr,
rsrq), 3GPP TS 27.007 8.69 (+CESQ; the lower edge of each bin).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.demo.verdict.messages import RadioSample
from tools.demo.verdict.model import Figure, missing

QUANTITIES = {"rsrp_dbm": "dBm", "rsrq_db": "dB", "sinr_db": "dB"}
LAYER = "at reply"
TOLERANCE = 0.01
"""Both sides state the same decoded value: only floating-point formatting may differ."""
WINDOW_MS = 1500
CLOCK_MS = 2
"""A sample's time is whole milliseconds of the same clock."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One line of modem-<slot>.jsonl: the reply's raw lines and what the simulator meant by them."""

    t_ns: int
    command: str
    lines: tuple[str, ...]
    truth: Mapping[str, float | str | None]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.partition(":")[2].split(",")]


def _from_qeng(cells: list[str]) -> dict[str, float]:
    if len(cells) < 17 or cells[0] != "servingcell" or cells[2] != "LTE":
        return {}
    return {"rsrp_dbm": float(cells[13]), "rsrq_db": float(cells[14]), "sinr_db": float(cells[16])}


def _from_qcsq(cells: list[str]) -> dict[str, float]:
    if len(cells) < 5 or cells[0] != "LTE":
        return {}
    return {"rsrp_dbm": float(cells[2]), "sinr_db": float(cells[3]) / 5 - 20, "rsrq_db": float(cells[4])}


def _from_cesq(cells: list[str]) -> dict[str, float]:
    if len(cells) < 6:
        return {}
    rsrq, rsrp = int(cells[4]), int(cells[5])
    found = {} if rsrq == 255 else {"rsrq_db": -20 + rsrq / 2}
    return found if rsrp == 255 else {**found, "rsrp_dbm": -141.0 + rsrp}


_DECODERS: Mapping[str, Callable[[list[str]], dict[str, float]]] = {
    "+QENG": _from_qeng,
    "+QCSQ": _from_qcsq,
    "+CESQ": _from_cesq,
}


def decode(reply: Reply) -> dict[str, float]:
    """Return what the raw lines say of RSRP, RSRQ, SINR; nothing for a reply without them or not readable."""
    for line in reply.lines:
        decoder = _DECODERS.get(line.partition(":")[0])
        if decoder is None:
            continue
        try:
            return decoder(_cells(line))
        except ValueError:
            return {}
    return {}


def replies_before(replies: Sequence[Reply], ts_ms: int, quantity: str) -> list[Reply]:
    """Return per command the last reply that told *quantity* before the sample, at most WINDOW_MS earlier."""
    latest: dict[str, Reply] = {}
    for reply in replies:
        age_ms = ts_ms - reply.t_ns / 1e6
        if -CLOCK_MS <= age_ms <= WINDOW_MS and quantity in decode(reply):
            latest[reply.command] = reply
    return list(latest.values())


def judge(line: str, samples: Sequence[RadioSample], replies: Sequence[Reply]) -> list[Figure]:
    """Return the figures of a line's radio: samples against raw replies, raw replies against the truth."""
    ordered = sorted(replies, key=lambda reply: reply.t_ns)
    figures = []
    for quantity, unit in QUANTITIES.items():
        figures.append(_published(line, quantity, unit, samples, ordered))
        figures.append(_encoded(line, quantity, unit, ordered))
    return figures


def _published(
    line: str, quantity: str, unit: str, samples: Sequence[RadioSample], replies: Sequence[Reply]
) -> Figure:
    name = quantity.partition("_")[0].upper()
    known = [(s.ts, value) for s in samples if (value := _value(s, quantity)) is not None]
    if not known:
        return missing(line, name, LAYER, f"no {quantity} was published ({len(samples)} samples)")
    worst, worst_pair, orphans = 0.0, known[0][1:] * 2, 0
    for ts_ms, value in known:
        said = [float(decode(r)[quantity]) for r in replies_before(replies, ts_ms, quantity)]
        if not said:
            orphans += 1
            continue
        error, nearest = min((abs(truth - value), truth) for truth in said)
        if error >= worst:
            worst, worst_pair = error, (nearest, value)
    reason = f"worst of {len(known)} samples"
    if orphans:
        reason += f"; {orphans} follow no reply of the modem within {WINDOW_MS} ms"
    return Figure(
        line=line,
        name=name,
        layer=LAYER,
        unit=unit,
        site=worst_pair[0],
        measured=worst_pair[1],
        error=worst,
        limit=TOLERANCE,
        error_unit="dB",
        ok=worst <= TOLERANCE and not orphans,
        reason=reason,
    )


def _encoded(line: str, quantity: str, unit: str, replies: Sequence[Reply]) -> Figure:
    """Compare what the raw replies say with what the simulator says it meant (a lying modem fails here)."""
    name = f"{quantity.partition('_')[0].upper()} as the site meant it"
    worst, pair, count = -1.0, (0.0, 0.0), 0
    for reply in replies:
        truth, said = reply.truth.get(quantity), decode(reply).get(quantity)
        if said is None or not isinstance(truth, int | float):
            continue
        count += 1
        if abs(said - truth) > worst:
            worst, pair = abs(said - truth), (float(truth), said)
    if not count:
        return missing(line, name, LAYER, f"the modem's log has no reply with {quantity}")
    return Figure(
        line=line,
        name=name,
        layer=LAYER,
        unit=unit,
        site=pair[0],
        measured=pair[1],
        error=worst,
        limit=TOLERANCE,
        error_unit="dB",
        ok=worst <= TOLERANCE,
        reason=f"worst of {count} replies",
    )


def _value(sample: RadioSample, quantity: str) -> float | None:
    return {"rsrp_dbm": sample.rsrp_dbm, "rsrq_db": sample.rsrq_db, "sinr_db": sample.sinr_db}[quantity]
