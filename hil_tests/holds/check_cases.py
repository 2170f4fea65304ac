"""Labelled cases of the two checks: read from hil_tests/data, judged against what a door answered.

A line of the sets: {"id","label","reason","clause","records","canaries","values"}. Labels are decided from
the clause, not from our code. records: the door's input, several make a sequence and the label is the last
one's. canaries: private words that no answer may hold; values: what the answer must say beside its verdict.
The PDUs are literals, put together with python-gsmmodem-new's alphabet, packing, addresses and stamps (not
our encoder) and read back with gammu's library.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hil_tests.interop.place import ROOT

DATA = ROOT / "hil_tests/data"
TEMPLATE = DATA / "blast_template.txt"
PDU_END = 20  # hexadecimal digits of a private PDU's end that must not be in an answer either
Record = Mapping[str, object]


class Case(NamedTuple):
    """One labelled case."""

    id: str
    label: str
    records: Sequence[Record]
    canaries: Sequence[str] = ()
    values: Mapping[str, object] = {}


class Outcome(NamedTuple):
    """A case and what the door said: to its last record, and to all as text."""

    case: Case
    verdict: str
    reason: str
    values: Mapping[str, object]
    said: str

    @property
    def wrong(self) -> str:
        """What is not as labelled; "" if all is."""
        if self.verdict != self.case.label:
            return f"{self.case.label} is {self.verdict}: {self.reason}"
        others = {name: self.values.get(name) for name in self.case.values}
        return "" if others == dict(self.case.values) else f"{others}, not {dict(self.case.values)}"

    @property
    def kept(self) -> list[str]:
        """The private words, and ends of private PDUs, that the answers hold."""
        private = list(self.case.canaries)
        if private:
            private += [pdu[-PDU_END:] for pdu in _pdus(self.case.records) if len(pdu) > PDU_END]
        return [word for word in private if word.casefold() in self.said.casefold()]


def read_cases(name: str) -> list[Case]:
    """Return the cases of the set *name*, "blast" or "name"."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(said["id"], said["label"], said["records"], said["canaries"], said["values"])
        for said in map(json.loads, lines)
    ]


def outcomes(cases: Iterable[Case], answers: Sequence[Mapping[str, object]]) -> Iterator[Outcome]:
    """Yield each case with its answers, which stand in the order of the records."""
    at = 0
    for case in cases:
        mine = answers[at : at + len(case.records)]
        at += len(case.records)
        values = mine[-1]["values"]
        assert isinstance(values, dict)
        said = json.dumps(mine, ensure_ascii=False)
        yield Outcome(case, str(mine[-1]["verdict"]), str(mine[-1]["reason"]), values, said)


def matrix(told: Sequence[Outcome]) -> list[str]:
    """Return the lines of the confusion matrix: a row a label, a column a verdict."""
    counts = Counter((one.case.label, one.verdict) for one in told)
    names = sorted({name for pair in counts for name in pair})
    head = " ".join(f"{name:>14}" for name in names)
    rows = [
        f"{label:>14} " + " ".join(f"{counts[label, verdict] or '.':>14}" for verdict in names)
        for label in names
    ]
    return [f"{'label':>14} {head}", *rows]


def _pdus(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        parts = record.get("parts", ())
        assert isinstance(parts, list | tuple)
        yield from (part["pdu"] for part in parts)
