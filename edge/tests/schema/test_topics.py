"""Topics: seven levels, each with its own error."""

import pytest

from edge.schema.errors import BadName, BadTopic
from edge.schema.names import line_of_plmn, line_of_slot
from edge.schema.topics import Topic, filter_of, parse_topic

GOOD = "pantau/v1/31/3171/kpu-3171-a/51010/result"


def test_a_topic_is_read_and_written_the_same():
    topic = parse_topic(GOOD)
    assert topic == Topic(province="31", regency="3171", box="kpu-3171-a", line="51010", kind="result")
    assert str(topic) == GOOD
    assert str(topic.of("box", "receipt")) == "pantau/v1/31/3171/kpu-3171-a/box/receipt"


@pytest.mark.parametrize("line", ["51010", "51010-2", "510101", "box", "lan", "slot-1-1-1"])
def test_lines_of_the_contract(line):
    assert parse_topic(f"pantau/v1/31/3171/a/{line}/result").line == line


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("pantau/v1/31/3171/a/51010", BadTopic, "has 6 levels, not 7"),
        (GOOD + "/x", BadTopic, "has 8 levels"),
        ("", BadTopic, "has 1 levels"),
        ("pantau/v2/31/3171/a/51010/result", BadTopic, "begins with pantau/v2"),
        ("pantau/v1/3/3171/a/51010/result", BadTopic, "province '3': use the Kemendagri code, 2 digits"),
        ("pantau/v1/31/317/a/51010/result", BadTopic, "regency '317': use the Kemendagri code, 4 digits"),
        ("pantau/v1/31/1171/a/51010/result", BadTopic, "'1171' does not lie in province '31'"),
        ("pantau/v1/31/3171/A/51010/result", BadName, "box 'A'"),
        ("pantau/v1/31/3171/a.b/51010/result", BadName, "box 'a.b'"),  # a dot: NATS drops the client
        ("pantau/v1/31/3171//51010/result", BadName, "box ''"),
        ("pantau/v1/31/3171/-a/51010/result", BadName, "not '-' at either end"),
        ("pantau/v1/31/3171/" + "a" * 65 + "/51010/result", BadName, "1 to 64"),
        ("pantau/v1/31/3171/a/telkomsel/result", BadName, "line 'telkomsel': use a home PLMN"),
        ("pantau/v1/31/3171/a/51010-1/result", BadName, "line '51010-1'"),
        (
            "pantau/v1/31/3171/a/51010/resutl",
            BadTopic,
            "kind 'resutl' is not in the contract; use one of status",
        ),
        ("pantau/v1/31/3171/a/51010/status", BadTopic, "stands under line 'box' only, not under '51010'"),
        ("pantau/v1/+/3171/a/51010/result", BadTopic, "province '+'"),
        ("pantau/v1/31/3171/a/51010/result\n", BadTopic, "kind"),
        ("pantau/v1/٣١/3171/a/51010/result", BadTopic, "province"),
    ],
)
def test_a_wrong_topic_says_which_level(text, error, says):
    with pytest.raises(error, match=says.replace("+", "\\+")):
        parse_topic(text)


def test_line_names():
    assert line_of_plmn("51010") == "51010"
    assert line_of_plmn("51010", ordinal=2) == "51010-2"
    assert line_of_slot("1-1.1") == "slot-1-1-1"
    with pytest.raises(BadName, match="home PLMN '5101'"):
        line_of_plmn("5101")


def test_filters_name_one_kind():
    assert filter_of("result") == "pantau/v1/+/+/+/+/result"
    assert filter_of("result", province="31", line="51010") == "pantau/v1/31/+/+/51010/result"
    assert filter_of("event", box="kpu-a") == "pantau/v1/+/+/kpu-a/+/event"
    with pytest.raises(BadTopic):
        filter_of("results")
