"""The session of a HiLink stick: cookies and tokens as public clients describe them."""

import pytest

from modem_drivers.errors import ApiError, MalformedReply
from modem_drivers.families.hilink_session import HilinkSession

SID, TOKEN, NEXT = "q" * 128, "t" * 32, "n" * 32
BEGIN = "<response><SesInfo>{sid}</SesInfo><TokInfo>{token}</TokInfo></response>"
OK = b"<response><A>1</A></response>"


def begun(sid=f"SessionID={SID}"):
    session = HilinkSession()
    session.take(BEGIN.format(sid=sid, token=TOKEN).encode())
    return session


def error(code):
    return f"<error><code>{code}</code><message></message></error>".encode()


@pytest.mark.parametrize("sid", [f"SessionID={SID}", SID])  # arska/e3372 issue 1; RaspAP: without the name
def test_the_session_is_a_cookie_whatever_the_firmware_writes(sid):
    session = begun(sid)
    assert session.begun
    assert session.headers("GET") == [("Cookie", f"SessionID={SID}")]


def test_a_token_is_used_once_and_the_answer_brings_the_next():
    session = begun()
    assert session.headers("POST")[1] == ("__RequestVerificationToken", TOKEN)
    assert len(session.headers("POST")) == 1
    session.receive("POST /x", [("__RequestVerificationToken", NEXT)], OK)
    assert session.headers("POST")[1] == ("__RequestVerificationToken", NEXT)


def test_a_login_brings_many_tokens_and_a_new_cookie():
    session = begun()
    headers = [
        ("__RequestVerificationToken", f"{TOKEN}#{NEXT}"),
        ("Set-Cookie", "SessionID=new1;path=/;HttpOnly;"),
    ]
    session.receive("POST /x", headers, OK)
    assert session.headers("POST") == [("Cookie", "SessionID=new1"), ("__RequestVerificationToken", TOKEN)]
    assert session.headers("POST")[1] == ("__RequestVerificationToken", NEXT)


@pytest.mark.parametrize("code", [125001, 125002, 125003])
def test_a_lost_session_is_forgotten(code):
    session = begun()
    assert session.receive("GET /x", [], error(code)) is None
    assert not session.begun
    assert session.headers("GET") == []


def test_other_refusals_are_raised_and_the_session_stays():
    session = begun()
    with pytest.raises(ApiError, match="login required"):
        session.receive("GET /x", [], error(100003))
    assert session.begun


@pytest.mark.parametrize(
    "body",
    [
        BEGIN.format(sid="a;b", token=TOKEN),
        BEGIN.format(sid="a&#13;&#10;X: y", token=TOKEN),
        BEGIN.format(sid=SID, token="a b"),
        BEGIN.format(sid="", token=TOKEN),
        "<response><TokInfo>x</TokInfo></response>",
    ],
)
def test_what_could_break_out_of_a_header_is_refused(body):
    with pytest.raises(MalformedReply):
        HilinkSession().take(body.encode())
