"""What `pantau modems` finds: configured lines and whatever else is plugged in, each asked for its state."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.config.model import Line
from edge.service.clock import SystemClock
from edge.service.modem_task import modem_failure
from modem_drivers.discovery.directory import DeviceDirectory, PortKind, UsbPort
from modem_drivers.discovery.holders import find_holders
from modem_drivers.discovery.slots import Slot, find_scan_port, group_slots
from modem_drivers.errors import (
    CommandFailed,
    CommandTimeout,
    MalformedReply,
    ModemError,
    PortLost,
    Unsupported,
)
from modem_drivers.families.catalogue import family_of_usb
from modem_drivers.families.generic import GENERIC, advice
from modem_drivers.families.usb_ports import LAYOUTS, OTHER_STATES, OtherState, PortRole, find_state
from modem_drivers.modem import Modem
from modem_drivers.procedures.look import look_at, tell_causes
from modem_drivers.radio.plmn import find_network
from modem_drivers.reading import SignalReading, name_sent
from modem_drivers.session import STUCK_TIMEOUTS, Facts, State, decide_state

MAKERS = frozenset({row.vid for row in LAYOUTS} | {row.vid for row in OTHER_STATES})
HELD = State(
    "held",
    lambda _: False,
    "box",
    False,
    "{} is held by {}: stop it (a port has one user)",
    "{} dipakai oleh {}: hentikan dulu (satu port satu pemakai)",
)
NO_SCAN_PORT = (
    "it has no second AT port: no samples are taken while it scans for networks (AT+COPS=?, up to minutes)",
    "tidak ada port AT kedua: tidak ada sampel selama pencarian jaringan (AT+COPS=?, bisa beberapa menit)",
)
NO_PORT = State("no port", lambda _: False, "box", False, "{}", "{}")


class PortRow(msgspec.Struct, frozen=True):
    """One port of a modem; holders: "ModemManager (pid 812)"."""

    device: str
    role: str
    interface: int | None = None
    holders: tuple[str, ...] = ()


class ModemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One modem. state: of the session's table, or "held", "no port"; outcome "ok": it is ready.

    text, text_id: what the state means and what to do; trouble, trouble_id: the same, where it is not ready;
    scan_port: where a scan for networks does not stop the samples; lack, lack_id: what is lost without one.
    advice, advice_id: of a modem that no family knows, what to record and send in.
    """

    slot: str
    port: str = ""
    configured: bool = False
    usb_id: str = ""
    family: str = ""
    ports: tuple[PortRow, ...] = ()
    scan_port: str = ""
    lack: str = ""
    lack_id: str = ""
    model: str = ""
    firmware: str = ""
    home_plmn: str = ""
    brand: str = ""
    registration: str = ""
    shows: str = ""
    rat: str = ""
    rsrp_dbm: float | None = None
    state: str = ""
    outcome: str = ""
    text: str = ""
    text_id: str = ""
    trouble: str = ""
    trouble_id: str = ""
    advice: str = ""
    advice_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place to look at, before anything was asked."""

    slot: str
    port: str
    configured: bool
    usb_id: tuple[int, int] | None = None
    ports: tuple[UsbPort, ...] = ()

    @property
    def other_state(self) -> OtherState | None:
        """What the device is, if it is no modem with an AT port (yet)."""
        return find_state(*self.usb_id) if self.usb_id else None


def candidates(lines: Sequence[Line], ports: Sequence[str], directory: DeviceDirectory) -> list[Candidate]:
    """Return the configured *lines*, then the modems on the bus that are none of them, then bare *ports*."""
    slots = {slot.usb_path: slot for slot in group_slots(directory.ports())}
    found = [_of_line(line, slots.get(line.slot)) for line in lines]
    taken = {line.slot for line in lines}
    found += [_of_slot(slot) for slot in slots.values() if slot.usb_path not in taken and is_modem(slot)]
    taken |= set(slots)
    for device in directory.devices():
        if device.usb_path not in taken and find_state(device.vid, device.pid):
            place = (device.vid, device.pid)
            found.append(Candidate(slot=device.usb_path, port="", configured=False, usb_id=place))
    return found + [Candidate(slot=Path(port).name, port=port, configured=False) for port in ports]


def is_modem(slot: Slot) -> bool:
    """Tell whether a device looks like a modem: a known id or maker, two serial ports, a control port."""
    serial = sum(port.kind is PortKind.TTY for port in slot.ports)
    control = any(port.kind is PortKind.CONTROL for port in slot.ports)
    return slot.other_state is not None or (slot.vid in MAKERS and serial > 0) or serial > 1 or control


def _of_slot(slot: Slot) -> Candidate:
    port = slot.port_with(PortRole.AT) or slot.port_with(PortRole.AT_SECOND)
    device = port.device if port and port.kind is PortKind.TTY else ""
    usb_id = (slot.vid, slot.pid)
    return Candidate(slot=slot.usb_path, port=device, configured=False, usb_id=usb_id, ports=slot.ports)


def _of_line(line: Line, slot: Slot | None) -> Candidate:
    if slot is None:
        return Candidate(slot=line.slot, port=line.at_port, configured=True)
    seen = _of_slot(slot)
    return Candidate(
        slot=line.slot,
        port=line.at_port or seen.port,
        configured=True,
        usb_id=seen.usb_id,
        ports=seen.ports,
    )


async def survey(found: Iterable[Candidate]) -> list[ModemRow]:
    """Return a row for each candidate, all asked at the same time."""
    return list(await asyncio.gather(*(_row(one) for one in found)))


async def _row(one: Candidate) -> ModemRow:
    ports = tuple(_port_row(port) for port in one.ports)
    usb_id = f"{one.usb_id[0]:04x}:{one.usb_id[1]:04x}" if one.usb_id else ""
    family = family_of_usb(*one.usb_id).name if one.usb_id else ""
    scan = find_scan_port(one.ports, one.slot)
    lack, lack_id = NO_SCAN_PORT if one.ports and one.port and scan is None else ("", "")
    row = ModemRow(
        slot=one.slot,
        port=one.port,
        configured=one.configured,
        usb_id=usb_id,
        family=family,
        ports=ports,
        scan_port=scan.device if scan else "",
        lack=lack,
        lack_id=lack_id,
    )
    return _advised(await _asked(one, row))


async def _asked(one: Candidate, row: ModemRow) -> ModemRow:
    other = one.other_state
    if other is not None and not one.port:
        if other.needs == "usb_modeswitch":
            return _with_state(row, decide_state(Facts(usb="storage")))
        return _with_state(
            row,
            _filled(NO_PORT, f"{other.what}; it needs {other.needs}", f"{other.what}; perlu {other.needs}"),
        )
    if not one.port and one.ports:
        words = "no row tells which of its ports speaks AT", "belum diketahui port mana yang menerima AT"
        return _with_state(row, _filled(NO_PORT, *words))
    if not one.port or not Path(one.port).exists():
        return _with_state(row, decide_state(Facts(usb="absent")))
    if holders := _holders(one.port):
        return _with_state(
            row,
            HELD._replace(
                text=HELD.text.format(one.port, ", ".join(holders)),
                text_id=HELD.text_id.format(one.port, ", ".join(holders)),
            ),
        )
    try:
        modem = await Modem.open(one.port, clock=SystemClock().unix_ns)
        with closing(modem):
            return await _read(row, modem)
    except ModemError as exc:
        return _failed(row, exc)


def _filled(state: State, text: str, text_id: str) -> State:
    return state._replace(text=state.text.format(text), text_id=state.text_id.format(text_id))


def _failed(row: ModemRow, exc: ModemError) -> ModemRow:
    """Return *row* of a modem that could not be asked to the end."""
    err = modem_failure(row.port, exc)
    facts = Facts(timeouts=STUCK_TIMEOUTS) if isinstance(exc, CommandTimeout) else Facts()
    name = (
        decide_state(facts).name
        if isinstance(exc, CommandTimeout)
        else "absent"
        if isinstance(exc, PortLost)
        else "stuck"
    )
    told = msgspec.structs.replace(row, state=name, outcome="box", text=err.text, text_id=err.text_id)
    return msgspec.structs.replace(told, trouble=err.text, trouble_id=err.text_id)


async def _read(row: ModemRow, modem: Modem) -> ModemRow:
    """Return *row* with what the modem says; a question that it refuses leaves its answer out."""
    identity = modem.identity
    row = msgspec.structs.replace(
        row, family=modem.family.name, model=identity.model or "", firmware=identity.revision or ""
    )
    await tell_causes(modem)
    home = await _home(modem)
    look = await look_at(modem, home_plmn=home)
    network = find_network(home) if home else None
    where = look.registration
    row = msgspec.structs.replace(
        row,
        home_plmn=home or "",
        brand=network.brand if network else "",
        registration=f"{where.plmn or '?'} ({where.stat})" if where else "",
        rat=(where.rat or "") if where else "",
        shows=await _shown(modem),
        rsrp_dbm=(await _signal(modem)).rsrp_dbm,
    )
    return _with_state(row, decide_state(look.facts))


async def _home(modem: Modem) -> str | None:
    try:
        return await modem.home_plmn()
    except (CommandFailed, MalformedReply):
        return None


async def _shown(modem: Modem) -> str:
    try:
        sent = name_sent(await modem.names())
    except (CommandFailed, MalformedReply, Unsupported):
        return ""
    return (sent.full or sent.short or "") if sent else ""


async def _signal(modem: Modem) -> SignalReading:
    try:
        return await modem.signal()
    except (CommandFailed, MalformedReply, Unsupported):
        return SignalReading(rat=None)


def _with_state(row: ModemRow, state: State) -> ModemRow:
    ready = state.outcome == "ok"
    return msgspec.structs.replace(
        row,
        state=state.name,
        outcome=state.outcome,
        text=state.text,
        text_id=state.text_id,
        trouble="" if ready else state.text,
        trouble_id="" if ready else state.text_id,
    )


def _advised(row: ModemRow) -> ModemRow:
    """Add what to send in, for a modem that is there and that no family knows."""
    who = row.model or row.usb_id
    if not who or row.family != GENERIC.name:
        return row
    port = row.port or "PORT"
    return msgspec.structs.replace(
        row,
        advice=advice(row.family, who, port) or "",
        advice_id=advice(row.family, who, port, "id") or "",
    )


def _port_row(port: UsbPort) -> PortRow:
    holders = _holders(port.device) if port.kind is not PortKind.NETWORK else ()
    return PortRow(port.device, port.role.value, port.interface, holders)


def _holders(port: str) -> tuple[str, ...]:
    """Return who else has *port* open; of other users' processes only root sees it."""
    try:
        found = find_holders(Path(port))
    except OSError:
        return ()
    return tuple(f"{holder.command} (pid {holder.pid})" for holder in found if holder.pid != os.getpid())
