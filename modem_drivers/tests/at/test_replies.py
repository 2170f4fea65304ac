"""The tokenizer and the columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.at.replies import (
    Column,
    digits,
    hexadecimal,
    integer,
    parse_line,
    scaled,
    split_fields,
    text_field,
)
from modem_drivers.errors import MalformedReply


@pytest.mark.parametrize(
    ("tail", "fields"),
    [
        (" 20,99", ["20", "99"]),
        (' "LTE" , -67 ,-97', ["LTE", "-67", "-97"]),
        (' 0,0,"XL, Axiata",7', ["0", "0", "XL, Axiata", "7"]),
        ('"a ""b"" c",1', ['a ""b"" c', "1"]),
        ("2,,", ["2", "", ""]),
        ("", [""]),
        ('"", ""', ["", ""]),
        (" 2,1,0B,0100701,7", ["2", "1", "0B", "0100701", "7"]),
        ('2,1,"0B,"0100701",7', ["2", "1", "0B", "0100701", "7"]),  # gammu's corner: a quote never closed
        ('2,1,"0B', ["2", "1", "0B"]),
        ("(0-31,99),(0-7,99)", ["(0-31,99)", "(0-7,99)"]),
        ('"TDD", 515,66', ["TDD", "515", "66"]),  # 3ginfo-lite issue 57
    ],
)
def test_split_fields(tail, fields):
    assert split_fields(tail) == fields


@given(st.text(max_size=80))
def test_any_text_splits(tail):
    assert all(isinstance(field, str) for field in split_fields(tail))


@given(
    st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters='",()'), max_size=8), min_size=1
    )
)
def test_plain_fields_come_back(fields):
    plain = [field.strip() for field in fields]
    assert split_fields(",".join(plain)) == plain
    assert split_fields(",".join(f'"{field}"' for field in plain)) == plain


COLUMNS = (
    Column("name", text_field),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("level_db", scaled(0.5, -20, high=34, unknown=255)),
    Column("tac", hexadecimal(16)),
    Column("mnc", digits(2, 3)),
)


def test_damage_in_one_field_leaves_the_others():
    fields = parse_line('+X: "a",-9z,20,8EEA,01', "+X", COLUMNS)
    assert fields.values == {"name": "a", "rsrp_dbm": None, "level_db": -10.0, "tac": 0x8EEA, "mnc": "01"}
    assert fields.problems == ("rsrp_dbm: '-9z' is not an integer",)
    assert fields.raw["rsrp_dbm"] == "-9z"


def test_absent_fields_are_none_and_no_damage():
    fields = parse_line('+X: "",-,255,,', "+X", COLUMNS)
    assert set(fields.values.values()) == {None}
    assert fields.problems == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("-161", "is not in -160..-20"), ("-1e2", "is not an integer"), ("٣", "is not an integer")],
)
def test_a_number_out_of_range_is_damage(cell, reason):
    fields = parse_line(f"+X: a,{cell}", "+X", COLUMNS)
    assert fields.integer("rsrp_dbm") is None
    assert fields.problems == (f"rsrp_dbm: '{cell.encode('unicode_escape').decode()}' {reason}",)


@pytest.mark.parametrize("line", ["+Y: 1", "1,2", "", "X: 1"])
def test_another_prefix_is_refused(line):
    with pytest.raises(MalformedReply, match=r"expected \+X"):
        parse_line(line, "+X", COLUMNS)


def test_too_few_fields_name_the_first_that_lacks():
    with pytest.raises(MalformedReply, match=r"field tac") as caught:
        parse_line("+X: a,-90,20", "+X", COLUMNS, required=4)
    assert caught.value.field == "tac"


def test_fields_beyond_the_table_are_left_out():
    assert parse_line("+X: a,-90,20,1,01,77,88", "+X", COLUMNS).count == 7
