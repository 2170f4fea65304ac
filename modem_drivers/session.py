"""What state a modem's session is in, as one table over what was seen; the first row that holds decides.

Facts in, state out: no port, no clock. Outcomes are the classes of the MQTT contract.
# Ref: 3GPP TS 24.301 9.9.3.9 (EMM causes), TS 24.501 9.11.3.2 (5GMM causes), TS 27.007 7.2, 8.3, 9.2
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from modem_drivers.reading import REGISTERED_STATS, CellReading

HOME_MCC = "510"
TRIES_TO_KEEP = 3  # a PIN is entered only where so many tries are left: a mistake of ours never locks a card
STUCK_TIMEOUTS = 3
DENIED = 3
CME_STATES = {10: "ABSENT", 11: "SIM PIN", 12: "SIM PUK", 13: "FAILED", 14: "BUSY", 15: "WRONG", 515: "BUSY"}
"""+CME ERROR of AT+CPIN? as states; 515 "please wait": thread (faucamp/python-gsmmodem 12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was seen of one modem; None: not asked, or not answered.

    usb: "absent", "storage" or "modem"; booted: seconds since the port came up are enough; timeouts: commands
    in a row without an answer; sim: +CPIN's state, or one of CME_STATES; registered_plmn: numeric.
    """

    usb: str = "modem"
    booted: bool = True
    timeouts: int = 0
    sim: str | None = None
    stat: int | None = None
    reject_cause: int | None = None
    home_plmn: str | None = None
    registered_plmn: str | None = None
    attached: bool | None = None
    address: str | None = None


class State(NamedTuple):
    """A row. outcome: whose it is while it lasts; data_allowed: whether data may be used at all."""

    name: str
    holds: Callable[[Facts], bool]
    outcome: str
    data_allowed: bool
    text: str
    text_id: str


class Cause(NamedTuple):
    """A reject cause: its words in the standard, and whose it is."""

    words: str
    outcome: str


CAUSES = {  # TS 24.301 9.9.3.9; 3, 5 and 6 are our card or our IMEI (the whitelist bars non-phones too)
    2: Cause("IMSI unknown in HSS", "box"),
    3: Cause("illegal UE", "box"),
    5: Cause("IMEI not accepted", "box"),
    6: Cause("illegal ME", "box"),
    7: Cause("EPS services not allowed", "policy"),
    8: Cause("EPS services and non-EPS services not allowed", "policy"),
    9: Cause("UE identity cannot be derived by the network", "operator"),
    10: Cause("implicitly detached", "operator"),
    11: Cause("PLMN not allowed", "policy"),
    12: Cause("tracking area not allowed", "policy"),
    13: Cause("roaming not allowed in this tracking area", "policy"),
    14: Cause("EPS services not allowed in this PLMN", "policy"),
    15: Cause("no suitable cells in tracking area", "operator"),
    16: Cause("MSC temporarily not reachable", "operator"),
    17: Cause("network failure", "operator"),
    18: Cause("CS domain not available", "operator"),
    19: Cause("ESM failure", "operator"),
    22: Cause("congestion", "operator"),
    25: Cause("not authorized for this CSG", "policy"),
    27: Cause("N1 mode not allowed", "policy"),  # TS 24.501 9.11.3.2
    35: Cause("requested service option not authorized in this PLMN", "policy"),
    40: Cause("no EPS bearer context activated", "operator"),
    42: Cause("severe network failure", "operator"),
    62: Cause("no network slices available", "operator"),  # TS 24.501 9.11.3.2
}
ESM_CAUSES = {  # TS 24.301 9.9.4.4; also CME ERROR less 100 (TS 27.007 9.2.2.2). What we asked for is ours
    8: Cause("operator determined barring", "policy"),
    26: Cause("insufficient resources", "operator"),
    27: Cause("missing or unknown APN", "box"),
    28: Cause("unknown PDN type", "box"),
    29: Cause("user authentication failed", "box"),
    30: Cause("request rejected by serving or PDN gateway", "operator"),
    31: Cause("request rejected, unspecified", "undetermined"),
    32: Cause("service option not supported", "operator"),
    33: Cause("requested service option not subscribed", "policy"),
    34: Cause("service option temporarily out of order", "operator"),
    36: Cause("regular deactivation", "operator"),
    38: Cause("network failure", "operator"),
    39: Cause("reactivation requested", "operator"),
    50: Cause("PDN type IPv4 only allowed", "box"),
    51: Cause("PDN type IPv6 only allowed", "box"),
    54: Cause("PDN connection does not exist", "operator"),
    55: Cause("multiple PDN connections for a given APN not allowed", "policy"),
    65: Cause("maximum number of EPS bearers reached", "box"),
}
BARE_CAUSES = frozenset({28, 29, 33, 34, 36, 38, 39})
UNKNOWN_CAUSE = Cause("a cause not in the table", "undetermined")


def _registered(facts: Facts) -> bool:
    return facts.stat in REGISTERED_STATS


def _is_home(facts: Facts) -> bool:
    return _registered(facts) and (facts.stat in (1, 6, 9) or facts.home_plmn == facts.registered_plmn)


def _is_national(facts: Facts) -> bool:
    plmn = facts.registered_plmn or ""
    return _registered(facts) and not _is_home(facts) and plmn.startswith(HOME_MCC)


def _sim(*states: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.sim in states


def _ready(facts: Facts) -> bool:
    return facts.sim in (None, "READY")


TABLE: tuple[State, ...] = (
    State(
        "absent",
        lambda f: f.usb == "absent",
        "box",
        False,
        "no modem on this USB place: check cable and power",
        "tidak ada modem di tempat USB ini: periksa kabel dan daya",
    ),
    State(
        "storage",
        lambda f: f.usb == "storage",
        "box",
        False,
        "the stick shows itself as a disk: it needs usb_modeswitch",
        "modem tampil sebagai disk: perlu usb_modeswitch",
    ),
    State(
        "stuck",
        lambda f: f.booted and f.timeouts >= STUCK_TIMEOUTS,
        "box",
        False,
        "the modem does not answer: it will be reset",
        "modem tidak menjawab: akan direset",
    ),
    State("booting", lambda f: not f.booted, "box", False, "the modem is starting", "modem sedang menyala"),
    State(
        "sim absent",
        _sim("ABSENT"),
        "box",
        False,
        "no SIM card: insert one",
        "kartu SIM tidak ada: pasang kartu",
    ),
    State(
        "sim pin",
        _sim("SIM PIN"),
        "box",
        False,
        "the SIM card asks for its PIN: give it in the configuration",
        "kartu SIM meminta PIN: isi di konfigurasi",
    ),
    State(
        "sim puk",
        _sim("SIM PUK"),
        "box",
        False,
        "the SIM card is locked: the operator's PUK is needed",
        "kartu SIM terkunci: perlu PUK dari operator",
    ),
    State("sim busy", _sim("BUSY"), "box", False, "the SIM card is not ready yet", "kartu SIM belum siap"),
    State(
        "sim failed",
        lambda f: not _ready(f),
        "box",
        False,
        "the SIM card cannot be used: clean its contacts or replace it",
        "kartu SIM tidak dapat dipakai: bersihkan atau ganti",
    ),
    State(
        "denied",
        lambda f: f.stat == DENIED,
        "undetermined",
        False,
        "the network refuses this SIM card or modem",
        "jaringan menolak kartu SIM atau modem ini",
    ),
    State(
        "data",
        lambda f: (_is_home(f) or _is_national(f)) and bool(f.address),
        "ok",
        True,
        "a data session with an address",
        "sesi data dengan alamat",
    ),
    State(
        "international roaming",
        lambda f: _registered(f) and not _is_home(f) and not _is_national(f),
        "policy",
        False,
        "registered in a foreign network: no data is used",
        "terdaftar di jaringan luar negeri: data tidak dipakai",
    ),
    State(
        "attached",
        lambda f: _registered(f) and bool(f.attached),
        "ok",
        True,
        "registered and attached, no address yet",
        "terdaftar dan tersambung, belum ada alamat",
    ),
    State(
        "national roaming",
        _is_national,
        "ok",
        True,
        "registered in another Indonesian network: normal, and labelled so",
        "terdaftar di jaringan Indonesia lain: wajar",
    ),
    State("home", _is_home, "ok", True, "registered in the home network", "terdaftar di jaringan sendiri"),
    State(
        "searching",
        lambda f: True,
        "operator",
        False,
        "no network is found: a measurement too",
        "jaringan tidak ditemukan: ini juga hasil ukur",
    ),
)


LABELLED = frozenset({"data", "attached"})
"""States that go on in another Indonesian network, and say so."""


def decide_state(facts: Facts) -> State:
    """Return the state of a modem of which *facts* were seen; of a denied one, with its cause's outcome."""
    state = next(row for row in TABLE if row.holds(facts))
    if state.name in LABELLED and _is_national(facts):
        return state._replace(
            text=f"{state.text}, by national roaming in {facts.registered_plmn}: normal",
            text_id=f"{state.text_id}, lewat roaming nasional di {facts.registered_plmn}: wajar",
        )
    if state.name != "denied":
        return state
    cause = cause_of(facts.reject_cause)
    words = "no cause was told" if facts.reject_cause is None else f"{facts.reject_cause}, {cause.words}"
    return state._replace(
        outcome=cause.outcome, text=f"{state.text}: {words}", text_id=f"{state.text_id}: {words}"
    )


def cause_in_words(words: str) -> int | None:
    """Return the reject cause that *words* (of AT+CEER, 27.007 6.10) name as the standard does, or None."""
    plain = words.lower()
    named = [number for number, cause in CAUSES.items() if cause.words.lower() in plain]
    return max(named, key=lambda number: len(CAUSES[number].words), default=None)


def cause_of(reject_cause: int | None) -> Cause:
    """Return the row of a reject cause; one that is not in the table is undetermined."""
    return UNKNOWN_CAUSE if reject_cause is None else CAUSES.get(reject_cause, UNKNOWN_CAUSE)


def esm_cause_of(number: int | None) -> Cause:
    """Return the row of the cause for which a data session was refused; unknown ones are undetermined."""
    return UNKNOWN_CAUSE if number is None else ESM_CAUSES.get(number, UNKNOWN_CAUSE)


def cme_to_esm(number: int | None) -> int | None:
    """Return the network's cause in a +CME ERROR of a data command, None if it holds none.

    TS 27.007 9.2.2.2 counts from 100 (133: cause 33); some firmwares give the bare cause, which is believed
    where 9.2.1 gives that number no meaning of its own (30 is "no network service").
    """
    if number is None:
        return None
    return number - 100 if number - 100 in ESM_CAUSES else number if number in BARE_CAUSES else None


# --- the card ---


def pin_mark(pin: str, key: bytes) -> str:
    """Return what is stored of a PIN that failed: nothing from which it can be read without *key*."""
    return hmac.new(key, pin.encode(), hashlib.sha256).hexdigest()


def may_enter_pin(pin: str, *, tries_left: int | None, failed: frozenset[str], key: bytes) -> bool:
    """Tell whether *pin* may be entered: it never failed, and TRIES_TO_KEEP tries are left for sure."""
    return tries_left is not None and tries_left >= TRIES_TO_KEEP and pin_mark(pin, key) not in failed


def sms_capability(*, cs_stat: int | None, ims_registered: bool | None) -> str:
    """Return over what SMS can arrive: "ims", "cs" (circuit domain or SGs), "none" or "unknown".

    cs_stat: +CREG's; data working says nothing of SMS. Ref: TS 23.272 8 (SMS over SGs), TS 23.204.
    """
    if ims_registered:
        return "ims"
    if cs_stat in REGISTERED_STATS:
        return "cs"
    return "unknown" if cs_stat is None or ims_registered is None else "none"


def is_shared_cell(one: CellReading, other: CellReading) -> bool | None:
    """Tell whether two lines camp on one cell: same identity and area, or same channel, PCI and area.

    None: too little was said. PLMNs differ where networks are shared (TS 23.251), so they do not count.
    """
    if None not in (one.cell_id, one.tac, other.cell_id, other.tac):
        return (one.cell_id, one.tac) == (other.cell_id, other.tac)
    if None not in (one.earfcn, one.pci, one.tac, other.earfcn, other.pci, other.tac):
        return (one.earfcn, one.pci, one.tac) == (other.earfcn, other.pci, other.tac)
    return None
