"""The four families that are known best, each from cold boot to a data session, by a transcript.

No line is ours to invent: where each shape was seen stands beside it. Numbers of subscribers and devices are
made up; addresses are private ones.
"""

import asyncio
import socket
import time

import pytest

from modem_drivers.families.procedures import DataMode
from modem_drivers.modem import Modem
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.ports.http import HttpPort
from modem_drivers.procedures.data import Access, connect, disconnect
from modem_drivers.procedures.hilink import connect_hilink, disconnect_hilink
from modem_drivers.procedures.look import look_at, tell_causes
from modem_drivers.session import decide_state

ACCESS = Access(apn="internet")
COMMON = {
    "AT": "",
    "ATE0": "",
    "AT+CMEE=1": "",
    "AT+CMGF=0": "",
    "AT+CREG=2": "",
    "AT+CEREG=2": "",
    "AT+CGSN": "861234567890123",
    "AT+CIMI": "510101234567890",
    "AT+CPIN?": "+CPIN: READY",
    "AT+CGATT=1": "",
    'AT+CGDCONT=1,"IPV4V6","internet"': "",
}
EC25 = COMMON | {
    "AT+CGMI": "Quectel",
    "AT+CGMM": "EC25",
    "AT+CGMR": "EC25EFAR06A08M4G",
    "AT+CREG=3": None,
    "AT+CEREG=3": None,
    'AT+QCFG="usbnet"': '+QCFG: "usbnet",1',  # forums.quectel.com t/6793: +QCFG: "usbnet",0 and its meanings
    "AT+QNETDEVCTL=1,1,1": "",
    "AT+QNETDEVCTL=0,1": "",
    "AT+CGPADDR=1": '+CGPADDR: 1,"10.64.3.9"',  # 27.007 10.1.14
    "AT+CGCONTRDP=1": '+CGCONTRDP: 1,5,"internet.mnc010.mcc510.gprs","10.64.3.9.255.255.255.252",'
    '"10.64.3.10","10.17.3.244","10.17.3.245"',  # 27.007 10.1.23
    "AT+CGEQOSRDP=1": "+CGEQOSRDP: 1,9,0,0,0,0,150000,50000",  # 27.007 10.1.28
}
SIM7600 = COMMON | {
    "AT+CGMI": "SIMCOM INCORPORATED",
    "AT+CGMM": "SIMCOM_SIM7600G-H",
    "AT+CGMR": "LE20B05SIM7600G22",
    # github.com/Xinyuan-LilyGO/T-SIM7600X issue 90: +CPIN, SMS DONE, PB DONE, +CEREG: 0,1, +CGATT: 1
    "AT$QCRMCALL=1,1,1,2,1": "$QCRMCALL: 1, V4",
    "AT$QCRMCALL=0,1": "$QCRMCALL: 1, V4",
    "AT+CGPADDR=1": "+CGPADDR: 1,10.64.3.9",  # without quotes, as the module writes it: memory
    "AT+CGCONTRDP=1": "+CGCONTRDP: 1,5,internet.mnc010.mcc510.gprs,10.64.3.9,,10.17.3.244,10.17.3.245",
}
RM520N = COMMON | {
    "AT+CGMI": "Quectel",
    "AT+CGMM": "RM520N-GL",
    "AT+CGMR": "RM520NGLAAR03A03M4G",
    "AT+CREG=3": "",
    "AT+CEREG=3": "",
    "AT+C5GREG=3": "",
    'AT+QCFG="usbnet"': '+QCFG: "usbnet",1',  # github.com/xhikarishii/openwrt-ipq issue 3 (there: 0)
    "AT+CGACT=1,1": "",
    "AT+CGACT=0,1": "",
    # +QMAP: "WWAN",<connected>,<mux>,"IPV4","<address>": three public programs have these two lines
    'AT+QMAP="WWAN"': '+QMAP: "WWAN",1,1,"IPV4","10.110.61.83"\r\n+QMAP: "WWAN",0,1,"IPV6","0:0:0:0:0:0:0:0"',
    "AT+CGPADDR=1": '+CGPADDR: 1,"10.110.61.83","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"',
    "AT+CGCONTRDP=1": '+CGCONTRDP: 1,5,"internet","10.110.61.83","","10.17.3.244","10.17.3.245"',
    "AT+CGEQOSRDP=1": "+CGEQOSRDP: 1,8,0,0,0,0,1000000,100000",
}
LTE_UP = {"AT+CEREG?": '+CEREG: 2,1,"4A2","1B4C01",7', "AT+CGATT?": "+CGATT: 1"}
NSA_UP = {
    "AT+CEREG?": '+CEREG: 3,1,"439E","29E5B01",7',
    "AT+C5GREG?": "+C5GREG: 3,0",
    "AT+CGATT?": "+CGATT: 1",
}
SA_UP = {
    "AT+CEREG?": "+CEREG: 3,0",
    "AT+C5GREG?": '+C5GREG: 3,1,"C3","24211A484",11,4,"01.000000"',  # 27.007 10.1.47
    "AT+CGATT?": "+CGATT: 1",
}
BUSY = {"AT+CPIN?": "+CME ERROR: 14", "AT+CEREG?": "+CEREG: 2,0", "AT+CREG?": "+CREG: 2,0"}
SEARCHING = {"AT+CPIN?": "+CPIN: READY", "AT+CEREG?": "+CEREG: 2,2"}
# What each says unasked while it starts. Quectel: manual of the EC2x series, V2.0 2.21 (as the simulator
# cites it) and memory; SIM7600: the issue above.
QUECTEL_BOOT = (
    b"\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: NOT READY\r\n\r\n+QUSIM: 1\r\n\r\n+CPIN: READY\r\n"
    b"\r\n+QIND: SMS DONE\r\n"
)
SIMCOM_BOOT = b"\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n"


