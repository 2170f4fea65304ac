"""Sessions, tokens and logins of the stick, without I/O.

A session is a cookie; a token is good for one POST and is replaced in the answer's header. Sources:
SesTokInfo, cookie and header: thread arska/e3372 issue 1; one request a token, thirty tokens at a login,
password scheme 4: public-driver RASPAP; idle time: thread home-assistant/core issue 29531 (another model);
when 108003 comes: thread Salamek/huawei-lte-api-ts issue 19; that three wrong passwords close the login for a
minute, sixteen sessions and thirty-two tokens at most: memory.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from random import Random

SESSION_CHARACTERS, TOKEN_OCTETS = 128, 24  # 24 octets are the 32 characters of a token
IDLE_S = 300.0
MOST_SESSIONS, MOST_LOGINS, MOST_TOKENS = 16, 4, 32
TOKENS_AT_LOGIN = 30
WRONG_BEFORE_LOCK, LOCKED_S = 3, 60.0
USER = "admin"

NO_RIGHTS, PARAMETER = 100003, 100006
USER_WRONG, PASSWORD_WRONG, ALREADY, LOCKED = 108001, 108006, 108003, 108007
TOKEN_MISSING, SESSION_WRONG, TOKEN_WRONG = 125001, 125002, 125003


class Refused(ValueError):
    """The stick answers with error *code*."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(slots=True)
class Session:
    """One cookie, given anew at a login; `tokens` are those not yet used."""

    sid: str
    touched_s: float
    tokens: list[str] = field(default_factory=list)
    logged_in: bool = False


def scheme_4(user: str, password: str, token: str) -> str:
    """Return the password as the web page sends it: base64 of the hex SHA-256 of user, hash and token."""
    inner = base64.b64encode(hashlib.sha256(password.encode()).hexdigest().encode()).decode()
    return base64.b64encode(hashlib.sha256(f"{user}{inner}{token}".encode()).hexdigest().encode()).decode()


class Sessions:
    """All sessions of one stick; *password* None: the stick asks for no login."""

    def __init__(self, rng: Random, password: str | None) -> None:
        self._rng = rng
        self.password = password
        self._sessions: dict[str, Session] = {}
        self._wrong = 0
        self._locked_until_s = 0.0

    def open(self, now_s: float) -> Session:
        """Return a new session; the one longest unused goes when there are too many."""
        self._expire(now_s)
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions.values(), key=lambda one: one.touched_s).sid]
        session = Session("", now_s)
        self._rename(session)
        return session

    def find(self, cookie: str, now_s: float) -> Session | None:
        """Return the live session that a Cookie header names, and note its use."""
        self._expire(now_s)
        sid = next(
            (part.partition("=")[2] for part in cookie.split("; ") if part.startswith("SessionID=")), ""
        )
        session = self._sessions.get(sid)
        if session:
            session.touched_s = now_s
        return session

    def forget_all(self) -> None:
        """End every session, as a restart does."""
        self._sessions.clear()

    def new_token(self, session: Session) -> str:
        """Return a further token of *session*."""
        token = base64.b64encode(self._rng.randbytes(TOKEN_OCTETS)).decode()
        session.tokens.append(token)
        del session.tokens[:-MOST_TOKENS]
        return token

    def spend(self, session: Session, token: str | None) -> None:
        """Use *token* up. Raises: Refused, if there is none or it is not one of the session's."""
        if not token:
            raise Refused(TOKEN_MISSING)
        if token not in session.tokens:
            raise Refused(TOKEN_WRONG)
        session.tokens.remove(token)

    def demand_rights(self, session: Session) -> None:
        """Raises: Refused, if the stick has a password and *session* has not logged in."""
        if self.password is not None and not session.logged_in:
            raise Refused(NO_RIGHTS)

    def log_in(self, session: Session, user: str, given: str, token: str, now_s: float) -> list[str]:
        """Log *session* in with what the page made of the password and *token*; return its new tokens.

        Raises: Refused: no password is set (100006), user or password wrong, too many wrong, or logins.
        """
        if self.password is None:
            raise Refused(PARAMETER)
        if now_s < self._locked_until_s:
            raise Refused(LOCKED)
        if user != USER:
            raise Refused(USER_WRONG)
        if not hmac.compare_digest(given, scheme_4(user, self.password, token)):
            raise self._count_wrong(now_s)
        if sum(one.logged_in for one in self._sessions.values() if one is not session) >= MOST_LOGINS:
            raise Refused(ALREADY)
        self._wrong = 0
        self._rename(session)
        session.logged_in = True
        session.tokens.clear()
        return [self.new_token(session) for _ in range(TOKENS_AT_LOGIN)]

    def log_out(self, session: Session) -> None:
        """End *session*."""
        self._sessions.pop(session.sid, None)

    def locked_s(self, now_s: float) -> float:
        """Return for how long no login is taken, 0 if one is."""
        return max(0.0, self._locked_until_s - now_s)

    def _rename(self, session: Session) -> None:
        """Give *session* a new cookie; the old one is worth nothing from now on."""
        self._sessions.pop(session.sid, None)
        session.sid = base64.b64encode(self._rng.randbytes(SESSION_CHARACTERS * 3 // 4)).decode()
        self._sessions[session.sid] = session

    def _count_wrong(self, now_s: float) -> Refused:
        self._wrong += 1
        if self._wrong >= WRONG_BEFORE_LOCK:
            self._wrong, self._locked_until_s = 0, now_s + LOCKED_S
        return Refused(PASSWORD_WRONG)

    def _expire(self, now_s: float) -> None:
        self._sessions = {sid: one for sid, one in self._sessions.items() if now_s - one.touched_s <= IDLE_S}
