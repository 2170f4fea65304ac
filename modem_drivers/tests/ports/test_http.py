"""HTTP over a handed socket: the reader at any step, and the port against a literal far end."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.errors import HttpTimeout, MalformedReply, ModemError, PortLost
from modem_drivers.ports.http import BODY_LIMIT, HttpPort, HttpResponse, ResponseReader

PLAIN = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n"
UNTIL_END = b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello"
EMPTY = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"


def read(data, step):
    reader = ResponseReader()
    for start in range(0, len(data), step):
        if response := reader.receive(data[start : start + step]):
            return response
    return reader.end()


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(
    ("data", "status", "body"),
    [(PLAIN, 200, b"hello"), (CHUNKED, 200, b"hello"), (UNTIL_END, 200, b"hello"), (EMPTY, 302, b"")],
)
def test_a_response_in_pieces(data, status, body, step):
    response = read(data, step)
    assert response is not None
    assert (response.status, response.body) == (status, body)


def test_headers_in_any_case():
    response = HttpResponse(200, (("Set-Cookie", "a"), ("set-cookie", "b")), b"")
    assert response.header("SET-COOKIE") == "a"
    assert response.header("nosuch") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff\x17garbage\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 two OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\n\r\n" + bytes(BODY_LIMIT + 1),
    ],
    ids=lambda data: data[:24].decode("latin-1").encode("unicode_escape").decode(),
)
def test_what_is_no_response_is_refused(data):
    with pytest.raises(MalformedReply):
        ResponseReader().receive(data)


def test_a_response_cut_short_is_none():
    assert read(PLAIN[:-1], 100) is None
    assert read(CHUNKED[:-5], 100) is None
    assert read(b"HTTP/1.1 200", 100) is None


@given(st.binary(max_size=200), st.integers(1, 50))
def test_whatever_comes_is_a_response_or_a_modem_error(data, step):
    try:
        read(b"HTTP/1.1 200 OK\r\n" + data, step)
    except ModemError:
        return


class FarEnd:
    """The other end of each dialled connection: answers the n-th request with the n-th of *answers*.

    None: no answer; b"": the connection ends.
    """

    def __init__(self, answers):
        self.answers = list(answers)
        self.requests = []
        self.dialled = 0
        self.tasks = []

    async def dial(self):
        near, far = socket.socketpair()
        far.setblocking(False)
        self.dialled += 1
        self.tasks.append(asyncio.create_task(self._serve(far)))
        return near

    async def _serve(self, far):
        loop = asyncio.get_running_loop()
        with far:
            while data := await loop.sock_recv(far, 65536):
                self.requests.append(data)
                answer = self.answers.pop(0)
                if answer == b"":
                    return
                if answer is not None:
                    await loop.sock_sendall(far, answer)


def run(answers, asks, timeout_s=5.0):
    """Return (far end, what each of *asks* gave: a body or an error)."""

    async def talk():
        far = FarEnd(answers)
        port = HttpPort("192.168.8.1", far.dial)
        got: list[bytes | ModemError] = []
        for method, path, headers, body in asks:
            try:
                got.append((await port.request(method, path, headers, body, timeout_s=timeout_s)).body)
            except ModemError as error:
                got.append(error)
        port.close()
        await asyncio.gather(*far.tasks)
        return far, got

    return asyncio.run(talk())


GET = ("GET", "/api/a", (), b"")


def test_two_requests_share_a_connection():
    far, got = run([PLAIN, CHUNKED], [GET, ("POST", "/api/b", [("X", "1")], b"body")])
    assert got == [b"hello", b"hello"]
    assert far.dialled == 1
    assert far.requests[0] == b"GET /api/a HTTP/1.1\r\nHost: 192.168.8.1\r\nAccept: */*\r\n\r\n"
    assert far.requests[1] == (
        b"POST /api/b HTTP/1.1\r\nHost: 192.168.8.1\r\nAccept: */*\r\nX: 1\r\n"
        b"Content-Type: text/xml; charset=UTF-8\r\nContent-Length: 4\r\n\r\nbody"
    )


def test_a_get_on_a_connection_that_ended_is_asked_again():
    far, got = run([PLAIN, b"", PLAIN], [GET, GET])
    assert got == [b"hello", b"hello"]
    assert far.dialled == 2


def test_a_post_is_never_asked_again():
    far, got = run([PLAIN, b""], [GET, ("POST", "/api/b", (), b"")])
    assert isinstance(got[1], PortLost)
    assert len(far.requests) == 2


def test_connection_close_is_heeded():
    closing = PLAIN.replace(b"Server: x", b"Connection: close")
    far, got = run([closing, PLAIN], [GET, GET])
    assert got == [b"hello", b"hello"]
    assert far.dialled == 2


def test_the_end_without_an_answer_is_a_lost_port():
    _, (error,) = run([b""], [GET])
    assert isinstance(error, PortLost)
    assert "192.168.8.1" in str(error)


def test_half_a_body_then_silence_times_out_and_says_what_came():
    _, (error,) = run([PLAIN[:-2]], [GET], timeout_s=0.1)
    assert isinstance(error, HttpTimeout)
    assert "GET /api/a" in str(error)
    assert "'hel'" in str(error)


def test_after_a_timeout_the_next_request_dials_anew():
    far, got = run([None, PLAIN], [GET, GET], timeout_s=0.2)
    assert isinstance(got[0], HttpTimeout)
    assert got[1] == b"hello"
    assert far.dialled == 2


def test_garbage_closes_the_connection():
    far, got = run([b"\x00\xff\r\n\r\n", PLAIN], [GET, GET])
    assert isinstance(got[0], MalformedReply)
    assert got[1] == b"hello"
    assert far.dialled == 2


def test_a_stick_that_cannot_be_dialled_is_a_lost_port():
    async def refuse():
        raise ConnectionRefusedError(111, "Connection refused")

    async def talk():
        await HttpPort("192.168.8.1", refuse).request("GET", "/", timeout_s=1.0)

    with pytest.raises(PortLost, match="Connection refused"):
        asyncio.run(talk())