async def states(responder, modem, *changes):
    """Return the state's name after each of *changes* to what the modem answers."""
    names = []
    for change in changes:
        responder.table |= change
        look = await look_at(modem, home_plmn="51010")
        names.append(decide_state(look.facts).name)
    return names


@pytest.mark.parametrize(
    ("table", "boot", "up", "mode", "session_is"),
    [
        (EC25, QUECTEL_BOOT, LTE_UP, DataMode.ECM, (("10.64.3.9",), 9, 150000)),
        (SIM7600, SIMCOM_BOOT, LTE_UP, None, (("10.64.3.9",), None, None)),
        (RM520N, QUECTEL_BOOT, NSA_UP, DataMode.ECM, (("10.110.61.83",), 8, 1000000)),
        (RM520N, QUECTEL_BOOT, SA_UP, DataMode.ECM, (("10.110.61.83",), 8, 1000000)),
    ],
    ids=["EC25", "SIM7600", "RM520N NSA", "RM520N SA"],
)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_from_cold_boot_to_a_data_session(responder_class, table, boot, up, mode, session_is, step):
    async def main():
        responder = responder_class(table, step=step)
        responder.say(boot)
        modem = await Modem.open(responder.path)
        responder.overlapped.clear()  # the first AT came into the banner
        await tell_causes(modem)
        idle = {"AT+CGPADDR=1": '+CGPADDR: 1,"0.0.0.0"'}
        seen = await states(responder, modem, BUSY, SEARCHING, up | idle)
        responder.table |= table | up
        session = await connect(modem, ACCESS, mode)
        seen += await states(responder, modem, {})
        await disconnect(modem, ACCESS, mode)
        responder.table |= idle
        seen += await states(responder, modem, {})
        modem.close()
        responder.close()
        return seen, session, modem.identity.family, responder.overlapped

    seen, session, family, overlapped = asyncio.run(main())
    assert seen == ["sim busy", "searching", "attached", "data", "attached"]
    assert (session.addresses, session.qci, session.ambr_down_kbps) == session_is
    assert session.dns == ("10.17.3.244", "10.17.3.245")
    assert family != "generic"
    assert overlapped == []


