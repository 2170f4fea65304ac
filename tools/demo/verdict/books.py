"""The books: what was published, receipted and stored, line by line, and whether traffic kept to its line."""

from collections.abc import Iterable, Mapping, Sequence

from tools.demo.verdict.messages import Receipt, Result, number
from tools.demo.verdict.model import Figure, missing

LAYER = "records"
KINDS = ("rtt", "tcp-down", "tcp-up")


def is_receipted(record_id: str, receipts: Iterable[Receipt]) -> bool:
    """Whether any receipt covers the record "box/epoch/sequence"."""
    owner, _, tail = record_id.rpartition("/")
    if not tail.isdigit():
        return False
    sequence = int(tail)
    mine = [receipt for receipt in receipts if f"{receipt.box}/{receipt.epoch}" == owner]
    return any(sequence <= receipt.watermark or sequence in receipt.also for receipt in mine)


def judge_records(
    line: str, published: Iterable[str], receipts: Sequence[Receipt], stored: int | None
) -> list[Figure]:
    """Return the figures receipted and stored, each against the distinct ids published."""
    ids = set(published)
    receipted = sum(1 for record_id in ids if is_receipted(record_id, receipts))
    figures = [_count(line, "results receipted", len(ids), receipted)]
    if stored is None:
        return [*figures, missing(line, "results stored", LAYER, "headquarters could not say what it stored")]
    return [*figures, _count(line, "results stored", len(ids), stored)]


def _count(line: str, name: str, published: int, counted: int) -> Figure:
    reason = "" if published else "no result of this line was published"
    if published != counted:
        reason = f"{published} published, {counted} {name.rpartition(' ')[2]}"
    return Figure(
        line=line,
        name=name,
        layer=LAYER,
        unit="records",
        site=published,
        measured=counted,
        error=float(counted - published),
        limit=0.0,
        error_unit="records",
        ok=published == counted and published > 0,
        reason=reason,
    )


def judge_bytes(line: str, results: Sequence[Result]) -> Figure:
    """Return the bytes used by the line's results, beside the others without a verdict."""
    used = [number(result.values, "bytes") for result in results]
    known = [value for value in used if value is not None]
    return Figure(
        line=line,
        name="bytes used",
        layer="payload",
        unit="MB",
        measured=sum(known) / 1e6 if known else None,
        reason=f"beside, of {len(known)} results" + ("" if len(known) == len(used) else f" of {len(used)}"),
    )


def judge_isolation(line: str, results: Mapping[str, Result]) -> Figure:
    """Return whether every result proves that its traffic stayed on its own line."""
    bad = [
        f"{kind}: {'not judged' if (ok := result.values.get('isolation_ok')) is None else ok}"
        for kind, result in results.items()
        if result.values.get("isolation_ok") is not True
    ]
    proven = len(results) - len(bad)
    return Figure(
        line=line,
        name="isolation",
        layer="records",
        unit="results",
        site=len(results),
        measured=proven,
        error=float(proven - len(results)),
        limit=0.0,
        error_unit="results",
        ok=not bad and bool(results),
        reason="; ".join(bad),
    )
