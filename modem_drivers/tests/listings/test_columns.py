"""Every column of every reply row, against the second listing of columns.txt.

A line is made of each layout, with another number in each column, and read; then each column alone is set to
its ends, one beyond them, and to what means "not known".
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from modem_drivers.at.grammar import Row, read_line
from modem_drivers.at.rows import ROWS
from modem_drivers.errors import MalformedReply
from modem_drivers.families.grammars import FAMILIES, GRIDS, VENDORS, rows_for
from modem_drivers.families.parse import parse_reply

PIN = (
    "READY|SIM PIN|SIM PUK|PH-SIM PIN|PH-FSIM PIN|PH-FSIM PUK|SIM PIN2|SIM PUK2|PH-NET PIN|PH-NET PUK|"
    "PH-NETSUB PIN|PH-NETSUB PUK|PH-SP PIN|PH-SP PUK|PH-CORP PIN|PH-CORP PUK|"
    "NOT READY|NOT INSERTED|NOT AVAILABLE|BLOCKED|SIM FAILURE"
)
WORDS: dict[str, dict[str, str]] = {
    "pin": {name: name for name in PIN.split("|")},  # 27.007 8.3
    "function": {  # 27.007 8.2; 5, 6, 7: vendors
        "0": "minimum",
        "1": "full",
        "4": "radio_off",
        "5": "radio_off_sim_on",
        "6": "reset",
        "7": "offline",
    },
    "pdp": {name: name for name in ("IP", "IPV6", "IPV4V6", "PPP", "Non-IP", "Ethernet")},  # 27.007 10.1.1
    "message": {  # 27.005 3.1, <stat> in text and in PDU mode
        "REC UNREAD": "received_unread",
        "REC READ": "received_read",
        "STO UNSENT": "stored_unsent",
        "STO SENT": "stored_sent",
        "0": "received_unread",
        "1": "received_read",
        "2": "stored_unsent",
        "3": "stored_sent",
    },
    "qstate": {"SEARCH": "searching", "LIMSRV": "limited", "NOCONN": "idle", "CONNECT": "connected"},
    "duplex": {"FDD": "FDD", "TDD": "TDD"},
    "service": {
        "0": "none",
        "1": "limited",
        "2": "valid",
        "3": "limited_regional",
        "4": "power_saving",
    },
}


class Case(NamedTuple):
    """What stands in a cell, and the value it must become; wrong: it must be None, with a problem."""

    raw: str
    value: object
    wrong: bool = False


class Field(NamedTuple):
    """A field of the listing: a case for its place in a line, and further cases."""

    name: str
    sample: Case
    further: tuple[Case, ...] = ()


_FIELD = re.compile(r"(\w+)(?:='([^']*)'|:(\S+))")
_NUMBERS = re.compile(r"(-?\d+)\.\.(-?\d+)(?:=(-?[\d.]+)\.\.(-?[\d.]+))?((?:\?-?\d+)*)")
_MARKED = re.compile(r"(hex|mag|dec|d)(-?\d+)(?:-(\d+)|\.\.(-?\d+))?")


def parse_field(match: re.Match[str], place: int) -> Field:
    """Return the field of one entry of the listing, at *place* of its line."""
    name, words, kind = match.groups()
    if words is not None:
        cases = [Case(word, int(word) if word.isdigit() else word) for word in words.split("|")]
        return Field(name, cases[0], tuple(cases[1:]))
    ends_elsewhere = kind.endswith("!")
    sample, *further = cases_of(kind.rstrip("!"), place)
    return Field(name, sample, () if ends_elsewhere else tuple(further))


def cases_of(kind: str, place: int) -> list[Case]:
    """Return the cases of a kind of column: first the one for a line, then ends, beyond them, not known."""
    if numbers := _NUMBERS.fullmatch(kind):
        return of_numbers(numbers, place)
    if kind.startswith("{"):
        words = WORDS[kind.strip("{}")]
        cases = [Case(raw, value) for raw, value in words.items()]
        return [*cases, Case("no such word", None, wrong=True)]
    if marked := _MARKED.fullmatch(kind):
        makers = {"hex": of_bits, "d": of_digits, "dec": of_decimals, "mag": of_magnitude}
        return makers[marked[1]](marked, place)
    return [of_converter(kind, place)]


def of_numbers(match: re.Match[str], place: int) -> list[Case]:
    low, high = int(match[1]), int(match[2])
    first, last = (float(match[3]), float(match[4])) if match[3] else (float(low), float(high))

    def value(raw: int) -> float:
        return round(first + (last - first) * (raw - low) / (high - low), 6)

    unknown = [int(text) for text in match[5].split("?")[1:]]
    chosen = low + place % (high - low + 1)
    ends = [Case(str(raw), value(raw)) for raw in (chosen, low, high)]
    beyond = [Case(str(raw), None, wrong=True) for raw in (low - 1, high + 1) if raw not in unknown]
    return [*ends, *beyond, *(Case(str(raw), None) for raw in unknown)]


def of_bits(match: re.Match[str], place: int) -> list[Case]:
    bits = int(match[2])
    most = (1 << bits) - 1
    return [
        Case(f"{place:X}", place)
        if bits < 9
        else Case(f"1A{place:X}", 0x1A0 + place if place < 16 else 0x1A00 + place),
        Case("0", 0),
        Case(f"{most:X}", most),
        Case(f"0x{most:x}", most),
        Case(f"{most + 1:X}", None, wrong=True),
        Case("-1", None, wrong=True),
    ]


def of_magnitude(match: re.Match[str], place: int) -> list[Case]:
    """Return the cases of a negative level that may come without its sign."""
    most = int(match[2])
    good = [Case(f"-{30 + place}", -30 - place), Case(str(most), -most), Case(f"-{most}", -most)]
    return [*good, *(Case(text, None, wrong=True) for text in (f"{most + 1}", f"-{most + 1}"))]


def of_digits(match: re.Match[str], place: int) -> list[Case]:
    least, most = int(match[2]), int(match[3])
    texts = [str(510 + place)[:most].ljust(least, "7"), "7" * least, "0" * most]
    wrong = ["7" * (least - 1) if least > 1 else "x", "7" * (most + 1)]
    return [*(Case(text, text) for text in texts), *(Case(text, None, wrong=True) for text in wrong)]


def of_decimals(match: re.Match[str], place: int) -> list[Case]:
    low, high = int(match[2]), int(match[4])
    inside = f"{low + place}.5"
    good = [Case(inside, float(inside)), Case(str(low), low), Case(str(high), high)]
    return [*good, Case(f"{low - 0.1}", None, wrong=True), Case(f"{high + 0.1}", None, wrong=True)]


def of_converter(kind: str, place: int) -> Case:
    """Return a case of a converter, with the place in it."""
    return {
        "text": Case(f"t{place}", f"t{place}"),
        "hidden": Case("8" * (place + 3), f"<{place + 3} digits>"),
        "imsi": Case("510100000000000", "<15 digits>"),
        "clock": Case(f'"24/02/14,07:00:{place:02}+28"', f"2024-02-14T07:00:{place:02}+07:00"),
        "address": Case(f"10.0.0.{place}", f"10.0.0.{place}"),
        "masked": Case(f"10.0.0.{place}.255.255.255.252", f"10.0.0.{place}/30"),
        "plmn": Case(f"510-{10 + place}", f"510{10 + place}"),
        "ucs2": Case(f"0041{0x30 + place:04X}", f"A{chr(0x30 + place)}"),
        "le": Case(f"{place:02X}0A0B0C", f"12.11.10.{place}"),
    }[kind]


class Listed(NamedTuple):
    """One line of the listing."""

    vendor: str
    verb: str
    many: bool
    need: int
    alone: bool
    fields: tuple[Field, ...]

    def line(self, cells: list[str]) -> str:
        head = self.row.heads[0]
        return f"{head}: {','.join(cells)}" if head else ",".join(cells)

    @property
    def row(self) -> Row:
        rows = ROWS if self.vendor == "standard" else VENDORS[self.vendor]
        (found,) = (row for row in rows if row.verb == self.verb)
        return found


def parse_listing() -> list[Listed]:
    listed: list[Listed] = []
    for line in (Path(__file__).parent / "columns.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        vendor, verb, need, rest = line.split(" ", 3)
        fields = (parse_field(match, place) for place, match in enumerate(_FIELD.finditer(rest)))
        number = need.removeprefix("need=")
        many, alone = verb.endswith("*"), not number.endswith("~")
        listed.append(Listed(vendor, verb.rstrip("*"), many, int(number.rstrip("~")), alone, tuple(fields)))
    return listed


LISTING = parse_listing()
DERIVED = {
    "plmn",
    "rat",
    "state",
    "sinr_db",
    "sinr_scale",
    "band",
    "levels_scale",
    "rsrp_dbm",
    "rsrq_db",
    "rssi_dbm",
    "ok",
}
"""Names that a row's own arithmetic adds: of them see test_parse."""


