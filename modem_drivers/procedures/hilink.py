"""A HiLink stick to a data session and back: login where it asks for one, the data switch, the address.

user/state-login: State 0 is logged in, or no login is wanted; -1 is not; password_type 4 is the hashed one:
public-driver (Salamek/huawei-lte-api huawei_lte_api/api/User.py 060b793). ConnectionStatus 901 is connected,
902 is not, 900 and 903 are between: memory (public clients). The answer of device/information has
WanIPAddress on firmware 10 (thread trackIT-Systems/tsOS-vhf issue 3), monitoring/status on firmware 22
(thread trick77/huawei-hilink-status pull 4).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from modem_drivers.errors import ApiError, DataRefused, Unsupported
from modem_drivers.families.hilink_session import password_4
from modem_drivers.families.procedures import DataMode
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.procedures.data import DataSession
from modem_drivers.session import Facts

LOGIN_STATE, LOGIN = "user/state-login", "user/login"
SWITCH, STATUS, INFORMATION = "dialup/mobile-dataswitch", "monitoring/status", "device/information"
CONNECTED, SERVICE = "901", "2"
HASHED = "4"
RIGHTS_WANTED = 100003
UP_WITHIN_S, EVERY_S = 40.0, 1.0
PIN_STATUS = "pin/status"
SIM_STATES = {"255": "ABSENT", "256": "BUSY", "257": "READY", "260": "SIM PIN", "261": "SIM PUK"}
"""pin/status SimState: public-driver (RaspAP/raspap-webgui huawei_hilink_api.sh 0625fcc); 256: memory."""
CONNECTION_WORDS = {"900": "connecting", "901": "connected", "902": "disconnected", "903": "disconnecting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The stick's own user; an empty password: it asks for none."""

    user: str = "admin"
    password: str = field(default="", repr=False)


async def log_in(port: HilinkPort, login: Login) -> None:
    """Log in, if the stick asks for it.

    Raises: ApiError (108006: wrong, 108007: too many were wrong); Unsupported, for a scheme not known here.
    """
    state = (await port.get(LOGIN_STATE)).element.texts()
    if state.get("State") == "0":
        return
    if state.get("password_type") != HASHED:
        raise Unsupported(port.address, f"{LOGIN} with password_type {state.get('password_type', 'none')}")
    if not login.password:
        raise ApiError(f"POST /api/{LOGIN}", RIGHTS_WANTED, "login required, and no password is configured")
    await port.post(
        LOGIN,
        lambda token: (
            ("Username", login.user),
            ("Password", password_4(login.user, login.password, token)),
            ("password_type", HASHED),
        ),
    )


async def connect_hilink(
    port: HilinkPort, login: Login | None = None, *, within_s: float = UP_WITHIN_S, every_s: float = EVERY_S
) -> DataSession:
    """Switch the stick's data on and wait until it is connected.

    Raises: DataRefused, if it is not within *within_s*; ApiError, PortLost, HttpTimeout, MalformedReply,
    Unsupported.
    """
    await log_in(port, login or Login())
    await switch_data(port, on=True)
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + within_s
    while True:
        status = (await port.get(STATUS)).element.texts()
        if status.get("ConnectionStatus") == CONNECTED:
            return await _session(port, status)
        if loop.time() >= deadline_s:
            raise DataRefused(f"GET /api/{STATUS}", None, _why_not(status))
        await asyncio.sleep(every_s)


async def disconnect_hilink(port: HilinkPort, login: Login | None = None) -> None:
    """Switch the stick's data off. Raises: as connect_hilink."""
    await log_in(port, login or Login())
    await switch_data(port, on=False)


async def switch_data(port: HilinkPort, *, on: bool) -> None:
    """Switch data, if it is not so already. Raises: ApiError, PortLost, HttpTimeout, MalformedReply."""
    wanted = str(int(on))
    if (await port.get(SWITCH)).element.texts().get("dataswitch") != wanted:
        await port.post(SWITCH, (("dataswitch", wanted),))


def _why_not(status: dict[str, str]) -> str:
    state = status.get("ConnectionStatus", "")
    words = CONNECTION_WORDS.get(state, f"ConnectionStatus {state or 'not said'}")
    return words if status.get("ServiceStatus") == SERVICE else f"{words}, and no service"


async def _session(port: HilinkPort, status: dict[str, str]) -> DataSession:
    texts = status if status.get("WanIPAddress") else (await port.get(INFORMATION)).element.texts() | status
    dns = texts.get("wan_dns_address", "").split(",") if "wan_dns_address" in texts else []
    dns = dns or [texts.get(name, "") for name in ("PrimaryDns", "SecondaryDns")]
    address = texts.get("WanIPAddress", "")
    return DataSession(
        mode=DataMode.HILINK,
        cid=1,
        addresses=(address,) if address else (),
        dns=tuple(text for text in dns if text),
    )


async def look_at_stick(port: HilinkPort, *, home_plmn: str | None) -> Facts:
    """Return the facts of a stick's session. Its card's IMSI is not read: *home_plmn* is the configuration's.

    Raises: ApiError, PortLost, HttpTimeout, MalformedReply.
    """
    sim = SIM_STATES.get((await port.get(PIN_STATUS)).element.texts().get("SimState", ""))
    registration = await port.registration()
    status = (await port.get(STATUS)).element.texts()
    facts = Facts(
        sim=sim,
        stat=registration.stat,
        home_plmn=home_plmn,
        registered_plmn=registration.plmn,
        attached=False,
    )
    if not registration.registered:
        return facts
    session = await _session(port, status) if status.get("ConnectionStatus") == CONNECTED else None
    address = session.addresses[0] if session and session.addresses else None
    return replace(facts, attached=True, address=address)
