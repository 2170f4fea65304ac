"""The stick's parts: HTTP in pieces, requests' XML, the life of the USB device, faults' words."""

import pytest

from hil_tests.sims.hilink.device import NETWORK_DEVICE, STORAGE_DEVICE, Life, Phase
from hil_tests.sims.hilink.faults import FaultError, parse_faults
from hil_tests.sims.hilink.markup import FormatError, elements
from hil_tests.sims.hilink.wire import Request, RequestReader, Response, WireError

TWO = (
    b"POST /api/a?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    b"GET / HTTP/1.1\r\nCookie: a=b\r\n\r\n"
)


@pytest.mark.parametrize("step", [1, 7, len(TWO)])
def test_requests_come_out_whatever_the_pieces(step):
    reader, found = RequestReader(), []
    for start in range(0, len(TWO), step):
        found += reader.receive(TWO[start : start + step])
    assert found == [
        Request("POST", "/api/a", {"host": "h", "content-length": "3"}, b"abc"),
        Request("GET", "/", {"cookie": "a=b"}),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00" + bytes(9000),
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nnonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"1" * 5000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(data):
    with pytest.raises(WireError):
        RequestReader().receive(data)


def test_a_response_as_bytes():
    assert Response(b"ok", (("Server", "x"),)).encode() == (
        b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nok"
    )


def test_elements_in_order_with_references_resolved():
    body = (
        b"<?xml version='1.0'?>\n<request>\n<A>1 &lt; 2</A><B><C>&#65;&#x42;&amp;</C></B><D></D></request>\n"
    )
    assert elements(body) == [("A", "1 < 2"), ("C", "AB&"), ("D", "")]


@pytest.mark.parametrize(
    "body", [b"", b"1", b"<request>", b"<response></response>", b"<request>\xff</request>"]
)
def test_other_bodies_are_no_request(body):
    with pytest.raises(FormatError):
        elements(body)


def test_the_switch_takes_the_stick_from_storage_to_the_network():
    life = Life(100.0, needs_switch=True)
    assert life.at(500.0) is Phase.STORAGE
    assert life.switch(500.0)
    at = {t: life.at(500.0 + t) for t in (0.0, 0.5, 0.7, 24.1, 24.3, 28.1, 28.3)}
    assert at == {
        0.0: Phase.ABSENT,
        0.5: Phase.ABSENT,
        0.7: Phase.BOOTING,
        24.1: Phase.BOOTING,
        24.3: Phase.BUSY,
        28.1: Phase.BUSY,
        28.3: Phase.READY,
    }
    assert life.next_change_s(500.7) == pytest.approx(524.2)
    assert not life.switch(600.0)


def test_a_restart_ends_in_storage_only_where_the_switch_is_needed():
    plain, switched = Life(0.0, hurry=10.0), Life(0.0, needs_switch=True, hurry=10.0)
    plain.restart(10.0)
    assert [plain.at(10.0 + t) for t in (0.0, 0.2, 0.95, 3.3, 3.7)] == [
        Phase.READY,
        Phase.ABSENT,
        Phase.BOOTING,
        Phase.BUSY,
        Phase.READY,
    ]
    switched.switch(0.0)
    switched.restart(10.0)
    assert switched.at(1000.0) is Phase.STORAGE


def test_just_powered_up_it_boots_before_it_answers():
    life = Life(7.0, powered_up=True)
    phases = [life.at(7.0 + t) for t in (0.0, 23.5, 23.7, 27.5, 27.7)]
    assert phases == [Phase.BOOTING, Phase.BOOTING, Phase.BUSY, Phase.BUSY, Phase.READY]
    assert Life(7.0, powered_up=True, needs_switch=True).at(100.0) is Phase.STORAGE


def test_usb_ids_of_the_two_devices():  # balena-os issue 446: 12d1:1f01 CD, 12d1:14dc "ethernet"
    assert (STORAGE_DEVICE.vendor_id, STORAGE_DEVICE.product_id) == (0x12D1, 0x1F01)
    assert (NETWORK_DEVICE.vendor_id, NETWORK_DEVICE.product_id) == (0x12D1, 0x14DC)


@pytest.mark.parametrize("text", ["nosuch", "late:x", "late:0", "late:-1", "late:nan", "late:inf"])
def test_faults_that_are_none(text):
    with pytest.raises(FaultError):
        parse_faults([text])


def test_faults_with_and_without_a_number():
    plan = parse_faults(["late", "drop:7"])
    assert plan.amounts == {"late": 3.0, "drop": 7.0}