def said(one: Listed) -> str:
    return f"{one.verb} with {len(one.fields)} fields, {one.fields[0].sample.raw}"


@pytest.mark.parametrize("one", LISTING, ids=said)
def test_columns_in_their_order(one):
    read = read_line(one.line([field.sample.raw for field in one.fields]), one.row)
    assert read.problems == ()
    told = {name: value for name, value in read.values.items() if name in {f.name for f in one.fields}}
    assert told == {field.name: field.sample.value for field in one.fields}
    assert list(told) == [field.name for field in one.fields]
    assert one.row.many == one.many


@pytest.mark.parametrize("one", LISTING, ids=said)
def test_no_column_is_behind_the_last(one):
    names = {field.name for field in one.fields}
    line = one.line([*(field.sample.raw for field in one.fields), "9"])
    known = [{field.name for field in other.fields} for other in LISTING if other.verb == one.verb]
    raw = set(read_line(line, one.row).values) - DERIVED
    assert raw == names - DERIVED or any(raw <= other - DERIVED for other in known)


HEADS = {  # lines with another head than the command's, or without one
    "+CGMI": ("", "+CGMI"),
    "+CGMM": ("", "+CGMM"),
    "+CGMR": ("", "+CGMR"),
    "+CGSN": ("", "+CGSN"),
    "+CIMI": ("", "+CIMI"),
    "+GMI": ("", "+GMI"),
    "+GMM": ("", "+GMM"),
    "+GMR": ("", "+GMR"),
    "+GSN": ("", "+GSN"),
    "+EGMR": ("", "+EGMR"),
    "+CCID": ("", "+CCID"),
    "+GTCAINFO": ("", "+GTCAINFO"),
    "+QGMR": ("", "+QGMR"),
    "+CICCID": ("+ICCID", "+CICCID"),
    "+GTCCINFO": ("", "+GTCCINFO"),
}
BODIES = {"+CMGL", "+CMGR", "+CMT", "+CDS"}  # a PDU on the next line: 27.005 3.4.1 to 3.4.3


