"""A figure is one comparison: what the site did, what was measured, the error, the limit, the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

Shown = float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the verdict; `ok` is None for a row that stands beside the others without a verdict.

    `site` and `measured` are in `unit`, `error` and `limit` in `error_unit`; None means there is no figure,
    and then `reason` says why.
    """

    line: str
    name: str
    layer: str
    unit: str
    site: Shown = None
    measured: Shown = None
    error: float | None = None
    limit: float | None = None
    error_unit: str = ""
    ok: bool | None = None
    reason: str = ""


def judged(figure: Figure) -> bool:
    """Whether the figure has a verdict."""
    return figure.ok is not None


def failures(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures out of tolerance or missing."""
    return [figure for figure in figures if figure.ok is False]


def missing(line: str, name: str, layer: str, reason: str) -> Figure:
    """Return the failed figure of something that should be there and is not."""
    return Figure(line=line, name=name, layer=layer, unit="", ok=False, reason=reason)


def sentence(figure: Figure) -> str:
    """Return one line that names the failed line and figure and says by how much."""
    head = f"line {figure.line}, {figure.name} ({figure.layer})"
    if figure.error is not None and figure.limit is not None:
        head += (
            f": error {figure.error:.3g} {figure.error_unit}, allowed {figure.limit:g} {figure.error_unit}"
        )
    return f"{head}: {figure.reason}" if figure.reason else head


def near(
    *, line: str, name: str, layer: str, unit: str, site: float, measured: float, limit: float, relative: bool
) -> Figure:
    """Return the figure of two numbers that must agree within *limit* (percent of `site` if *relative*)."""
    error = measured - site
    if relative:
        error = 100.0 * error / site if site else float("inf")
    return Figure(
        line=line,
        name=name,
        layer=layer,
        unit=unit,
        site=site,
        measured=measured,
        error=error,
        limit=limit,
        error_unit="%" if relative else unit,
        ok=abs(error) <= limit,
    )


def same(*, line: str, name: str, layer: str, site: Shown, measured: Shown, reason: str = "") -> Figure:
    """Return the figure of two values that must be equal; a value that is absent is not equal to anything."""
    ok = site is not None and measured is not None and site == measured
    return Figure(
        line=line,
        name=name,
        layer=layer,
        unit="",
        site=site,
        measured=measured,
        ok=ok,
        reason=reason or ("" if ok else f"the site has {site!r}, published is {measured!r}"),
    )
