"""To a data session and back, by the rows of the modem's family.

The address is read back from the modem (AT+CGPADDR, AT+CGCONTRDP), or from the program that made the session;
what the network grants (QCI, AMBR) is asked with it. A refusal carries the network's own cause.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from modem_drivers.at.channel import Command
from modem_drivers.at.replies import Value
from modem_drivers.errors import (
    CmeError,
    CommandFailed,
    CommandTimeout,
    DataRefused,
    MalformedReply,
    PortLost,
    ToolFailed,
    Unsupported,
)
from modem_drivers.families.parse import parse_reply
from modem_drivers.families.procedures import Await, BringUp, DataMode, Ensure, ResetKind, Run, Say, Step
from modem_drivers.modem import Modem
from modem_drivers.procedures.tools import find_address, last_words, run_tool
from modem_drivers.session import ESM_CAUSES, cause_of, cme_to_esm, esm_cause_of

READ_S = 10.0
ADDRESS_WITHIN_S = 20.0
REGISTER_S = 60.0
NO_ADDRESSES = frozenset({"0.0.0.0", "::"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is asked of the network. pdp: "IP", "IPV6" or "IPV4V6"; auth: 0 none, 1 PAP, 2 CHAP.

    device: the control port of QMI and MBIM, /dev/cdc-wdm0; environ: of the programs that are run.
    """

    apn: str
    pdp: str = "IPV4V6"
    cid: int = 1
    user: str = ""
    password: str = field(default="", repr=False)
    auth: int = 0
    device: str = ""
    environ: Mapping[str, str] | None = field(default=None, repr=False)

    def fill(self, text: str) -> str:
        """Return *text* with the fields in braces filled in."""
        for name in ("cid", "apn", "pdp", "user", "password", "auth", "device"):
            text = text.replace("{" + name + "}", str(getattr(self, name)))
        return text

    def shown(self, text: str) -> str:
        """Return *text* so filled in, but for user and password."""
        return replace(self, user="...", password="..." if self.password else "").fill(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSession:
    """A data session. addresses: IPv4 "10.1.2.3", IPv6; prefix lengths where told apart; dns in their order.

    qci: 4G; qi_5g: 5G; ambr_*_kbps: what the network allows the subscription, kbit/s; None: not said.
    """

    mode: DataMode
    cid: int
    addresses: tuple[str, ...]
    apn: str | None = None
    gateway: str | None = None
    dns: tuple[str, ...] = ()
    qci: int | None = None
    qi_5g: int | None = None
    ambr_down_kbps: int | None = None
    ambr_up_kbps: int | None = None
    problems: tuple[str, ...] = ()


async def connect(
    modem: Modem, access: Access, mode: DataMode | None = None, *, register_s: float = REGISTER_S
) -> DataSession:
    """Bring *modem* to a data session in *mode* (None: its family's first), once it is registered.

    Raises: DataRefused, with the cause; Unsupported, if the family has no such row; PortLost, if the modem
    had to restart to take up its USB mode: connect again when it is back; CommandTimeout; ToolFailed.
    """
    row = _row(modem, mode)
    await _await_registered(modem, register_s)
    said = [await _take(step, modem, access) for step in row.up]
    found = next((address for text in reversed(said) if (address := find_address(text))), None)
    if found is not None:
        return DataSession(mode=row.mode, cid=access.cid, addresses=(found,), apn=access.apn)
    return await _await_address(modem, row.mode, access)


async def _await_registered(modem: Modem, within_s: float) -> None:
    """Wait for the network. Raises: DataRefused, with the cause of a refused registration in its words."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + within_s
    while True:
        cause: int | None = None
        try:
            found = await modem.registration()
        except (CommandFailed, MalformedReply) as error:
            why = error.text
        else:
            if found.registered:
                return
            why, cause = f"not registered (stat {found.stat})", found.reject_cause
        if loop.time() >= deadline_s:
            told = why if cause is None else f"{why}: {cause}, {cause_of(cause).words}"
            raise DataRefused("AT+CEREG?", None, told)
        await asyncio.sleep(1.0)


async def disconnect(modem: Modem, access: Access, mode: DataMode | None = None) -> None:
    """End the session that connect made. Raises: as connect."""
    for step in _row(modem, mode).down:
        await _take(step, modem, access)


def _row(modem: Modem, mode: DataMode | None) -> BringUp:
    row = modem.family.procedures.bring_up(mode)
    if row is None:
        raise Unsupported(modem.name, f"a data session in mode {mode.value if mode else 'any'}")
    return row


async def _take(step: Step, modem: Modem, access: Access) -> str:
    """Take one step; return what a program printed. Raises: as connect."""
    match step:
        case Say():
            await _say(step, modem, access)
        case Ensure():
            await _ensure(step, modem)
        case Await():
            await _await(step, modem, access)
        case Run():
            text = await run_tool(
                [access.fill(word) for word in step.argv], step.timeout_s, environ=access.environ
            )
            if step.until and not re.search(step.until, text):
                raise ToolFailed(step.argv[0], 0, last_words(text))
            return text
        case _:
            raise Unsupported(modem.name, f"HTTP to {step.path} on an AT port")
    return ""


async def _say(step: Say, modem: Modem, access: Access) -> None:
    """Say it; an error shows its text without user and password."""
    try:
        await modem.session.ask(Command(access.fill(step.text), timeout_s=step.timeout_s))
    except CommandTimeout as late:
        raise CommandTimeout(late.port, access.shown(step.text), late.timeout_s, "") from None
    except CommandFailed as refusal:
        if not step.may_fail:
            raise await refused(modem, access.shown(step.text), refusal) from None
    if step.settle_s:
        await asyncio.sleep(step.settle_s)


async def refused(modem: Modem, text: str, refusal: CommandFailed) -> DataRefused:
    """Return *refusal* of *text* with the network's cause: in the error itself, else by AT+CEER's words."""
    cause = cme_to_esm(refusal.number) if isinstance(refusal, CmeError) else None
    if cause is not None:
        return DataRefused(text, cause, esm_cause_of(cause).words)
    words = await _lines(modem, "AT+CEER", "+CEER:")
    told = words[0].partition(":")[2].strip().strip('"') if words else ""
    cause = next((number for number in _numbers(told)), None)
    return DataRefused(text, cause, "; ".join(part for part in (refusal.reason, told) if part))


def _numbers(words: str) -> Sequence[int]:
    """Return the network's cause in the words of AT+CEER, if they name it by number or in the standard's."""
    named = [number for number, cause in ESM_CAUSES.items() if cause.words.lower() in words.lower()]
    match = re.search(r"\b(?:cause|esm)\D{0,3}(\d{1,3})\b", words, re.IGNORECASE)
    return [int(match[1])] if match else named


async def _ensure(step: Ensure, modem: Modem) -> None:
    try:
        lines = (await modem.session.ask(Command(step.ask, (_head(step.ask),), step.timeout_s))).lines
        if any(re.search(step.holds, line) for line in lines):
            return
        await modem.session.ask(Command(step.set_to, timeout_s=step.timeout_s))
    except CommandFailed as refusal:
        if step.may_fail:
            return
        raise await refused(modem, step.ask, refusal) from None
    if step.restarts:
        await _restart(modem, step)


async def set_up(modem: Modem) -> None:
    """Say what the family has said once in a modem's life (updates over the air off), refused or not.

    Raises: CommandTimeout, PortLost.
    """
    for row in modem.family.procedures.set_up:
        for step in row.steps:
            try:
                await _take(step, modem, Access(apn=""))
            except (CommandFailed, Unsupported):
                continue


async def _restart(modem: Modem, step: Ensure) -> None:
    """Restart the modem by its family's word. Raises: PortLost, always."""
    reboot = modem.family.procedures.step(ResetKind.REBOOT)
    for text in reboot.says if reboot else ():
        try:
            await modem.session.ask(Command(text))
        except (CommandFailed, CommandTimeout):
            continue
    modem.close()
    raise PortLost(modem.name, f"the modem restarts to take up {step.set_to}")


async def _await(step: Await, modem: Modem, access: Access) -> None:
    """Ask until it holds. Raises: DataRefused, with the cause if there is one."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + step.within_s
    text = access.fill(step.ask)
    while True:
        for line in await _lines(modem, text, _head(text)):
            if re.search(step.until, line):
                return
            if step.refused and (match := re.search(step.refused, line)):
                cause = int(match["cause"])
                raise DataRefused(step.ask, cause, esm_cause_of(cause).words)
        if loop.time() >= deadline_s:
            plain = CommandFailed(step.ask, f"not so within {step.within_s:g} s")
            raise await refused(modem, step.ask, plain)
        await asyncio.sleep(step.every_s)


async def _await_address(modem: Modem, mode: DataMode, access: Access) -> DataSession:
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + ADDRESS_WITHIN_S
    while True:
        session = await read_session(modem, access.cid, mode)
        if session.addresses:
            return session
        if loop.time() >= deadline_s:
            raise await refused(modem, "AT+CGPADDR", CommandFailed("AT+CGPADDR", "no address was given"))
        await asyncio.sleep(1.0)


async def read_session(modem: Modem, cid: int, mode: DataMode = DataMode.AT_ONLY) -> DataSession:
    """Return what the modem says of context *cid*; without an address there is no session.

    Raises: CommandTimeout, PortLost.
    """
    problems: list[str] = []
    addresses = await _rows(modem, f"AT+CGPADDR={cid}", cid, problems)
    dynamic = await _rows(modem, f"AT+CGCONTRDP={cid}", cid, problems)
    quality = await _rows(modem, f"AT+CGEQOSRDP={cid}", cid, problems)
    if not quality:
        quality = await _rows(modem, f"AT+C5GQOSRDP={cid}", cid, problems)
    return DataSession(
        mode=mode,
        cid=cid,
        addresses=_addresses(addresses) or _addresses(dynamic),
        apn=_text(dynamic, "apn"),
        gateway=_text(dynamic, "gateway"),
        dns=tuple(
            text
            for row in dynamic
            for key in ("dns", "dns_2")
            if (text := row.get(key)) and isinstance(text, str)
        ),
        qci=_number(quality, "qci"),
        qi_5g=_number(quality, "qi_5g"),
        ambr_down_kbps=_number(quality, "dl_ambr_kbps"),
        ambr_up_kbps=_number(quality, "ul_ambr_kbps"),
        problems=tuple(problems),
    )


async def read_addresses(modem: Modem, cid: int) -> tuple[str, ...]:
    """Return the addresses of context *cid* alone. Raises: CommandTimeout, PortLost."""
    return _addresses(await _rows(modem, f"AT+CGPADDR={cid}", cid, []))


Rows = Sequence[Mapping[str, Value | None]]


async def _rows(modem: Modem, text: str, cid: int, problems: list[str]) -> Rows:
    """Return the lines about context *cid* in the reply to *text*; none where it is refused or not known."""
    lines = await _lines(modem, text, _head(text))
    parsed = parse_reply(text, "\r\n".join(lines), modem.family.name)
    problems += parsed.problems
    rows = parsed.rows or ((parsed.fields,) if parsed.fields else ())
    return [row for row in rows if row.get("cid") == cid]


async def _lines(modem: Modem, text: str, prefix: str) -> tuple[str, ...]:
    try:
        return (await modem.session.ask(Command(text, (prefix,), timeout_s=READ_S))).lines
    except CommandFailed:
        return ()


def _head(text: str) -> str:
    """Return how the information lines of *text* begin: "+QCFG:" of 'AT+QCFG="usbnet"'."""
    return re.split(r"[=?]", text.removeprefix("AT"))[0] + ":"


def _addresses(rows: Rows) -> tuple[str, ...]:
    texts = [row.get(key) for row in rows for key in ("address", "address_2")]
    plain = [text.partition("/")[0] for text in texts if isinstance(text, str)]
    return tuple(dict.fromkeys(text for text in plain if text not in NO_ADDRESSES))


def _text(rows: Rows, key: str) -> str | None:
    return next((value for row in rows if isinstance(value := row.get(key), str) and value), None)


def _number(rows: Rows, key: str) -> int | None:
    return next((value for row in rows if isinstance(value := row.get(key), int)), None)