def test_heads_and_bodies():
    for row in (row for table in (ROWS, *VENDORS.values()) for row in table):
        assert row.heads == HEADS.get(row.verb, (row.verb,))
        assert row.body == (row.verb in BODIES)


@pytest.mark.parametrize(("alphabet", "status"), [("0", "parsed"), ("1", "parsed"), ("2", "partial")])
def test_alphabets_of_qspn(alphabet, status):
    told = parse_reply("AT+QSPN", f'+QSPN: "0041","0042","0043",{alphabet},"51010"', "quectel-lte")
    names = ("A", "B", "C") if alphabet == "1" else ("0041", "0042", "0043")
    assert told.status == status
    assert tuple(told.fields[name] for name in ("name_full", "name_short", "spn")) == names


def test_qcsq_of_another_technology_has_no_more_than_a_level():
    read = parse_reply("AT+QCSQ", '+QCSQ: "GSM",-60,-5,-70,-8', "quectel-lte")
    assert (read.fields["rssi_dbm"], set(read.fields)) == (-60, {"mode", "rat", "rssi_dbm"})


@pytest.mark.parametrize(
    ("raw", "scale", "rsrp_dbm"),
    [("0", "undecided", None), ("-1", "dB", -1.0), ("-200", "dB", -200.0), ("-201", "tenths", -20.1)],
)
def test_where_the_scales_of_cpsi_part(raw, scale, rsrp_dbm):
    line = f"+CPSI: LTE,Online,510-10,0x1F2A,27447236,120,EUTRAN-BAND3,1850,4,5,-9,{raw},-40,14"
    told = parse_reply("AT+CPSI?", line, "simcom-sim7600")
    assert (told.fields["levels_scale"], told.fields.get("rsrp_dbm")) == (scale, rsrp_dbm)


