"""Every row of every table says where it was learnt, with all that its kind of source names."""

import json
import re

import pytest

from modem_drivers.families.__main__ import main
from modem_drivers.families.sources import find_sources
from modem_drivers.provenance import Manual, Memory, PublicDriver, Recorded, Thread, count_kinds

SOURCES = [(table, source) for table, sources in find_sources().items() for source in sources]
COMMIT = "00f305465262ddd83965da88a1b1fc9581ce7ac7"


def is_well_formed(source: object) -> bool:
    """Tell whether *source* has all that its kind names."""
    match source:
        case Recorded(what=text) | Memory(note=text):
            return len(text) >= 10
        case Manual(title=title, version=version, section=section):
            return bool(title and re.search(r"[0-9]", version) and re.search(r"[0-9]", section))
        case PublicDriver(repo=repo, path=path, commit=commit):
            named = re.fullmatch(r"[\w.-]+/[\w.-]+", repo) and re.fullmatch(r"[\w.-]+(/[\w.-]+)*", path)
            return bool(named and re.fullmatch(r"[0-9a-f]{40}", commit))
        case Thread(url=url):
            return re.fullmatch(r"https?://[\w.-]+/\S+", url) is not None
    return False


@pytest.mark.parametrize(
    "source",
    [
        Recorded(""),
        Manual("3GPP TS 27.007", "", "8.5"),
        Manual("3GPP TS 27.007", "18.4.0", ""),
        PublicDriver("ModemManager", "src/a.c", COMMIT),
        PublicDriver("mobile/ModemManager", "", COMMIT),
        PublicDriver("mobile/ModemManager", "src/a.c", "12d11506"),
        Thread("forums.quectel.com 54722"),
        Thread("https://forums.quectel.com"),
        Memory(""),
        "memory (as a string)",
    ],
)
def test_what_is_no_source_is_seen(source):
    assert not is_well_formed(source)


def test_every_row_of_every_table_has_a_well_formed_source():
    assert [f"{table}: {source}" for table, source in SOURCES if not is_well_formed(source)] == []
    assert all(sources for sources in find_sources().values())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Recorded("EC25, desk"), "recorded (EC25, desk)"),
        (Manual("TS 1", "2.0", "3.1"), "manual (TS 1, 2.0, 3.1)"),
        (PublicDriver("a/b", "c/d.c", "0f"), "public-driver (a/b, c/d.c, 0f)"),
        (Thread("https://a/1"), "thread (https://a/1)"),
        (Thread("https://a/1", "a line"), "thread (https://a/1; a line)"),
        (Memory("a script"), "memory (a script)"),
    ],
)
def test_a_source_in_words(source, words):
    assert str(source) == words


def test_kinds_are_counted_and_none_is_left_out():
    counted = count_kinds([Memory("a script"), Thread("https://a/1"), Memory("a stick")])
    assert counted == {"recorded": 0, "manual": 0, "public-driver": 0, "thread": 1, "memory": 2}


def test_the_counts_are_printed(capsys):
    assert main(["--provenance"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == set(find_sources())
    assert told["usb ports"] == {"recorded": 0, "manual": 0, "public-driver": 36, "thread": 5, "memory": 6}
    assert sum(sum(counts.values()) for counts in told.values()) == len(SOURCES)
