"""Requests in, responses out: pages, sessions, tokens, rights, then the endpoint's row. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hil_tests.sims.hilink.actions import NOT_SUPPORTED, TOKEN_HEADER, cookie_header
from hil_tests.sims.hilink.device import Phase
from hil_tests.sims.hilink.endpoint import DELAY_S, Call, Endpoint, Outcome
from hil_tests.sims.hilink.faults import Plan
from hil_tests.sims.hilink.fields import fill
from hil_tests.sims.hilink.markup import OK, FormatError, elements, error, response
from hil_tests.sims.hilink.rows import ROWS
from hil_tests.sims.hilink.sessions import SESSION_WRONG, TOKEN_WRONG, Refused, Session
from hil_tests.sims.hilink.stick import Stick
from hil_tests.sims.hilink.wire import Request, Response

BUSY, FORMAT = 100004, 100005  # public-driver LIBRARY: enums/client.py
API = "/api/"
HOME = "/html/home.html"
PAGE = b"<!DOCTYPE html>\n<html><head><title>Mobile WiFi</title></head><body></body></html>\n"
HEADERS = (  # memory; that the connection is never closed too
    ("Server", "webserver"),
    ("Cache-Control", "no-cache"),
    ("Connection", "Keep-Alive"),
    ("Content-Type", "text/html"),
)
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, how long the stick takes for it, and what the log says of it."""

    response: Response
    command: str
    after_s: float = DELAY_S
    truth: Mapping[str, object] = field(default_factory=dict)


class Api:
    """The web server of one stick."""

    def __init__(self, stick: Stick, plan: Plan) -> None:
        """*plan*: the faults it has."""
        self._stick, self._plan = stick, plan
        self._rows = {(row.method, row.path): row for row in ROWS if stick.firmware in row.firmwares}
        self._asked = 0

    def answer(self, request: Request, now_s: float) -> Answer:
        """Return the answer to *request*, formed at *now_s*."""
        command = f"{request.method} {request.path}"
        self._asked += 1
        if self._plan.due("forget", self._asked):
            self._stick.sessions.forget_all()
        if not request.path.startswith(API):
            return Answer(response=self._page(request, now_s), command=command)
        if self._plan.has("home-page"):
            return Answer(response=_home(request), command=command)
        if self._plan.has("busy") or self._stick.phase(now_s) is Phase.BUSY:
            return Answer(response=_document(error(BUSY)), command=command)
        try:
            return self._api(request, command, now_s)
        except Refused as refusal:
            return Answer(response=_document(error(refusal.code)), command=command)

    def _page(self, request: Request, now_s: float) -> Response:
        if request.path == "/":
            return _home(request)
        if not request.path.startswith("/html/"):
            return Response(b"", HEADERS, 404)
        session = self._session(request, now_s) or self._stick.sessions.open(now_s)
        return Response(PAGE, (*HEADERS, cookie_header(session.sid)))

    def _session(self, request: Request, now_s: float) -> Session | None:
        return self._stick.sessions.find(request.headers.get("cookie", ""), now_s)

    def _api(self, request: Request, command: str, now_s: float) -> Answer:
        self._stick.refresh(now_s)
        row = self._rows.get((request.method, request.path.removeprefix(API)))
        session = self._session(request, now_s)
        if session is None:
            if row is None or not row.open:
                raise Refused(SESSION_WRONG)
            session = self._stick.sessions.open(now_s)
        headers: Headers = ()
        if request.method == "POST":
            headers = self._spend_token(session, request)
        try:
            return self._row(row, session, request, headers, now_s)
        except Refused as refusal:
            return Answer(response=_document(error(refusal.code), headers), command=command)

    def _spend_token(self, session: Session, request: Request) -> Headers:
        """Use the request's token up; return the header with the next. Raises: Refused."""
        token = request.headers.get(TOKEN_HEADER.lower())
        if token and self._plan.has("bad-token"):
            raise Refused(TOKEN_WRONG)
        self._stick.sessions.spend(session, token)
        return ((TOKEN_HEADER, self._stick.sessions.new_token(session)),)

    def _row(
        self, row: Endpoint | None, session: Session, request: Request, headers: Headers, now_s: float
    ) -> Answer:
        if row is None:
            raise Refused(NOT_SUPPORTED)
        if row.guarded:
            self._stick.sessions.demand_rights(session)
        token = request.headers.get(TOKEN_HEADER.lower(), "")
        call = Call(session=session, token=token, elements=_elements(row, request), now_s=now_s)
        outcome = self._outcome(row, call)
        truth = {**(row.truth(self._stick, now_s) if row.truth else {}), **outcome.truth}
        document = OK if outcome.inner == "OK" else response(outcome.inner)
        gives_tokens = any(name == TOKEN_HEADER for name, _ in outcome.headers)
        sent = outcome.headers if gives_tokens else headers + outcome.headers
        command = f"{request.method} {request.path}"
        return Answer(response=_document(document, sent), command=command, after_s=row.delay_s, truth=truth)

    def _outcome(self, row: Endpoint, call: Call) -> Outcome:
        if row.act:
            return row.act(self._stick, call)
        escape = self._stick.firmware.escape
        values = {
            name: escape(value) if isinstance(value, str) else value
            for name, value in fill(self._stick, call.now_s).items()
        }
        return Outcome(inner=(row.say or "").format_map(values))


def _elements(row: Endpoint, request: Request) -> list[tuple[str, str]]:
    """Return the elements of the body of a POST. Raises: Refused, if they are not what the row takes."""
    if request.method != "POST":
        return []
    try:
        found = elements(request.body)
    except FormatError as exc:
        raise Refused(FORMAT) from exc
    if row.order and [name for name, _ in found] != list(row.order):
        raise Refused(FORMAT)
    return found


def _document(text: str, headers: Headers = ()) -> Response:
    return Response(text.encode("utf-8"), HEADERS + headers)


def _home(request: Request) -> Response:
    host = request.headers.get("host", "192.168.8.1")
    return Response(b"", (*HEADERS, ("Location", f"http://{host}{HOME}")), 302)