@pytest.mark.parametrize(
    ("rat", "code", "band"),
    [
        (4, "100", None),
        (4, "101", 1),
        (4, "199", 99),
        (4, "200", None),
        (4, "5079", None),
        (9, "50", None),
        (9, "505", 5),
        (9, "5079", 79),
        (9, "103", None),
        (9, "6000", None),
    ],
)
def test_bands_of_gtccinfo(rat, code, band):
    line = f"1,{rat},510,10,1F2A,1A2B3C4,1850,120,{code},100,21,45,46,22"
    assert parse_reply("AT+GTCCINFO?", line, "fibocom-qualcomm").fields.get("band") == band


def test_a_neighbour_of_gtccinfo_is_read_as_far_as_it_is_known():
    line = "2,4,510,10,1F2B,1A2B3C5,1850,121,17,45,46"
    names = {"kind", "rat_code", "mcc", "mnc", "tac", "cell_id", "arfcn", "pci", "rat", "plmn"}
    names |= {"band_code", "rxlev_raw", "rsrp_raw", "rsrp_dbm"}
    assert set(parse_reply("AT+GTCCINFO?", line, "fibocom-qualcomm").fields) == names


@pytest.mark.parametrize(("code", "rat"), [("2", "UTRAN"), ("4", "LTE"), ("9", "NR"), ("3", None)])
def test_technologies_of_gtccinfo(code, rat):
    line = f"1,{code},510,10,1F2A,1A2B3C4,1850,120,103,100,21,45,46,22"
    assert parse_reply("AT+GTCCINFO?", line, "fibocom-mediatek").fields["rat"] == rat


@pytest.mark.parametrize("one", LISTING, ids=said)
def test_each_column_s_ends_and_what_is_beyond_them(one):
    for place, field in enumerate(one.fields):
        for case in field.further:
            cells = [other.sample.raw for other in one.fields]
            cells[place] = case.raw
            check(one, field, case, one.line(cells))


def check(one: Listed, field: Field, case: Case, line: str) -> None:
    if case.wrong and len(one.fields) == 1:  # nothing in the line is sound
        with pytest.raises(MalformedReply) as refusal:
            read_line(line, one.row)
        assert refusal.value.field == field.name
        return
    read = read_line(line, one.row)
    assert {other.name for other in one.fields} <= set(read.values), line
    assert read.values[field.name] == case.value, (line, field.name)
    assert [problem.partition(":")[0] for problem in read.problems] == [field.name] * case.wrong, line


@pytest.mark.parametrize("one", [one for one in LISTING if one.need], ids=said)
def test_a_line_may_be_so_short_and_no_shorter(one):
    cells = [field.sample.raw for field in one.fields]
    names = [field.name for field in one.fields]
    least = read_line(one.line(cells[: one.need]), one.row)
    assert [name for name in least.values if name in names][: one.need] == names[: one.need]
    if one.need == 1 or not one.alone:
        return
    shorter = names[: one.need - 1]
    try:
        read = read_line(one.line(cells[: one.need - 1]), one.row)
    except MalformedReply:
        return
    assert [name for name in read.values if name in names] != shorter or len(read.values) < len(shorter)


def test_every_row_is_listed():
    unlisted = {"+CGMI", "+CGMM", "+CGMR", "+CGSN", "+CIMI", "+CCLK", "+QGMR", "^NWTIME"}
    unlisted |= {"+GMI", "+GMM", "+GMR", "+GSN", "+EGMR"}
    unlisted |= {
        "+GTCAINFO",
        "+XLEC",
        "+GTSENRDTEMP",
        "#MONI",
    }  # below, and in families/test_heard: no columns
    tables = {"standard": ROWS, **VENDORS}
    rows = {(vendor, row.verb) for vendor, table in tables.items() for row in table}
    assert rows == {(one.vendor, one.verb) for one in LISTING} | {
        (vendor, verb) for vendor, verb in rows if verb in unlisted
    }


