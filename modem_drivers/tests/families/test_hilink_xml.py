"""The XML reader: plain answers are read, hostile ones cost nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.errors import ApiError, MalformedReply, ModemError
from modem_drivers.families.hilink_xml import MOST_BYTES, parse_answer, parse_xml

# the shape of huawei-hilink-status issue 3
NO_SESSION = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<error>\n<code>125002</code>\n<message></message>\n</error>\n'
)


def test_texts_of_an_answer():
    root = parse_answer(
        b"<response>\n<A> 1 </A>\n<B></B><C>&lt;&#40;&amp;</C><D><E>2</E></D></response>", "GET /x"
    )
    assert root.texts() == {"A": "1", "B": "", "C": "<(&"}
    inner = root.find("D")
    assert inner is not None
    assert inner.texts() == {"E": "2"}
    assert root.find("F") is None


def test_the_first_of_two_elements_counts():
    assert parse_answer(b"<response><A>1</A><A>2</A></response>", "GET /x").texts() == {"A": "1"}


def test_an_error_answer_names_request_code_and_meaning():
    with pytest.raises(ApiError) as caught:
        parse_answer(NO_SESSION, "GET /api/device/signal")
    assert caught.value.number == 125002
    assert "GET /api/device/signal" in caught.value.text
    assert "no session" in caught.value.text


@pytest.mark.parametrize("code", [b"", b"x", b"1" * 50, "٣".encode()])
def test_an_error_without_a_number_is_malformed(code):
    with pytest.raises(MalformedReply):
        parse_answer(b"<error><code>" + code + b"</code></error>", "GET /x")


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    b"<response>&d;&d;&d;</response>"
)
LONG = b'<!DOCTYPE r [<!ENTITY a "' + b"A" * 50_000 + b'">]><response>' + b"&a;" * 1000 + b"</response>"
OUTSIDE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><response>&a;</response>'


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (LAUGHS, "a document type"),
        (LONG, "a document type"),
        (OUTSIDE, "a document type"),
        (b'<!DOCTYPE r SYSTEM "http://192.0.2.1/x"><response/>', "a document type"),
        (b"<response>" + b"<a>" * 20 + b"</a>" * 20 + b"</response>", "more than 8 levels"),
        (b"<response>" + b"<a/>" * 5000 + b"</response>", "more than 4096 elements"),
        (b"<response>&nosuch;</response>", "undefined entity"),
        (b"<response>\xff</response>", "can't decode"),
        ('<?xml version="1.0" encoding="UTF-16"?><response/>'.encode("utf-16"), "can't decode"),
        (b"<response><A>1</response>", "mismatched tag"),
        (b"<response/><response/>", "junk after"),
        (b"", "no element"),
        (b"<html><body>Login</body></html>", "<response>"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_hostile_or_broken_documents_are_refused_at_once(data, word):
    begun_s = time.process_time()
    with pytest.raises(MalformedReply, match=word):
        parse_answer(data, "GET /x")
    assert time.process_time() - begun_s < 1.0


def test_a_document_beyond_the_limit_is_not_read():
    with pytest.raises(MalformedReply, match="octets"):
        parse_xml(b"<response>" + b" " * MOST_BYTES + b"</response>")


@given(st.binary(max_size=300) | st.text(alphabet="<>/&;!?[]\"' aeé\n", max_size=100).map(str.encode))
def test_whatever_comes_is_an_element_or_a_modem_error(data):
    try:
        parse_xml(data)
    except ModemError:
        return
