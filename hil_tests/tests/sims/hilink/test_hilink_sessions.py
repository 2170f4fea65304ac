"""Sessions, tokens, logins and their error codes, as public threads report them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hil_tests.sims.hilink.rows import ROWS
from hil_tests.sims.hilink.sessions import scheme_4

NO_SESSION = """<?xml version="1.0" encoding="UTF-8"?>
<error>
<code>125002</code>
<message></message>
</error>
"""


def code(body):
    return body.partition("<code>")[2].partition("</code>")[0]


def test_without_a_session_everything_is_125002_with_status_200(hands):
    answer = hands().ask("GET", "/api/device/information")  # trick77/huawei-hilink-status issue 3
    assert answer.response.status == 200
    assert answer.response.body.decode() == NO_SESSION
    assert code(hands().get("webserver/token")) == "125002"


def test_a_page_gives_a_cookie(hands):
    client = hands()
    headers = dict(client.ask("GET", "/html/index.html").response.headers)
    assert headers["Set-Cookie"].startswith("SessionID=")
    client.cookie = headers["Set-Cookie"].partition(";")[0]
    assert "<Imei>" in client.get("device/information")
    assert client.ask("GET", "/").response.status == 302


def test_session_and_token_have_the_lengths_seen(hands, new):
    body = hands().get("webserver/SesTokInfo")
    assert "<SesInfo>SessionID=" in body
    assert len(body.partition("SessionID=")[2].partition("<")[0]) == 128  # arska/e3372 issue 1
    assert len(body.partition("<TokInfo>")[2].partition("<")[0]) == 32
    assert "SessionID=" not in hands(firmware=new).get("webserver/SesTokInfo")


def test_the_other_devices_token_endpoint_is_100002(hands):
    client = hands().begin()
    assert code(client.get("webserver/token")) == "100002"
    assert code(client.get("wlan/basic-settings")) == "100002"


def test_a_token_is_good_once_and_the_answer_brings_the_next(hands):
    client = hands().begin()
    used = client.tokens[0]
    assert "OK" in client.post("dialup/mobile-dataswitch", "<dataswitch>0</dataswitch>")
    assert "<dataswitch>0</dataswitch>" in client.get("dialup/mobile-dataswitch")
    assert code(client.post("dialup/mobile-dataswitch", "<dataswitch>1</dataswitch>", token=used)) == "125003"
    assert "OK" in client.post("dialup/mobile-dataswitch", "<dataswitch>1</dataswitch>")
    assert "<ConnectionStatus>901</ConnectionStatus>" in client.get("monitoring/status")


def test_a_post_without_a_token_is_125001(hands):
    client = hands().begin()
    assert code(client.ask("POST", "/api/device/control", "<request/>").response.body.decode()) == "125001"


def test_idle_sessions_end(hands):
    client = hands().begin()
    client.now_s += 299
    assert "<Imei>" in client.get("device/information")
    client.now_s += 301  # home-assistant/core issue 29531: about five minutes
    assert code(client.get("device/information")) == "125002"


def test_scheme_4_is_the_published_one():
    # by hand: printf of "geheim" | sha256sum | base64 -w0; then printf admin<that>TOKEN | sha256sum | base64
    assert scheme_4("admin", "geheim", "TOKEN") == (
        "NzI2M2FkNmRkYzVhYmU4NjYxNDJhZWY1ZWYzNTA3ZmM5MmFjYTVhZGY2OTI2MDg3NWIxYzYxYjYzMjMxYjVhZQ=="
    )


def log_in(client, password, *, user="admin"):
    token = client.tokens.pop(0)
    given = scheme_4(user, password, token)
    inner = f"<Username>{user}</Username><Password>{given}</Password><password_type>4</password_type>"
    before = client.ask
    answer = before("POST", "/api/user/login", f"<request>{inner}</request>", token=token)
    headers = answer.response.headers
    cookies = [value for name, value in headers if name == "Set-Cookie"]
    if cookies:
        client.cookie = cookies[0].partition(";")[0]
    client.tokens = [
        one for name, value in headers if name == "__RequestVerificationToken" for one in value.split("#")
    ]
    return answer


def test_a_password_guards_and_a_login_brings_thirty_tokens(hands):
    client = hands(password="geheim").begin()
    assert code(client.get("device/information")) == "100003"
    assert "<State>-1</State>" in client.get("user/state-login")
    assert "<hilink_login>1</hilink_login>" in client.get("user/hilink_login")
    old_cookie = client.cookie
    answer = log_in(client, "geheim")
    assert answer.response.body.decode().endswith("<response>OK</response>")
    headers = dict(answer.response.headers)
    assert headers["__RequestVerificationTokenone"] == client.tokens[0]
    assert headers["__RequestVerificationTokentwo"] == client.tokens[1]
    assert len(client.tokens) == 30
    assert "<Imei>" in client.get("device/information")
    assert "OK" in client.post("user/logout", "<Logout>1</Logout>")
    assert code(client.get("device/information")) == "125002"
    client.cookie = old_cookie
    assert code(client.get("device/information")) == "125002"


def test_three_wrong_passwords_close_the_login_for_a_minute(hands):
    client = hands(password="geheim").begin()
    codes = [code(log_in(client, "falsch").response.body.decode()) for _ in range(4)]
    assert codes == ["108006", "108006", "108006", "108007"]
    assert code(log_in(client, "geheim", user="root").response.body.decode()) == "108007"
    assert "<lockstatus>1</lockstatus>" in client.get("user/state-login")
    client.now_s += 61
    assert code(log_in(client, "geheim", user="root").response.body.decode()) == "108001"
    assert code(log_in(client, "geheim").response.body.decode()) == ""


def test_the_fifth_login_is_108003(hands):
    first = hands(password="geheim").begin()
    for number in range(4):
        assert code(log_in(first, "geheim").response.body.decode()) == "", number
        first.cookie = ""
        first.tokens.clear()
        first.begin()
    assert code(log_in(first, "geheim").response.body.decode()) == "108003"
    first.now_s += 301
    first.cookie = ""
    first.tokens.clear()
    first.begin()
    assert code(log_in(first, "geheim").response.body.decode()) == ""


def test_a_login_nobody_asked_for_is_100006(hands):
    client = hands().begin()
    assert code(log_in(client, "admin").response.body.decode()) == "100006"  # huawei-lte-api issue 159


@pytest.mark.parametrize(
    ("path", "inner", "expected"),
    [
        ("device/control", "<Control>4</Control>", "100002"),
        ("device/control", "<Control>9</Control>", "100006"),
        ("dialup/mobile-dataswitch", "<dataswitch>2</dataswitch>", "100006"),
        (
            "net/net-mode",
            "<NetworkMode>99</NetworkMode><NetworkBand>3</NetworkBand><LTEBand>1</LTEBand>",
            "100006",
        ),
        ("sms/delete-sms", "<Index>39999</Index>", "100006"),
        ("sms/set-read", "<Index>" + "1" * 5000 + "</Index>", "100006"),
        ("sms/delete-sms", "<Index>٣</Index>", "100006"),
        ("nosuch/thing", "<A>1</A>", "100002"),
        ("device/control", "<Control>&#xD800;</Control>", "100005"),
    ],
)
def test_posts_that_do_not_fit(hands, path, inner, expected):
    assert code(hands().begin().post(path, inner)) == expected


def test_a_body_that_is_no_request_is_100005(hands):
    client = hands().begin()
    answer = client.ask("POST", "/api/device/control", "Control=1", token=client.tokens[0])
    assert code(answer.response.body.decode()) == "100005"


def test_faults_of_the_api(hands):
    assert code(hands(faults=("busy",)).get("webserver/SesTokInfo")) == "100004"
    assert (
        code(hands(faults=("bad-token",)).begin().post("device/control", "<Control>1</Control>")) == "125003"
    )
    assert hands(faults=("home-page",)).ask("GET", "/api/device/signal").response.status == 302
    client = hands(faults=("forget:3",)).begin()
    assert [code(client.get("device/signal")) for _ in range(3)] == ["", "125002", "125002"]


POSTS = [row for row in ROWS if row.method == "POST"]
CELLS = st.text(alphabet="01234-+&;<>/#xé\n", max_size=12) | st.sampled_from(["1", "0", "40000", "1" * 5000])


@given(
    st.sampled_from(POSTS),
    st.lists(st.tuples(st.sampled_from(["Index", "PageIndex", "Phone", "Content", "Mode", "X"]), CELLS)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_posted_is_answered_in_xml(hands, row, cells):
    client = hands().begin()
    names = row.order or [name for name, _ in cells]
    texts = [text for _, text in cells] + [""] * len(names)
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in zip(names, texts, strict=False))
    body = client.post(row.path, inner)
    assert body.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert ("<response>" in body) != ("<error>" in body)
