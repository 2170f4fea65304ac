"""The protocol's lines: literal text both ways, and each refusal's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.measure.protocol import (
    Answer,
    EchoCount,
    Hello,
    LineBuffer,
    ProtocolError,
    Request,
    UploadCount,
    decode_line,
    encode_line,
    encode_request,
    is_hex,
    key_of,
    mac_is_right,
    request_seconds,
)

KEY = b"a-key-of-24-bytes-length"
CHALLENGE = "0123456789abcdef0123456789abcdef"
NONCE = "fedcba9876543210fedcba9876543210"
# printf '%s' "$CHALLENGE|$NONCE|tcp-down|5.0" | openssl dgst -sha256 -mac HMAC -macopt key:$KEY
MAC = "c98a2b92626d7223c7c79dff1e26cc306cfb5ab76158a5e315d75912d4f1dbb5"
SIGNED = f'{{"v":1,"nonce":"{NONCE}","kind":"tcp-down","seconds":5.0,"cc":"bbr","mac":"{MAC}"}}\n'.encode()


def hello(**changes):
    """Return a greeting."""
    return Hello(**{"v": 1, "server": "s", "challenge": CHALLENGE, "auth": "hmac-sha256", **changes})


def request_line(**changes):
    """Return a client's line."""
    settings = {"nonce": NONCE, "kind": "tcp-down", "seconds": 5, "cc": "bbr", "key": KEY, "hello": hello()}
    return encode_request(**{**settings, **changes})


def test_a_signed_request_is_this_line():
    assert request_line() == SIGNED


def test_an_open_server_gets_no_signature():
    assert b'"mac"' not in request_line(hello=hello(auth="open"))


def test_the_signature_covers_the_seconds_as_sent():
    request = decode_line(SIGNED, Request)
    assert mac_is_right(request, key=KEY, challenge=CHALLENGE)
    same_number = decode_line(SIGNED.replace(b"5.0", b"5.00"), Request)
    assert request_seconds(same_number, most=30) == 5.0
    assert not mac_is_right(same_number, key=KEY, challenge=CHALLENGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tcp-down", b"tcp-up"),
        (b"fedc", b"aedc"),
        (b"c98a", b"d98a"),
        (MAC.encode(), b""),
        (b"c98a", "ö".encode()),
    ],
)
def test_a_changed_request_is_not_signed(old, new):
    request = decode_line(SIGNED.replace(old, new), Request)
    assert not mac_is_right(request, key=KEY, challenge=CHALLENGE)


def test_a_request_without_mac_is_not_signed():
    request = decode_line(request_line(hello=hello(auth="open")), Request)
    assert not mac_is_right(request, key=KEY, challenge=CHALLENGE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"auth": "rot13"}, "authentication 'rot13' is unknown"),
        ({"challenge": "x|y"}, "challenge is not 32 hex"),
    ],
)
def test_a_greeting_we_must_not_sign_for(changes, words):
    with pytest.raises(ProtocolError, match=words):
        request_line(hello=hello(**changes))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"GET / HTTP/1.1", "Hello: JSON is malformed"),
        (b"", "Hello: Input data was truncated"),
        (b'{"v":2,"server":"s","challenge":"c","auth":"open"}', "version 2, we speak 1"),
        (b'{"v":1,"server":"s","auth":"open"}', "missing required field `challenge`"),
        (b'{"v":1,"server":5,"challenge":"c","auth":"open"}', "Expected `str`, got `int`"),
        (b"\xff\xfe", "Hello"),
        (b"[]", "Expected `object`"),
    ],
)
def test_a_bad_line_says_where_and_what(line, words):
    with pytest.raises(ProtocolError, match=words):
        decode_line(line, Hello)


def test_unknown_keys_are_allowed():
    assert decode_line(b'{"v":1,"received":3,"replied":2,"new":true}', EchoCount).received == 3


@given(st.binary(max_size=300), st.sampled_from([Hello, Request, Answer, UploadCount, EchoCount]))
def test_any_bytes_are_a_message_or_a_protocol_error(line, message):
    try:
        decoded = decode_line(line, message)
    except ProtocolError:
        return
    assert decoded.v == 1


@pytest.mark.parametrize("seconds", [b"0", b"-5.0", b"30.1", b"1e999", b'"5"', b"null", b"{}"])
def test_a_length_that_cannot_be_is_refused(seconds):
    request = decode_line(SIGNED.replace(b"5.0", seconds), Request)
    with pytest.raises(ProtocolError, match="seconds"):
        request_seconds(request, most=30)


def test_an_answer_says_only_what_it_has():
    no = Answer(v=1, ok=False, code="busy", text="20 tests")
    assert encode_line(no) == b'{"v":1,"ok":false,"code":"busy","text":"20 tests"}\n'


@given(st.lists(st.integers(1, 40)))
def test_lines_come_out_however_they_are_cut(cuts):
    stream, buffer, lines = b'{"a":1}\n\n{"b":2}\nrest', LineBuffer(), []
    for size in [*cuts, len(stream)]:
        buffer.feed(stream[:size])
        stream = stream[size:]
        while (line := buffer.take()) is not None:
            lines.append(line)
    assert lines == [b'{"a":1}', b"", b'{"b":2}']
    assert buffer.rest() == b"rest"
    assert buffer.rest() == b""


def test_a_line_without_end_is_refused_at_16_kib():
    buffer = LineBuffer()
    buffer.feed(b"x" * 16_384)
    assert buffer.take() is None
    buffer.feed(b"x")
    with pytest.raises(ProtocolError, match="more than 16384"):
        buffer.take()


def test_a_long_payload_behind_a_line_is_no_long_line():
    buffer = LineBuffer()
    buffer.feed(b"{}\n" + b"x" * 100_000)
    assert buffer.take() == b"{}"


@pytest.mark.parametrize(
    ("text", "right"), [(NONCE, True), (NONCE.upper(), False), (NONCE[:-1], False), ("g" * 32, False)]
)
def test_a_nonce_is_32_small_hex_digits(text, right):
    assert is_hex(text) is right


def test_a_key_file_may_end_with_a_newline():
    assert key_of(b"0123456789abcdef\n") == b"0123456789abcdef"


def test_a_short_key_is_refused_with_advice():
    with pytest.raises(ValueError, match="15 bytes, at least 16 are needed; `openssl rand -hex 32`"):
        key_of(b"0123456789abcde\n")
