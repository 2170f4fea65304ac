"""The whole verdict: every figure of every line, and the sentence that sums them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.demo.verdict import books, names, rtt, signal, site, throughput
from tools.demo.verdict.messages import Heard, Result, text
from tools.demo.verdict.model import Figure, failures, missing, sentence
from tools.demo.verdict.packets import DOWN, UP, Packets
from tools.demo.verdict.site_log import DIRECTIONS, LineLog, LineTruth, told_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the verdict is made from. `stored`: ids headquarters holds by line name, None if unknown."""

    truth: Sequence[LineTruth]
    logs: Mapping[str, LineLog]
    heard: Heard
    stored: Mapping[str, int] | None
    packets: Packets
    ring_drops: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The demo's last word; `no_verdict` says why nothing may be concluded at all."""

    figures: Sequence[Figure]
    no_verdict: str = ""

    @property
    def failed(self) -> list[Figure]:
        """Figures out of tolerance or missing."""
        return failures(self.figures)

    @property
    def holds(self) -> bool:
        """Whether every figure is within its limit."""
        return bool(self.figures) and not self.no_verdict and not self.failed

    def sentences(self) -> list[str]:
        """Return one sentence a failure, naming line and figure."""
        return ([self.no_verdict] if self.no_verdict else []) + [sentence(figure) for figure in self.failed]


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict on the whole demo; whatever is missing is a failed figure, never an error."""
    figures = [figure for line in evidence.truth for figure in judge_line(line, evidence)]
    figures += _unreadable(evidence.heard.bad)
    late = site.emulator_failures(evidence.packets, ring_drops=evidence.ring_drops)
    return Verdict(figures=figures, no_verdict=late)


def _unreadable(complaints: Sequence[str]) -> list[Figure]:
    """Return one failed figure for all messages that could not be read."""
    if not complaints:
        return []
    reason = f"{len(complaints)} messages could not be read, the first: {complaints[0]}"
    return [missing("all", "messages", "mqtt", reason)]


def judge_line(line: LineTruth, evidence: Evidence) -> list[Figure]:
    """Return every figure of one line."""
    log = evidence.logs[line.slot]
    results = results_of(evidence.heard, line.slot)
    return [
        *_measured(line, log, results),
        *_radio(line, log, results, evidence.heard),
        *_site(line, log),
        *_books(line, results, evidence),
    ]


def results_of(heard: Heard, slot: str) -> list[Result]:
    """Return the results published for the modem in *slot*, in order of their sequence."""
    mine = [result for result in heard.results.values() if text(result.values, "slot") == slot]
    return sorted(mine, key=lambda result: result.id.rpartition("/")[2].zfill(20))


def by_kind(results: Sequence[Result]) -> dict[str, Result]:
    """Return the last result of each measurement."""
    return {kind: result for result in results if (kind := text(result.values, "measurement")) is not None}


def _measured(line: LineTruth, log: LineLog, results: Sequence[Result]) -> list[Figure]:
    latest, figures = by_kind(results), list[Figure]()
    for kind in books.KINDS:
        result, layer = latest.get(kind), rtt.LAYER if kind == "rtt" else throughput.LAYER
        if result is None:
            figures.append(missing(line.slot, kind, layer, "no result was published"))
        elif not result.ok:
            figures.append(missing(line.slot, kind, layer, _cause(result)))
        elif kind == "rtt":
            figures += rtt.judge(line.slot, result, log.packets)
        else:
            steps = log.in_force[throughput.DIRECTIONS[kind]]
            figures += throughput.judge(line.slot, kind, result, log.packets, steps)
    return figures


def _cause(result: Result) -> str:
    why = f"{result.err.code}: {result.err.text}" if result.err else "no cause given"
    return f"the box published a failure ({result.outcome}): {why}"


def _radio(line: LineTruth, log: LineLog, results: Sequence[Result], heard: Heard) -> list[Figure]:
    line_names = {result.line for result in results} | {
        n for n, slot in heard.slots.items() if slot == line.slot
    }
    samples = [sample for name in sorted(line_names) for sample in heard.samples.get(name, [])]
    states = [heard.states[name] for name in line_names if name in heard.states]
    return [
        *signal.judge(line.slot, samples, log.replies),
        *names.judge(line.slot, [*results, *states], log.replies, name_shown=line.name_shown, plmn=line.plmn),
    ]


def _site(line: LineTruth, log: LineLog) -> list[Figure]:
    told = [
        site.Told(
            direction=direction,
            loss=line.ways[direction].loss,
            steps=told_steps(line.ways[direction], log.bursts_ns[direction]),
        )
        for direction in DIRECTIONS
    ]
    rates = {way.direction: site.judge_rate(line.slot, way, log.packets) for way in told}
    return [rates[DOWN], rates[UP], site.judge_loss(line.slot, told, log.packets)]


def _books(line: LineTruth, results: Sequence[Result], evidence: Evidence) -> list[Figure]:
    line_names = {result.line for result in results}
    stored = None
    if evidence.stored is not None:
        stored = sum(evidence.stored.get(name, 0) for name in line_names)
    ids = [result.id for result in results]
    return [
        *books.judge_records(line.slot, ids, evidence.heard.receipts, stored),
        books.judge_isolation(line.slot, by_kind(results)),
        books.judge_bytes(line.slot, results),
    ]
