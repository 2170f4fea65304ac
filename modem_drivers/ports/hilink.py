"""A HiLink stick over HTTP: the session of families/hilink_session on the connection of ports/http."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from modem_drivers.errors import ApiError, MalformedReply
from modem_drivers.families.hilink_session import SESSION_PATH, HilinkSession, request_body
from modem_drivers.families.hilink_xml import Element
from modem_drivers.families.huawei_hilink import (
    IDENTITY,
    NAME,
    REGISTERED,
    SERVING_CELL,
    SIGNAL_NOW,
    ApiQuery,
)
from modem_drivers.ports.http import HttpPort, HttpResponse
from modem_drivers.reading import CellReading, Identity, NetworkName, Registration, SignalReading

TIMEOUT_S = 5.0
OK = 200
T = TypeVar("T")
Fields = Sequence[tuple[str, str]]
Reading = TypeVar("Reading", SignalReading, CellReading)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request, and the request's times in Unix nanoseconds."""

    element: Element
    t_sent_ns: int
    t_received_ns: int


class HilinkPort:
    """Questions to one stick. Every method may raise ApiError, PortLost, HttpTimeout, MalformedReply."""

    def __init__(self, http: HttpPort, *, clock: Callable[[], int], timeout_s: float = TIMEOUT_S) -> None:
        """Ask over *http*; *clock* gives Unix nanoseconds, *timeout_s* is for each request."""
        self._http, self._clock, self._timeout_s = http, clock, timeout_s
        self._session = HilinkSession()

    async def identity(self) -> Identity:
        """Return who the stick is."""
        return _read(IDENTITY, await self.ask(IDENTITY))

    async def registration(self) -> Registration:
        """Return where it is registered."""
        return _read(REGISTERED, await self.ask(REGISTERED))

    async def name(self) -> NetworkName:
        """Return what the network calls itself."""
        return _read(NAME, await self.ask(NAME))

    async def signal(self) -> SignalReading:
        """Return the serving cell's signal, with its times."""
        answers = await self.ask(SIGNAL_NOW)
        return _stamped(_read(SIGNAL_NOW, answers), answers[0])

    async def cell(self) -> CellReading:
        """Return the serving cell, with its times."""
        answers = await self.ask(SERVING_CELL)
        return _stamped(_read(SERVING_CELL, answers), answers[0])

    async def ask(self, query: ApiQuery[T]) -> list[Answer]:
        """Return the answers of *query*'s paths, one after the other."""
        return [await self.get(path) for path in query.paths]

    async def get(self, path: str) -> Answer:
        """Return the answer of *path* ("device/signal"); a lost session is renewed once."""
        return await self._ask("GET", path, lambda _: b"")

    async def post(self, path: str, fields: Callable[[str], Fields] | Fields) -> Answer:
        """Return the answer to a POST of *fields* to *path*; *fields* may be made of the token that it uses.

        An answer in one word ("OK") is an element without others.
        """
        return await self._ask(
            "POST", path, lambda token: request_body(fields(token) if callable(fields) else fields)
        )

    async def _ask(self, method: str, path: str, body: Callable[[str], bytes]) -> Answer:
        for _ in range(2):
            if not self._session.begun or (method == "POST" and not self._session.token):
                self._session.take((await self._fetch("GET", SESSION_PATH, b"")).body)
            begun_ns = self._clock()
            response = await self._fetch(method, path, body(self._session.token))
            ended_ns = self._clock()
            element = self._session.receive(f"{method} /api/{path}", response.headers, response.body)
            if element is not None:
                return Answer(element, begun_ns, ended_ns)
        raise ApiError(f"{method} /api/{path}", 125002, "no session, also after a new one")

    async def _fetch(self, method: str, path: str, body: bytes) -> HttpResponse:
        headers = self._session.headers(method)
        response = await self._http.request(method, f"/api/{path}", headers, body, timeout_s=self._timeout_s)
        if response.status != OK:
            raise MalformedReply(f"HTTP status {response.status}", f"status 200 of /api/{path}")
        return response

    @property
    def address(self) -> str:
        """The stick's address, as it stands in errors."""
        return self._http.name

    def close(self) -> None:
        """Close the connection; the session ends by itself."""
        self._http.close()


def _read(query: ApiQuery[T], answers: Sequence[Answer]) -> T:
    return query.read([answer.element for answer in answers])


def _stamped(reading: Reading, answer: Answer) -> Reading:
    return replace(reading, t_sent_ns=answer.t_sent_ns, t_received_ns=answer.t_received_ns)
