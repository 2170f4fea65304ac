"""The endpoints whose answers take more than filling in a template: sessions, switches, PIN."""

from hil_tests.sims.hilink.endpoint import DONE, Call, Outcome
from hil_tests.sims.hilink.sessions import PARAMETER, TOKENS_AT_LOGIN, Refused
from hil_tests.sims.hilink.stick import ALLOWED, NetMode, Stick
from hil_tests.sims.network.card import CardState

NOT_SUPPORTED = 100002
RESTART, SHUT_DOWN = "1", "4"  # DOCUMENT
TOKEN_HEADER = "__RequestVerificationToken"
SWITCHES = {"0": False, "1": True}


def cookie_header(sid: str) -> tuple[str, str]:
    """Return the header that gives the client its session."""
    return "Set-Cookie", f"SessionID={sid};path=/;HttpOnly;"


def session_and_token(stick: Stick, call: Call) -> Outcome:
    """Answer webserver/SesTokInfo: the session of the request's cookie, or a new one, and a token of it."""
    sid, token = call.session.sid, stick.sessions.new_token(call.session)
    shown = sid if stick.firmware.bare_session else f"SessionID={sid}"
    inner = f"<SesInfo>{shown}</SesInfo>\n<TokInfo>{token}</TokInfo>"
    return Outcome(inner=inner, headers=(cookie_header(sid),))


def not_supported(stick: Stick, call: Call) -> Outcome:
    """Refuse with 100002. Raises: Refused."""
    raise Refused(NOT_SUPPORTED)


def login_state(stick: Stick, call: Call) -> Outcome:
    """Answer user/state-login."""
    state = 0 if call.session.logged_in or stick.sessions.password is None else -1
    user = "admin" if call.session.logged_in else ""
    wait = int(stick.sessions.locked_s(call.now_s) / 60 + 0.999)
    inner = f"<State>{state}</State>\n<Username>{user}</Username>\n<password_type>4</password_type>\n"
    inner += f"<lockstatus>{int(wait > 0)}</lockstatus>\n<remainwaittime>{wait}</remainwaittime>"
    return Outcome(inner=inner)


def login_wanted(stick: Stick, call: Call) -> Outcome:
    """Answer user/hilink_login: 1 where the stick asks for a login."""
    return Outcome(inner=f"<hilink_login>{int(stick.sessions.password is not None)}</hilink_login>")


def log_in(stick: Stick, call: Call) -> Outcome:
    """Answer user/login with thirty tokens in the headers. Raises: Refused."""
    user, given = call.value("Username"), call.value("Password")
    if user is None or given is None or call.value("password_type") != "4":
        raise Refused(PARAMETER)
    tokens = stick.sessions.log_in(call.session, user, given, call.token, call.now_s)
    assert len(tokens) == TOKENS_AT_LOGIN
    headers = (
        (f"{TOKEN_HEADER}one", tokens[0]),
        (f"{TOKEN_HEADER}two", tokens[1]),
        (TOKEN_HEADER, "#".join(tokens)),
        cookie_header(call.session.sid),
    )
    return Outcome(inner="OK", headers=headers)


def log_out(stick: Stick, call: Call) -> Outcome:
    """Answer user/logout. Raises: Refused."""
    if call.value("Logout") != "1":
        raise Refused(PARAMETER)
    stick.sessions.log_out(call.session)
    return DONE


def _switch(call: Call, name: str) -> bool:
    value = call.value(name)
    if value not in SWITCHES:
        raise Refused(PARAMETER)
    return SWITCHES[value]


def data_switch(stick: Stick, call: Call) -> Outcome:
    """Answer dialup/mobile-dataswitch: data session on or off. Raises: Refused."""
    stick.switch_data(_switch(call, "dataswitch"), call.now_s)
    return DONE


def dial(stick: Stick, call: Call) -> Outcome:
    """Answer dialup/dial: 1 connects, 0 disconnects. Raises: Refused."""
    stick.switch_data(_switch(call, "Action"), call.now_s)
    return DONE


def _number(call: Call, name: str, old: str) -> str:
    text = call.value(name)
    if text is None:
        return old
    if not text.isdecimal():
        raise Refused(PARAMETER)
    return text


def set_dial(stick: Stick, call: Call) -> Outcome:
    """Answer POST dialup/connection: take over the numbers given. Raises: Refused."""
    old = stick.dial
    roam = _number(call, "RoamAutoConnectEnable", old.roam)
    idle, mode = _number(call, "MaxIdelTime", old.idle_s), _number(call, "ConnectMode", old.mode)
    mtu = _number(call, "MTU", old.mtu)
    old.roam, old.idle_s, old.mode, old.mtu = roam, idle, mode, mtu
    return DONE


HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


def set_net_mode(stick: Stick, call: Call) -> Outcome:
    """Answer POST net/net-mode; the network is sought anew. Raises: Refused."""
    mode, band, lte = (call.value(name) for name in ("NetworkMode", "NetworkBand", "LTEBand"))
    if mode not in ALLOWED or not band or not lte or not HEXADECIMAL.issuperset(band + lte):
        raise Refused(PARAMETER)
    stick.set_net_mode(NetMode(mode, band, lte), call.now_s)
    return DONE


def register(stick: Stick, call: Call) -> Outcome:
    """Answer POST net/register: automatic, or manual in the present network only. Raises: Refused."""
    mode, plmn = call.value("Mode"), call.value("Plmn") or ""
    if mode not in {"0", "1"} or (mode == "1" and plmn != stick.line.plmn):
        raise Refused(PARAMETER)
    stick.line.seek_network(call.now_s)
    return DONE


ENTER_PIN, ENTER_PUK = "0", "4"  # RASPAP; the latter: memory
WRONG_PIN, WRONG_PUK = 112001, 112004  # DOCUMENT
NEEDED = {ENTER_PIN: CardState.PIN, ENTER_PUK: CardState.PUK}


def operate_pin(stick: Stick, call: Call) -> Outcome:
    """Answer pin/operate: the PIN, or the PUK and a new PIN, where the card asks for it. Raises: Refused."""
    kind, pin, line = call.value("OperateType") or "", call.value("CurrentPin") or "", stick.line
    if line.card_state(call.now_s) is not NEEDED.get(kind):
        raise Refused(PARAMETER)
    if kind == ENTER_PIN:
        right, code = line.enter_pin(pin, call.now_s), WRONG_PIN
    else:
        new_pin, puk = call.value("NewPin") or "", call.value("PukCode") or ""
        right, code = line.unblock(puk, new_pin, call.now_s), WRONG_PUK
    if not right:
        raise Refused(code)
    return DONE


def control(stick: Stick, call: Call) -> Outcome:
    """Answer device/control: 1 restarts; 4, shutting down, is beyond a stick. Raises: Refused."""
    wanted = call.value("Control")
    if wanted == SHUT_DOWN:
        raise Refused(NOT_SUPPORTED)
    if wanted != RESTART:
        raise Refused(PARAMETER)
    stick.restart(call.now_s)
    return DONE
