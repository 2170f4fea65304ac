"""The name the network sent and where the modem is registered: published, the modem's log, truth.json."""

from collections.abc import Iterable, Sequence

from tools.demo.verdict.messages import Result, State, text
from tools.demo.verdict.model import Figure, missing
from tools.demo.verdict.signal import Reply

LAYER = "operator"


def judge(
    line: str,
    published: Sequence[Result | State],
    replies: Iterable[Reply],
    *,
    name_shown: str,
    plmn: str,
) -> list[Figure]:
    """Return the figures of the name shown and of the PLMN; every message and every reply must agree."""
    said = _distinct(text(message.values, "name_sent") for message in published)
    on_air = _distinct(_text(reply.truth.get("name_full")) for reply in replies)
    registered = _distinct(text(message.values, "plmn_registered") for message in published)
    return [
        _only(line, "name shown", said, name_shown, "name_sent"),
        _only(line, "name in the modem's log", on_air, name_shown, "name_full"),
        _only(line, "PLMN registered", registered, plmn, "plmn_registered"),
    ]


def _text(value: float | str | None) -> str | None:
    return value if isinstance(value, str) else None


def _distinct(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value is not None})


def _only(line: str, name: str, seen: Sequence[str], expected: str, key: str) -> Figure:
    if not seen:
        return missing(line, name, LAYER, f"no {key} was seen; the site shows {expected!r}")
    ok = list(seen) == [expected]
    shown = " | ".join(seen)
    return Figure(
        line=line,
        name=name,
        layer=LAYER,
        unit="",
        site=expected,
        measured=shown,
        ok=ok,
        reason="" if ok else f"truth.json has {expected!r}, seen is {shown!r}",
    )
