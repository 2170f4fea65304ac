"""What a modem was read to say: frozen values, None where the modem did not say.

Times are Unix nanoseconds; they are None until the session on a port (modem_drivers.modem) has stamped them.
`raw` holds the fields as the modem wrote them, by name; `problems` says, field by field, what was damaged.
Subscriber numbers (IMSI, ICCID, MSISDN) have no place here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

REGISTERED_STATS = frozenset({1, 5, 6, 7, 9, 10})
ROAMING_STATS = frozenset({5, 7, 10})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReading:
    """One reading of the serving cell's signal, as one reply gave it.

    state: "searching", "limited", "idle", "connected", "no_service", "in_service"; None if not said.
    rssi_dbm is the whole carrier's power, rsrp_dbm one resource element's (TS 36.214 5.1.1, 5.1.3, 5.1.16).
    secondary: further cells of the same answer; rat is "EN-DC" where one of them is NR beside an LTE cell.
    """

    rat: str | None
    rsrp_dbm: float | None = None
    rsrq_db: float | None = None
    sinr_db: float | None = None
    rssi_dbm: float | None = None
    state: str | None = None
    command: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    t_sent_ns: int | None = None
    t_received_ns: int | None = None
    secondary: tuple[SignalReading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReading:
    """The serving cell. plmn "51010"; tac, cell_id, pci, earfcn integers; bandwidths in hertz.

    secondary: further cells that serve at the same time (EN-DC: the NR cell; carrier aggregation).
    """

    rat: str | None
    state: str | None = None
    plmn: str | None = None
    tac: int | None = None
    cell_id: int | None = None
    pci: int | None = None
    earfcn: int | None = None
    band: int | None = None
    duplex: str | None = None
    bandwidth_hz: int | None = None
    uplink_bandwidth_hz: int | None = None
    command: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    t_sent_ns: int | None = None
    t_received_ns: int | None = None
    secondary: tuple[CellReading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Where the modem is registered (3GPP TS 27.007 7.2, 10.1.22). stat is the standard's number."""

    stat: int
    plmn: str | None = None
    rat: str | None = None
    tac: int | None = None
    cell_id: int | None = None
    cause_type: int | None = None
    reject_cause: int | None = None
    command: str = ""
    problems: tuple[str, ...] = ()

    @property
    def registered(self) -> bool:
        """True if the network has let the modem in, at home or roaming."""
        return self.stat in REGISTERED_STATS

    @property
    def roaming(self) -> bool:
        """True if the modem is registered in a network other than its home network."""
        return self.stat in ROAMING_STATS


def with_registration(cell: CellReading | None, found: Registration) -> CellReading:
    """Return *cell* (None: an empty one) with the network, area and cell of *found* where it says none."""
    if cell is None:
        cell = CellReading(rat=found.rat, command=found.command, problems=found.problems)
    return replace(
        cell,
        plmn=found.plmn,
        tac=found.tac if cell.tac is None else cell.tac,
        cell_id=found.cell_id if cell.cell_id is None else cell.cell_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkName:
    """One source's answer to "what is this network called". source: the command that said it."""

    source: str
    full: str | None = None
    short: str | None = None
    spn: str | None = None
    plmn: str | None = None
    problems: tuple[str, ...] = ()


def name_sent(names: Iterable[NetworkName]) -> NetworkName | None:
    """Return the first of *names* with a full or short name: what the network sent, and who says so."""
    return next((name for name in names if name.full or name.short), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The modem itself. imei: 15 digits; hidden from repr."""

    manufacturer: str | None = None
    model: str | None = None
    revision: str | None = None
    imei: str | None = field(default=None, repr=False)
    family: str = "generic"


class SmsPlace(NamedTuple):
    """Where a part stands in a concatenated message: its reference (8 or 16 bits), total and number."""

    reference: int
    reference_bits: int
    total: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPart:
    """One TPDU, read (3GPP TS 23.040 9.2.2). kind: "deliver", "submit" or "status-report".

    peer: sender of a deliver, recipient of the others; peer and text are private and hidden from repr.
    alphabet: "gsm7", "8bit" or "ucs2"; text is None for 8-bit data, which stands in `data`.
    sent_utc: the service centre's stamp; zone_minutes: the offset that it was written with. status (of a
    report): TP-ST as it came; done_utc: when that was reached.
    """

    kind: str
    peer: str = field(repr=False)
    alphanumeric: bool = False
    smsc: str | None = None
    text: str | None = field(default=None, repr=False)
    data: bytes = field(default=b"", repr=False)
    alphabet: str = "gsm7"
    message_class: int | None = None
    protocol: int = 0
    coding: int = 0
    sent_utc: datetime | None = None
    zone_minutes: int | None = None
    place: SmsPlace | None = None
    ports: tuple[int, int] | None = None
    more_follow: bool = False
    report_asked: bool = False
    reference: int | None = None
    status: int | None = None
    done_utc: datetime | None = None
    problems: tuple[str, ...] = ()
