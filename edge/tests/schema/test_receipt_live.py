"""Receipts, live payloads and broker addresses, against JSON written by hand."""

import pytest

from edge.schema.address import parse_broker
from edge.schema.errors import BadPayload, SchemaError
from edge.schema.live import (
    Signal,
    State,
    Status,
    decode_signal,
    decode_state,
    decode_status,
    encode_live,
)
from edge.schema.receipt import decode_receipt, encode_receipt, make_receipt

RECEIPT = b'{"v":1,"box":"kpu-3171-a","epoch":"7f3a","watermark":7,"also":[9,12]}'


def test_a_receipt_is_the_golden_json():
    receipt = make_receipt("kpu-3171-a", "7f3a", 7, [12, 3, 9, 9])
    assert encode_receipt(receipt) == RECEIPT
    assert decode_receipt(RECEIPT) == receipt
    assert decode_receipt(RECEIPT[:-1] + b',"sig":"x","colour":1}').sig == "x"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not a receipt"),
        (b"[]", "not a receipt"),
        (b"\xff\xfe", "not a receipt"),
        (RECEIPT.replace(b"7,", b"-1,"), "watermark -1"),
        (RECEIPT.replace(b"[9", b"[7"), "also 7 is not above the watermark 7"),
        (RECEIPT.replace(b'"watermark":7', b'"watermark":"7"'), "watermark"),
        (RECEIPT.replace(b"7f3a", b"7f"), "epoch '7f'"),
        (RECEIPT.replace(b'"v":1', b'"v":2'), "not a receipt"),
    ],
)
def test_a_wrong_receipt_is_refused(raw, says):
    with pytest.raises(SchemaError, match=says):
        decode_receipt(raw)


def test_live_payloads_are_the_golden_json():
    will = Status(box="a", state="offline", session=3)
    assert encode_live(will) == b'{"v":1,"box":"a","state":"offline","session":3}'
    assert decode_status(b'{"v":1,"box":"a","state":"offline","session":3,"new":0}') == will
    state = State(box="a", line="51010", ts=5, values={"rsrp_dbm": -97.5})
    assert decode_state(b'{"v":1,"box":"a","line":"51010","ts":5,"values":{"rsrp_dbm":-97.5}}') == state


def test_a_signal_is_one_sample_or_an_array():
    one = b'{"v":1,"box":"a","line":"51010","ts":5,"values":{"rsrp_dbm":-97},"nv":{}}'
    sample = Signal(box="a", line="51010", ts=5, values={"rsrp_dbm": -97})
    assert encode_live(sample) == one
    assert decode_signal(one) == [sample]
    assert decode_signal(b"[" + one + b"]") == [sample]
    with pytest.raises(BadPayload):
        decode_signal(b"{}")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://127.0.0.1:18830", ("127.0.0.1", 18830)),
        ("mqtt://broker.example", ("broker.example", 1883)),
        ("mqtt://[::1]:1884/", ("::1", 1884)),
    ],
)
def test_broker_addresses(url, address):
    assert parse_broker(url) == address


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:1883", "http://a:1", "mqtt://a:0", "mqtt://a:70000", "mqtt://me:secret9@a:1883"]
)
def test_a_wrong_address_never_shows_what_may_be_a_password(url):
    with pytest.raises(
        SchemaError, match="mqtt://HOST:PORT; a password belongs into password_file"
    ) as caught:
        parse_broker(url)
    assert "secret9" not in str(caught.value)
