"""The verdicts on a test in the flat values of a record, and those that need the line's own papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge.config.model import Line
from edge.measure.limits import COMPARED, PolicyLimit, compare_lines, judge_policy
from edge.measure.result import FarEnd, Result, Verdicts
from edge.measure.verdicts import rate_of, with_policy
from edge.schema.record import Value
from edge.service.messages import DataSeen, ModemReady

FAR = ("asn", "city", "egress_asn", "egress_name", "egress_net", "share_bps", "retry_after_s")
TEXT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Papers:
    """What is known of a line for a ranking: its own COMPARED, and the other lines' of the box."""

    own: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[Mapping[str, str]] = ()


def papers_of(line: Line, modem: ModemReady | None) -> dict[str, str]:
    """Return what lines are compared by; "" where it is not known."""
    return {
        "modem": modem.model if modem else "",
        "firmware": modem.firmware if modem else "",
        "antenna": line.antenna,
        "tariff": line.tariff,
    }


def limits_of(line: Line, data: DataSeen | None, kind: str) -> list[PolicyLimit]:
    """Return the rates that somebody set for this line in *kind*'s direction: AMBR and the tariff's steps."""
    limits = [PolicyLimit(f"the tariff's step {step:g} kbit/s", step * 1000) for step in line.steps_kbps]
    if data is not None:
        ambr = data.ambr_up_kbps if kind.endswith("-up") else data.ambr_down_kbps
        limits += [PolicyLimit("AMBR", ambr * 1000.0)] if ambr else []
    return limits


def judged_by_policy(result: Result, line: Line, data: DataSeen | None) -> Result:
    """Return *result*, of outcome policy where its rate stands at somebody's limit."""
    layer = getattr(result, "layer", "")
    return with_policy(result, judge_policy(rate_of(result), layer, limits_of(line, data, result.kind)))


def verdict_values(values: dict[str, Value], nv: dict[str, str], result: Result, papers: Papers) -> None:
    """Put the verdicts into a record's values, and the reason of each that is missing into *nv*."""
    _put_verdicts(values, result.verdicts)
    _put_far(values, result.far)
    if not papers.own:
        return
    for name in COMPARED:
        if papers.own.get(name):
            values[f"line_{name}"] = papers.own[name]
        else:
            nv[f"line_{name}"] = "not known"
    _put_comparable(values, nv, papers)


def _put_verdicts(values: dict[str, Value], verdicts: Verdicts | None) -> None:
    if verdicts is None:
        return
    for name in verdicts.__struct_fields__:
        value = getattr(verdicts, name)
        if value not in (None, ""):
            values[name] = value[:TEXT_CHARACTERS] if isinstance(value, str) else value


def _put_far(values: dict[str, Value], far: FarEnd | None) -> None:
    if far is None:
        return
    for name in FAR:
        value = getattr(far, name)
        if value not in (None, ""):
            values[f"server_{name}" if name in ("asn", "city") else name] = value


def _put_comparable(values: dict[str, Value], nv: dict[str, str], papers: Papers) -> None:
    told = [compare_lines(papers.own, other) for other in papers.others]
    if any(one.ok is False for one in told):
        values["comparable"] = False
    elif told and all(one.ok for one in told):
        values["comparable"] = True
    else:
        nv["comparable"] = next((one.text for one in told if one.ok is None), "no other line in this box")
        return
    worst = next((one.text for one in told if one.ok is False), told[0].text)
    values["comparable_text"] = worst[:TEXT_CHARACTERS]
