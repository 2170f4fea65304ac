"""A HiLink stick over HTTP: the session of families/hilink_session on the connection of ports/http."""

from __future__ import annotations

from typing import TypeVar

from modem_drivers.errors import ApiError, MalformedReply
from modem_drivers.families.hilink_session import SESSION_PATH, HilinkSession
from modem_drivers.families.hilink_xml import Element
from modem_drivers.families.huawei_hilink import ApiQuery
from modem_drivers.ports.http import HttpPort, HttpResponse

TIMEOUT_S = 5.0
OK = 200
T = TypeVar("T")


class HilinkPort:
    """Questions to one stick."""

    def __init__(self, http: HttpPort, *, timeout_s: float = TIMEOUT_S) -> None:
        """Ask over *http*; *timeout_s* is for each request."""
        self._http, self._timeout_s = http, timeout_s
        self._session = HilinkSession()

    async def ask(self, query: ApiQuery[T]) -> T:
        """Return what *query* reads from the stick's answers.

        Raises: ApiError, PortLost, HttpTimeout, MalformedReply.
        """
        return query.read([await self.get(path) for path in query.paths])

    async def get(self, path: str) -> Element:
        """Return the answer of *path* ("device/signal"); a lost session is renewed once.

        Raises: ApiError, PortLost, HttpTimeout, MalformedReply.
        """
        for _ in range(2):
            if not self._session.begun:
                self._session.take((await self._fetch(SESSION_PATH)).body)
            response = await self._fetch(path)
            answer = self._session.receive(f"GET /api/{path}", response.headers, response.body)
            if answer is not None:
                return answer
        raise ApiError(f"GET /api/{path}", 125002, "no session, also after a new one")

    async def _fetch(self, path: str) -> HttpResponse:
        headers = self._session.headers("GET")
        response = await self._http.request("GET", f"/api/{path}", headers, timeout_s=self._timeout_s)
        if response.status != OK:
            raise MalformedReply(f"HTTP status {response.status}", f"status 200 of /api/{path}")
        return response

    def close(self) -> None:
        """Close the connection; the session ends by itself."""
        self._http.close()
