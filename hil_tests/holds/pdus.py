"""Published PDUs, read by our door, by gammu's library and by python-gsmmodem-new.

`python -m hil_tests.holds.pdus --seed N` (the seed draws the order in which the doors are asked). What each
says is compared with the entry's words in modem_drivers/tests/sms/data/pdus.jsonl; a disagreement of theirs
must be explained in pdu_disagreements.py, ours may have none. Needs `make programs-interop`.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hil_tests.holds.pdu_disagreements import by_key
from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from hil_tests.interop.place import ROOT, VENV

COLLECTION = ROOT / "modem_drivers/tests/sms/data/pdus.jsonl"
PANTAU = Path(sys.executable).with_name("pantau")
READERS = (str(VENV / "bin/python"), str(ROOT / "hil_tests/interop/pdu_readers.py"))
FIELDS = ("kind", "smsc", "peer", "text", "sent")
PROGRAMS = ("gammu", "gsmmodem")
LIMIT_S = 120.0
Said = Mapping[str, object]
Key = tuple[str, str, str]


def ask(command: Sequence[str], questions: Iterable[Said]) -> list[dict[str, object]]:
    """Return the answers of *command*, a JSON object a line in and out."""
    told = subprocess.run(
        command,
        input="".join(json.dumps(question) + "\n" for question in questions),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=True,
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def read_by_us(entries: Sequence[Said]) -> dict[str, Said]:
    """Return {id: what `pantau modems parse` says}, in the collection's words."""
    said: dict[str, Said] = {}
    for kind, mine in (("sms-pdu", _of(entries, broadcast=False)), ("cbs-pdu", _of(entries, broadcast=True))):
        words = (str(PANTAU), "modems", "parse", "--kind", kind, "--jsonl")
        answers = ask(words, ({"reply": entry["pdu"]} for entry in mine))
        for entry, answer in zip(mine, answers, strict=True):
            said[str(entry["id"])] = in_their_words(answer)
    return said


def _of(entries: Sequence[Said], *, broadcast: bool) -> list[Said]:
    return [entry for entry in entries if (_wanted(entry).get("kind") == "cbs") is broadcast]


def _wanted(entry: Said) -> Said:
    wanted = entry["expect"]
    assert isinstance(wanted, dict)
    return wanted


def in_their_words(answer: Said) -> Said:
    """Return the door's *answer* under the collection's names; a stamp in the zone it was written with."""
    fields = answer["fields"]
    if answer["status"] == "malformed" or not isinstance(fields, dict):
        return {"error": answer["problems"]}
    if "identifier" in fields:
        return {"kind": "cbs", "text": fields["text"], "identifier": fields["identifier"]}
    sent, zone = fields["sent_utc"], fields["zone_minutes"]
    if sent is not None:
        moment = datetime.fromisoformat(sent)
        sent = moment.astimezone(timezone(timedelta(minutes=zone or 0))).isoformat()
    return {**fields, "peer": fields["peer"] or None, "sent": sent}


def differences(entry: Said, said: Said) -> Iterator[tuple[str, str]]:
    """Yield (field, what was said against what was to be said) of one entry."""
    wanted = _wanted(entry)
    if "refused" in wanted:
        if "error" not in said:
            yield "accepted", f"{said['text']!r}, where {wanted['refused']} is cut off"
        return
    if "error" in said:
        yield "error", str(said["error"])
        return
    for name in FIELDS:
        if name in wanted and said.get(name) != wanted[name]:
            yield name, f"{said.get(name)!r}, not {wanted[name]!r}"


def disagreements(entries: Sequence[Said], read: Mapping[str, Said], program: str) -> dict[Key, str]:
    """Return {(program, id, field): words} of all that *read* has otherwise than the entries."""
    return {
        (program, str(entry["id"]), name): words
        for entry in entries
        if str(entry["id"]) in read
        for name, words in differences(entry, read[str(entry["id"])])
    }


def main() -> None:
    """Print every disagreement with its explanation, and the figures pdus, wrong and unexplained."""
    rng = random.Random(seed_from_arguments("Published PDUs by three decoders."))
    entries = [json.loads(line) for line in COLLECTION.read_text(encoding="utf-8").splitlines()]
    rng.shuffle(entries)
    ours = disagreements(entries, read_by_us(entries), "pantau")
    asked = _of(entries, broadcast=False)
    answers = ask(READERS, ({"id": entry["id"], "pdu": entry["pdu"]} for entry in asked))
    theirs: dict[Key, str] = {}
    for program in PROGRAMS:
        read = {str(answer["id"]): _said(answer, program) for answer in answers}
        theirs |= disagreements(asked, read, program)
    _show(entries, asked, ours, theirs)


def _said(answer: Said, program: str) -> Said:
    said = answer[program]
    assert isinstance(said, dict)
    return said


def _show(
    entries: Sequence[Said], asked: Sequence[Said], ours: Mapping[Key, str], theirs: Mapping[Key, str]
) -> None:
    table = by_key()
    for key in sorted(theirs):
        row = table.get(key)
        print(f"{' '.join(key)}: {theirs[key]}\n    {f'{row.clause}: {row.why}' if row else 'UNEXPLAINED'}")
    for key, words in sorted(ours.items()):
        print(f"OURS {' '.join(key)}: {words}")
    unexplained = sorted(set(theirs) - set(table))
    idle = sorted(set(table) - set(theirs))
    for key in idle:
        print(f"explained, but did not happen: {' '.join(key)}")
    print(", ".join(f"{program} {_agreeing(asked, theirs, program)}/{len(asked)}" for program in PROGRAMS))
    kinds = Counter(str(entry["kind"]) for entry in entries)
    sources = len({str(entry["source"]) for entry in entries})
    told = f"{sources} sources; " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
    said = f"{len(theirs)} disagreements of {len(PROGRAMS)} programs"
    print_figures(
        {
            "pdus": figure(len(entries), n=len(entries), invalid=0, detail=told),
            "wrong": figure(len(ours), n=len(entries), invalid=0, detail=f"ours: {sorted(ours)}"),
            "unexplained": figure(
                len(unexplained) + len(idle), n=len(asked) * len(PROGRAMS), invalid=0, detail=said
            ),
        }
    )


def _agreeing(asked: Sequence[Said], theirs: Mapping[Key, str], program: str) -> int:
    return len(asked) - len({name for other, name, _ in theirs if other == program})


if __name__ == "__main__":
    main()
