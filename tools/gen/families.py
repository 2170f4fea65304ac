"""docs/families.md: what the drivers know of each family, each fact with its source, from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from modem_drivers.families import sources
from modem_drivers.families.catalogue import CATALOGUE
from modem_drivers.families.facts import Depth, ModelFacts, Speech
from modem_drivers.families.family import Family
from modem_drivers.families.huawei_hilink import QUERIES
from modem_drivers.families.procedures import (
    Await,
    BringUp,
    Ensure,
    Post,
    ResetStep,
    Run,
    Say,
    Step,
)
from modem_drivers.families.sinr import FIRMWARE_SCALES, SCALES
from modem_drivers.families.usb_ports import CLASS_RULES, states_of
from modem_drivers.provenance import KINDS, count_kinds

PATH = "docs/families.md"
Table = Sequence[Sequence[str]]
DEPTHS = {
    Depth.DEEP: "deep: driven by transcript and on the simulator from cold start to a data session",
    Depth.ROWS: "rows: its own replies and steps, read or remembered, not proven on hardware",
    Depth.IDS: "generic + ids: found and named; spoken to by the standard alone",
}
HEAD = """# Modem families: what is known, and from where

Generated from the tables by `make gen`; edit those, not this page. A new family:
[writing-a-family.md](writing-a-family.md). Sources: `recorded` (heard by us from hardware), `manual`,
`public-driver` (a file at a commit), `thread` (a public discussion), `memory` (no source kept, or not seen in
a document). An unknown modem is of the family `generic`, and `pantau modems` says what to record and send in.
"""


def families_page() -> dict[str, str]:
    """Return {path: text} of the page."""
    parts = [HEAD, _counts(), _overview(), *(_family(family) for family in CATALOGUE), _sinr()]
    return {PATH: "\n".join(parts)}


def _table(head: Sequence[str], rows: Table) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "-"


def _counts() -> str:
    found = sources.count_sources()
    total = count_kinds(source for rows in sources.find_sources().values() for source in rows)
    number = sum(total.values())
    rows = [[name, *(str(counts[kind]) for kind in KINDS)] for name, counts in found.items()]
    rows.append(["**all**", *(f"**{total[kind]}**" for kind in KINDS)])
    said = ", ".join(f"{total[kind]} {kind}" for kind in KINDS)
    return f"## Where it was learnt\n{number} rows: {said}.\n\n{_table(['table', *KINDS], rows)}"


def _overview() -> str:
    rows = [
        [f"`{one.name}`", one.title, one.depth.value, one.speaks.value, _ids(one), _modes(one)]
        for one in CATALOGUE
    ]
    words = "\n".join(f"- {text}" for text in DEPTHS.values())
    return f"## Overview\n{words}\n\n" + _table(
        ["family", "modems", "depth", "spoken to by", "USB ids", "data by"], rows
    )


def _ids(family: Family) -> str:
    return " ".join(f"{vid:04x}:{pid:04x}" for vid, pid in family.usb_ids)


def _modes(family: Family) -> str:
    return ", ".join(dict.fromkeys(row.mode.value for row in family.procedures.data))


def _family(family: Family) -> str:
    parts = [f"## {family.name}", f"{family.title}. {DEPTHS[family.depth]}.\n"]
    if family.speaks is Speech.AT:
        parts.append(f"Known by AT+CGMI `{family.manufacturer}` and AT+CGMM `{family.model}`.\n")
    rows = [*_usb_rows(family), *_model_rows(family), *_question_rows(family), *_step_rows(family)]
    parts.append(_table(["what", "value", "source"], rows))
    return "\n".join(parts)


def _usb_rows(family: Family) -> Iterator[list[str]]:
    for row in family.layouts:
        roles = ", ".join(f"{number:02} {role.value}" for number, role in sorted(row.roles.items()))
        yield [f"USB {row.vid:04x}:{row.pid:04x}", f"{row.modems}: {roles}", str(row.provenance)]
    for state in states_of(family.name):
        how = f" (`{' '.join(state.switch)}`)" if state.switch else ""
        yield [
            f"USB {state.vid:04x}:{state.pid:04x}",
            f"{state.what}; needs {state.needs}{how}",
            str(state.provenance),
        ]
    if family.name == "huawei-stick":
        for rule in CLASS_RULES:
            name = "/".join(f"{part:02x}" for part in rule.interface_class)
            yield [f"USB {rule.vid:04x}, class {name}", rule.role.value, str(rule.provenance)]


def _bands(name: str, bands: Iterable[int] | None, letter: str) -> str:
    if bands is None:
        return f"{name}: not known"
    return f"{name}: " + (" ".join(f"{letter}{band}" for band in bands) or "none")


def _model_rows(family: Family) -> Iterator[list[str]]:
    for row in family.models:
        listed = (
            _bands("LTE", row.lte_bands, "B"),
            _bands("NR alone", row.sa_bands, "n"),
            _bands("NR beside LTE", row.nsa_bands, "n"),
        )
        yield [f"{row.model}, bands", "; ".join(listed), str(row.source)]
        yield [f"{row.model}, category and rates", _rates(row), str(row.rate_source or "-")]


def _rates(row: ModelFacts) -> str:
    category = "not known" if row.category is None else str(row.category)
    down, up = (
        "not known" if rate is None else f"{rate / 1e6:g} Mbit/s" for rate in (row.down_bps, row.up_bps)
    )
    together = "not known" if row.combinations is None else ", ".join(row.combinations) or "none: one carrier"
    return f"LTE category {category}; down {down}, up {up}; combinations: {together}"


def _question_rows(family: Family) -> Iterator[list[str]]:
    asked = (("signal", family.signal), ("cell", family.cell), ("names", family.names))
    for what, queries in asked:
        for query in queries:
            yield [what, f"`{query.command.text}`", str(query.provenance)]
    if family.connection:
        yield ["radio's state", f"`{family.connection.command.text}`", str(family.connection.provenance)]
    if family.speaks is Speech.HILINK:
        for api in QUERIES:
            yield ["question", ", ".join(f"`/api/{path}`" for path in api.paths), str(api.provenance)]
    if family.iccid:
        yield ["ICCID", f"`{family.iccid.text}`", str(family.iccid.source)]
    for text in family.init:
        yield ["at each start", f"`{text}`", "-"]
    for row in family.firmware:
        yield [f"firmware `{row.revision}`" if row.revision else "all firmware", row.what, str(row.source)]


def _step_rows(family: Family) -> Iterator[list[str]]:
    rows = family.procedures
    for row in rows.data:
        yield [f"data by {row.mode.value}", _bring_up(row), str(row.source)]
    if not rows.data:
        yield ["data", "not known", "-"]
    for step in rows.ladder:
        yield [f"reset: {step.kind.value}", _rung(step), str(step.source)]
    ready = ", ".join(f"`{text}`" for text in rows.ready) or "no words known"
    yield ["boot", f"about {rows.boot_s:g} s; ready: {ready}", str(rows.boot_source)]
    if family.speaks is Speech.AT:
        yield ["tries of the PIN", f"`{rows.pin_tries.ask}`", str(rows.pin_tries.source)]
    for one in rows.set_up:
        yield ["set-up", f"{one.why}: {_steps(one.steps)}", str(one.source)]


def _bring_up(row: BringUp) -> str:
    condition = f" ({row.condition})" if row.condition else ""
    return f"up: {_steps(row.up)}; down: {_steps(row.down)}{condition}"


def _steps(steps: Sequence[Step]) -> str:
    return ", ".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    match step:
        case Say():
            return f"`{step.text}`" + (" (may be refused)" if step.may_fail else "")
        case Ensure():
            restart = ", restart" if step.restarts else ""
            return f"`{step.ask}` must have `{step.holds}`, else `{step.set_to}`{restart}"
        case Await():
            return f"`{step.ask}` until `{step.until}`, {step.within_s:g} s at most"
        case Run():
            return f"run `{' '.join(step.argv)}`"
        case Post():
            fields = " ".join(f"{name}={value}" for name, value in step.fields)
            return f"POST `/api/{step.path}` {fields}"


def _rung(step: ResetStep) -> str:
    says = ", ".join(f"`{_printable(text)}`" for text in step.says)
    boots = ", it starts anew" if step.boots else ""
    return f"{says + '; ' if says else ''}{step.back_s:g} s{boots}"


def _printable(text: str) -> str:
    return text.replace("\x1b", "ESC")


def _sinr() -> str:
    rows = [
        [row.name, f"raw x {row.step:g} {row.offset:+g}", _heard(row.lte, row.nr), str(row.source)]
        for row in SCALES
    ]
    rows += [[row.scale, f"firmware `{row.revision}`", "LTE", str(row.source)] for row in FIRMWARE_SCALES]
    text = (
        "## The SINR of +QENG\nPublic code does not agree on its scale. A number is converted where one "
        "scale alone can be meant: by the firmware, by +QCSQ of the same moment, or because the others are "
        "beyond what is heard; else readings carry the raw number and `undecided`.\n\n"
    )
    return text + _table(["scale", "dB", "of", "source"], rows)


def _heard(lte: bool, nr: bool) -> str:
    return " and ".join(name for name, there in (("LTE", lte), ("NR", nr)) if there)
