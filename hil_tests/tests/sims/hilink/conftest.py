"""A stick without sockets: a fixed SIM and radio, requests by hand, the time as the test says."""

import re
from dataclasses import dataclass, field
from random import Random

import pytest
from msgspec import structs

from hil_tests.sims.at_modem.modem import build_modem
from hil_tests.sims.hilink.api import Api
from hil_tests.sims.hilink.device import Life
from hil_tests.sims.hilink.faults import parse_faults
from hil_tests.sims.hilink.firmware import NEW, OLD
from hil_tests.sims.hilink.line import Line
from hil_tests.sims.hilink.sessions import Sessions
from hil_tests.sims.hilink.stick import Stick
from hil_tests.sims.hilink.wire import Request
from hil_tests.sims.network.profile import Incoming, Profile
from hil_tests.sims.network.settings import Network
from hil_tests.sims.network.terminal import Lies
from hil_tests.sims.trace import Trace, TracePoint

PROFILE = Profile(
    plmn="51010",
    brand="Telkomsel",
    imei="864612041234563",
    imsi="510101234567890",
    iccid="8962101234567890123",
    name_full="PILIH JUJUR",
    name_short="TSEL",
    spn="Telkomsel",
    band=3,
    earfcn=1850,
    pci=321,
    tac=0x1A2B,
    cell_id=0x3C4D5E,
)
INCOMING = (Incoming(after_s=50.0, sender="KPU", text="TPS <7> buka"),)
RADIO = (-96.4, -10.3, 12.4)


@dataclass
class Hands:
    """A client that keeps its cookie, and its token if told so."""

    api: Api
    stick: Stick
    cookie: str = ""
    tokens: list[str] = field(default_factory=list)
    now_s: float = 5.0

    def ask(self, method, path, body="", *, token=None):
        """Return the whole answer."""
        headers = {"cookie": self.cookie} if self.cookie else {}
        if token:
            headers["__requestverificationtoken"] = token
        return self.api.answer(Request(method, path, headers, body.encode()), self.now_s)

    def get(self, path):
        """Return the body of GET /api/*path*."""
        return self.ask("GET", f"/api/{path}").response.body.decode()

    def begin(self):
        """Take a session and a token from SesTokInfo."""
        body = self.get("webserver/SesTokInfo")
        (sid,) = re.findall("<SesInfo>(?:SessionID=)?(.+)</SesInfo>", body)
        self.cookie = f"SessionID={sid}"
        self.tokens += re.findall("<TokInfo>(.+)</TokInfo>", body)
        return self

    def post(self, path, inner, *, token=None):
        """Return the body of a POST with the next token kept, or *token*."""
        body = f'<?xml version="1.0" encoding="UTF-8"?><request>{inner}</request>'
        answer = self.ask("POST", f"/api/{path}", body, token=token or self.tokens.pop(0))
        self.tokens += [
            one
            for name, value in answer.response.headers
            if name == "__RequestVerificationToken"
            for one in value.split("#")
        ]
        return answer.response.body.decode()


@pytest.fixture
def hands():
    """Return a function that makes a stick and a client of it; *network*: settings of the network."""

    def make(*, firmware=OLD, radio=RADIO, password=None, faults=(), incoming=INCOMING, **network):
        profile = structs.replace(PROFILE, incoming=incoming, network=Network(**network))
        plan = parse_faults(faults)
        lies = Lies(rsrp=plan.has("wrong-rsrp"), name=plan.has("wrong-name"))
        trace = Trace((TracePoint(0.0, *radio),))
        modem = build_modem(1, profile, start_s=0.0, start_unix_s=1_731_000_000, trace=trace, lies=lies)
        stick = Stick(
            line=Line(modem),
            firmware=firmware,
            serial="G4PDM15709000000",
            sessions=Sessions(Random(2), password),
            life=Life(0.0),
            start_s=0.0,
            blank_signal=plan.has("no-signal"),
        )
        return Hands(Api(stick, plan), stick)

    return make


@pytest.fixture
def old():
    """Return firmware 22."""
    return OLD


@pytest.fixture
def new():
    """Return firmware 10."""
    return NEW
