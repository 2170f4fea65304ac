"""The session of a HiLink stick, without I/O: which headers a request needs, what an answer changes.

Before anything else a session is taken from webserver/SesTokInfo; it is a cookie. A token is good for one
POST, the answer brings the next; a login brings thirty, joined by "#": public-driver (RaspAP/raspap-webgui
config/client_config/huawei_hilink_api.sh 0625fcc). Errors 125001, 125002 and 125003 mean that session or
token is worth nothing any more: take a new one and ask once more.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from xml.sax.saxutils import escape

from modem_drivers.errors import ApiError, MalformedReply
from modem_drivers.families.hilink_xml import Element, parse_answer

SESSION_PATH = "webserver/SesTokInfo"
SESSION_LOST = frozenset({125001, 125002, 125003})
TOKEN_HEADER = "__requestverificationtoken"
_COOKIE = re.compile(r"SessionID=[\x21-\x3a\x3c-\x7e]{1,512}")
_TOKEN = re.compile(r"[A-Za-z0-9+/=]{1,128}")
Headers = Sequence[tuple[str, str]]


def password_4(user: str, password: str, token: str) -> str:
    """Return *password* as user/login takes it where password_type is 4.

    Base64 of the hexadecimal SHA-256 of user, the same of the password, and the POST's token: public-driver
    (Salamek/huawei-lte-api huawei_lte_api/api/User.py 060b793). SCRAM, which later devices ask for
    (user/challenge_login), is not known here.
    """
    return _hashed(f"{user}{_hashed(password)}{token}")


def _hashed(text: str) -> str:
    return b64encode(sha256(text.encode()).hexdigest().encode()).decode()


def request_body(fields: Sequence[tuple[str, str]]) -> bytes:
    """Return the XML of a POST with *fields*, in their order: some firmwares demand it."""
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields)
    return f'<?xml version="1.0" encoding="UTF-8"?><request>{inner}</request>'.encode()


class HilinkSession:
    """One session with one stick; empty until `take` was given the answer of SESSION_PATH."""

    def __init__(self) -> None:
        self._cookie = ""
        self._tokens: list[str] = []

    @property
    def begun(self) -> bool:
        """True if there is a session to ask with."""
        return bool(self._cookie)

    @property
    def token(self) -> str:
        """The token that the next POST uses up; "" if there is none."""
        return self._tokens[0] if self._tokens else ""

    def headers(self, method: str) -> list[tuple[str, str]]:
        """Return the headers of the next request; a POST uses a token up."""
        headers = [("Cookie", self._cookie)] if self._cookie else []
        if method == "POST" and self._tokens:
            headers.append(("__RequestVerificationToken", self._tokens.pop(0)))
        return headers

    def take(self, body: bytes) -> None:
        """Begin a session with the answer of SESSION_PATH.

        Raises: ApiError, MalformedReply.
        """
        texts = parse_answer(body, f"GET /api/{SESSION_PATH}").texts()
        cookie = texts.get("SesInfo", "")
        cookie = cookie if cookie.startswith("SessionID=") else f"SessionID={cookie}"
        token = texts.get("TokInfo", "")
        if not _COOKIE.fullmatch(cookie):
            raise MalformedReply(f"{len(cookie)} characters", "SesInfo with a session", "SesInfo")
        if not _TOKEN.fullmatch(token):
            raise MalformedReply(f"{len(token)} characters", "TokInfo with a token", "TokInfo")
        self._cookie, self._tokens = cookie, [token]

    def receive(self, command: str, headers: Headers, body: bytes) -> Element | None:
        """Return the answer to *command*, None if the session is lost: then take a new one and ask again.

        Raises: ApiError, if the stick refused; MalformedReply, if it is no answer of a stick.
        """
        for name, value in headers:
            if name.lower() == TOKEN_HEADER:
                self._tokens = [token for token in value.split("#") if _TOKEN.fullmatch(token)]
            if name.lower() == "set-cookie" and (match := _COOKIE.match(value)):
                self._cookie = match[0]
        try:
            return parse_answer(body, command)
        except ApiError as refusal:
            if refusal.number not in SESSION_LOST:
                raise
            self.forget()
            return None

    def forget(self) -> None:
        """Have no session."""
        self._cookie, self._tokens = "", []