@pytest.mark.parametrize(
    ("verb", "line", "name", "value"),
    [  # 27.007 5.1 to 5.6: a line of its own, with or without a head
        ("+CGMI", "Quectel", "manufacturer", "Quectel"),
        ("+CGMI", "+CGMI: Quectel", "manufacturer", "Quectel"),
        ("+CGMM", "EC25", "model", "EC25"),
        ("+CGMM", '+CGMM: "EC25"', "model", "EC25"),
        ("+CGMR", "EC25EFAR06A08M4G", "revision", "EC25EFAR06A08M4G"),
        ("+CGMR", "+CGMR: EC25EFAR06A08M4G", "revision", "EC25EFAR06A08M4G"),
        ("+CGSN", "86123456789012", "imei", "86123456789012"),
        ("+CGSN", "+CGSN: 86123456789012345", "imei", "86123456789012345"),
        ("+CGSN", "8612345678901", "imei", None),
        ("+CGSN", "861234567890123456", "imei", None),
        ("+GMI", "Quectel", "manufacturer", "Quectel"),
        ("+GMM", "EC25", "model", "EC25"),
        ("+GMR", "+GMR: EC25EFAR06A08M4G", "revision", "EC25EFAR06A08M4G"),
        ("+GSN", "86123456789012", "imei", "86123456789012"),
        ("+GSN", "+GSN: 86123456789012345", "imei", "86123456789012345"),
        ("+GSN", "8612345678901", "imei", None),
        ("+EGMR", "861234567890123456", "imei", None),
        ("+GTSENRDTEMP", "+GTSENRDTEMP: 99,150000", "temperature_c", 150.0),
        ("+GTSENRDTEMP", "+GTSENRDTEMP: 0,-60000", "temperature_c", -60.0),
        ("+CIMI", "510101234567890", "home_plmn", "51010"),
        ("+CIMI", "+CIMI: 510101234567890", "home_plmn", "51010"),
        ("+CCLK", '+CCLK: "24/02/14,07:00:00+28"', "clock", "2024-02-14T07:00:00+07:00"),
        ("+QGMR", "EC25EFAR06A08M4G_01.001.01.001", "revision", "EC25EFAR06A08M4G_01.001.01.001"),
        ("+QGMR", "+QGMR: EC25EFAR06A08M4G", "revision", "EC25EFAR06A08M4G"),
        ("^NWTIME", "^NWTIME:18/12/13,06:20:04+28,02", "clock", "2018-12-13T06:20:04+07:00"),
        ("^NWTIME", "^NWTIME:18/12/13,06:20:04+28,02", "daylight_h", 2),
        ("^NWTIME", "^NWTIME:18/12/13,06:20:04+28,03", "daylight_h", None),
        ("^NWTIME", "^NWTIME:18/12/13,06:20:04+28,00", "daylight_h", 0),
    ],
)
def test_rows_without_columns(verb, line, name, value):
    told = parse_reply(f"AT{verb}", line)
    assert told.fields.get(name) == value
    assert (told.status == "parsed") == (value is not None)


@pytest.mark.parametrize("one", [one for one in LISTING if one.vendor != "standard"], ids=said)
def test_a_vendor_s_verb_is_known_by_its_families_and_by_nobody_s(one):
    for family in (one.vendor, one.vendor.upper(), None, "no such family"):
        assert rows_for(family)[1][one.verb] is one.row


VENDOR_OF = {
    "quectel-lte": "quectel",
    "quectel-5g": "quectel",
    "quectel-unisoc": "quectel",
    "simcom-sim7600": "simcom",
    "simcom-a76xx": "simcom",
    "simcom-5g": "simcom",
    "huawei-stick": "huawei",
    "fibocom-xmm": "fibocom",
    "fibocom-qualcomm": "fibocom",
    "fibocom-mediatek": "fibocom",
}


def test_families_of_vendors():
    assert dict(FAMILIES) == VENDOR_OF
    for family in VENDOR_OF:
        assert rows_for(family)[0] == family
    assert rows_for(None)[0] == rows_for("nobody")[0] == "generic"
    assert set(VENDORS) == {"quectel", "simcom", "huawei", "telit", "sierra", "fibocom"}
    assert set(GRIDS) == {"!GSTATUS"}
