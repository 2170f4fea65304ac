"""The modem session of one line: open, identify, then one radio reading a second, for ever.

A modem that fails is reported with its cause and tried again; the measurements of the line go on without it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import msgspec

from edge.measure.failures import failure
from edge.measure.result import Failure
from edge.service.messages import ModemFailed, ModemReady, NetworkSeen, Sample
from modem_drivers.errors import (
    CommandFailed,
    CommandTimeout,
    MalformedReply,
    ModemError,
    PortLost,
    Unsupported,
)
from modem_drivers.modem import Modem
from modem_drivers.reading import CellReading, Registration, SignalReading, name_sent

RETRY_S = 5.0
NETWORK_EVERY_S = 20.0
SIGNAL_KEYS = ("rsrp_dbm", "rsrq_db", "sinr_db", "rssi_dbm")
CELL_KEYS = ("pci", "earfcn", "band", "tac", "cell_id")
REGISTRATION = {0: "not-registered", 1: "home", 2: "searching", 3: "denied", 4: "unknown", 5: "roaming"}
"""+CREG <stat>, 3GPP TS 27.007 7.2; others are published as their number."""

Send = Callable[[msgspec.Struct], None]


async def watch_modem(
    port: str, open_modem: Callable[[], Awaitable[Modem]], send: Send, *, every_s: float
) -> None:
    """Report ModemReady, NetworkSeen, Sample or ModemFailed until cancelled."""
    reported = ""
    while True:
        try:
            await _session(await open_modem(), send, every_s)
        except ModemError as exc:
            err = modem_failure(port, exc)
            if err.code != reported:
                send(ModemFailed(err))
            reported = err.code
        await asyncio.sleep(RETRY_S)


async def _session(modem: Modem, send: Send, every_s: float) -> None:
    with closing(modem):
        identity = await modem.identify()
        send(ModemReady(identity.model or "", identity.revision or "", await _home_plmn(modem)))
        loop = asyncio.get_running_loop()
        network_due = next_due = loop.time()
        cell: CellReading | None = None
        while True:
            send(sample_of(await modem.signal(), cell))
            if loop.time() >= network_due:
                send(await _network(modem))
                cell = await _cell(modem)
                network_due = loop.time() + NETWORK_EVERY_S
            next_due = max(next_due + every_s, loop.time())
            await asyncio.sleep(next_due - loop.time())


async def _home_plmn(modem: Modem) -> str | None:
    """Return the SIM's home network; None when the SIM does not say (absent, PIN)."""
    try:
        return await modem.home_plmn()
    except (CommandFailed, Unsupported):
        return None


async def _cell(modem: Modem) -> CellReading | None:
    try:
        return await modem.cell()
    except (CommandFailed, Unsupported):
        return None


async def _network(modem: Modem) -> NetworkSeen:
    registration = await modem.registration()
    sent = name_sent(await modem.names())
    return NetworkSeen(
        registration=_stat(registration),
        plmn=registration.plmn,
        rat=registration.rat,
        name_sent=sent.full if sent else None,
        name_short=sent.short if sent else None,
        name_sim=sent.spn if sent else None,
    )


def _stat(registration: Registration) -> str:
    return REGISTRATION.get(registration.stat, str(registration.stat))


def sample_of(reading: SignalReading, cell: CellReading | None) -> Sample:
    """Return the published form: known figures in `values`, the others with a reason in `nv`."""
    values: dict[str, float | int | str] = {}
    nv: dict[str, str] = {}
    for key in SIGNAL_KEYS:
        figure = getattr(reading, key)
        if figure is None:
            nv[key] = "not reported"
        else:
            values[key] = figure
    for key in CELL_KEYS if cell else ():
        if (fact := getattr(cell, key)) is not None:
            values[key] = fact
    for key, text in (("rat", reading.rat), ("state", reading.state), ("command", reading.command)):
        if text:
            values[key] = text
    return Sample(t_ns=reading.t_received_ns or 0, values=values, nv=nv)


def modem_failure(port: str, exc: ModemError) -> Failure:
    """Return the cause of *exc* as a row of the failure table."""
    match exc:
        case PortLost():
            code = "modem.port_lost" if Path(port).exists() else "modem.absent"
            detail = exc.reason
        case CommandTimeout():
            code = "modem.garbage" if exc.seen else "modem.silent"
            detail = f"{exc.command}, waited {exc.timeout_s:g} s" + (
                f", heard '{exc.seen}'" if exc.seen else ""
            )
        case MalformedReply():
            code, detail = "modem.garbage", f"expected {exc.expected}, heard '{exc.line[:60]}'"
        case _:
            code, detail = "modem.refused", exc.text
    return failure(code, where=port, detail=detail)