# --- E3372h HiLink: firmware 22 as github.com/trick77/huawei-hilink-status pull 4 shows its status, names of
# the others as in public-driver RaspAP/raspap-webgui huawei_hilink_api.sh 0625fcc; values made up ---

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\r\n<response>\r\n'
STATUS = (
    "<ConnectionStatus>{connection}</ConnectionStatus>\r\n<SignalStrength></SignalStrength>\r\n"
    "<CurrentNetworkType>19</CurrentNetworkType>\r\n<RoamingStatus>0</RoamingStatus>\r\n"
    "<WanIPAddress>{address}</WanIPAddress>\r\n<PrimaryDns>10.17.3.244</PrimaryDns>\r\n"
    "<SecondaryDns>10.17.3.245</SecondaryDns>\r\n<ServiceStatus>2</ServiceStatus>\r\n"
)


class Stick:
    """The far end of a socket: answers by the state of its data switch, and wants a fresh token a POST."""

    def __init__(self):
        self.on, self.asked, self.number = False, [], 0
        self.tokens: list[str] = []

    async def dial(self):
        ours, theirs = socket.socketpair()
        self._task = asyncio.ensure_future(self._serve(theirs))
        return ours

    async def _serve(self, sock):
        reader, writer = await asyncio.open_connection(sock=sock)
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *rest = head.decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in rest if line)
            body = await reader.readexactly(int(headers.get("Content-Length", 0)))
            method, path, _ = first.split()
            inner, extra = self._answer(method, path, headers, body.decode())
            data = f"{HEAD}{inner}</response>\r\n".encode() if "<error>" not in inner else inner.encode()
            writer.write(f"HTTP/1.1 200 OK\r\n{extra}Content-Length: {len(data)}\r\n\r\n".encode() + data)

    def _answer(self, method, path, headers, body):
        self.asked.append(f"{method} {path}")
        if path == "/api/webserver/SesTokInfo":
            self.number += 1
            self.tokens = [f"token{self.number}"]
            return f"<SesInfo>SessionID=abc</SesInfo>\r\n<TokInfo>{self.tokens[0]}</TokInfo>\r\n", ""
        if method == "POST":
            if headers.get("__RequestVerificationToken") not in self.tokens:
                return "<error><code>125003</code><message></message></error>", ""
            self.number += 1
            self.tokens = [f"token{self.number}"]
            self.on = "<dataswitch>1</dataswitch>" in body
            return "OK", f"__RequestVerificationToken: {self.tokens[0]}\r\n"
        answers = {
            "/api/user/state-login": "<State>0</State>\r\n<password_type>4</password_type>\r\n",
            "/api/dialup/mobile-dataswitch": f"<dataswitch>{int(self.on)}</dataswitch>\r\n",
            "/api/monitoring/status": STATUS.format(
                connection=901 if self.on else 902, address="10.64.3.9" if self.on else ""
            ),
        }
        return answers[path], ""


def test_a_hilink_stick_from_switched_off_to_a_data_session_and_back():
    async def main():
        stick = Stick()
        port = HilinkPort(HttpPort("192.168.8.1", stick.dial), clock=time.time_ns)
        async with asyncio.timeout(10):
            session = await connect_hilink(port, every_s=0.01)
            on = stick.on
            await disconnect_hilink(port)
            again = await connect_hilink(port, every_s=0.01)
        port.close()
        stick._task.cancel()
        return session, on, again, stick.asked

    session, on, again, asked = asyncio.run(main())
    assert (session.mode, session.addresses) == (DataMode.HILINK, ("10.64.3.9",))
    assert session.dns == ("10.17.3.244", "10.17.3.245")
    assert on is True
    assert again == session
    assert asked.count("GET /api/webserver/SesTokInfo") == 1
    assert asked.count("POST /api/dialup/mobile-dataswitch") == 3
