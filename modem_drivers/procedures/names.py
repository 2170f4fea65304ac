"""Every source of the network's name that one modem has, side by side, each with its age.

    watch = NameWatch(clock)                 # on_urc=watch.heard
    heard = await watch.collect(modem)       # (NamedBy("nitz_full", "#PemiluDamai2024", age_s=4.1), ...)

A modem keeps the last name that a network sent, so the age counts from the time that the network was heard to
send its name and time (+CTZV and its like); where that was never heard, it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from modem_drivers.at.card_files import (
    CPHS_NAME,
    CPHS_SHORT,
    OPL,
    PNN,
    SPDI,
    SPN,
    Opl,
    Pnn,
    decode_alpha,
    decode_opl,
    decode_pnn,
    decode_size,
    decode_spdi,
    decode_spn,
)
from modem_drivers.at.channel import Command
from modem_drivers.errors import CommandFailed, MalformedReply, Unsupported
from modem_drivers.modem import Modem
from modem_drivers.reading import NetworkName

TELL_TIME = (Command("AT+CTZR=2"), Command("AT+CTZR=1"))  # 27.007 7.12: NITZ is told of as it comes
TOLD = re.compile(r"(\+CTZ[VUER]|\^NWTIME|\+NITZ|\*PSUTTZ)\s*:", re.IGNORECASE)
READ_BINARY, READ_RECORD, GET_RESPONSE = 176, 178, 192
WRONG_LENGTH = 0x6C  # TS 102 221 10.2.1: SW2 is the right one
RECORDS_AT_MOST = 16
ANY_AREA = (0x0000, 0xFFFE)
NS_PER_S = 1_000_000_000
_CRSM = re.compile(r'\+CRSM:\s*(\d{1,3})\s*,\s*(\d{1,3})(?:\s*,\s*"?([0-9A-Fa-f]*)"?)?')
KINDS = {  # what a command's full and short names are; others: as the network sent them
    "+COPS": ("cops_long", "cops_short"),
    "^EONS": ("eons", "eons"),
}
SENT = ("nitz_full", "nitz_short")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """One source. kind: a word of edge's rules ("spn", "pnn", "nitz_full", ...); age_s: None is not known.

    Of a file of the card age_s is None: it does not age. plmns: SPDI's of an SPN; those that OPL names so.
    """

    kind: str
    text: str
    age_s: float | None = None
    display: int | None = None
    plmns: tuple[str, ...] = ()


class NameWatch:
    """When the network was last heard to send its name, and what it is called by whom."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._sent_ns: int | None = None

    def heard(self, line: str, t_ns: int) -> None:
        """Take a line that was said unasked."""
        if TOLD.match(line):
            self._sent_ns = t_ns

    def forget(self) -> None:
        """The modem was restarted or attached anew: what it holds now may be old."""
        self._sent_ns = None

    @property
    def age_s(self) -> float | None:
        """Seconds since the network was heard to send its name and time; None if it never was."""
        return None if self._sent_ns is None else (self._clock() - self._sent_ns) / NS_PER_S

    async def prepare(self, modem: Modem) -> bool:
        """Have the network's name and time told of as they come; False if the modem cannot.

        Raises: CommandTimeout, PortLost.
        """
        for command in TELL_TIME:
            try:
                await modem.session.ask(command)
            except CommandFailed:
                continue
            return True
        return False

    async def collect(self, modem: Modem) -> tuple[NamedBy, ...]:
        """Return every source that has a name now. Raises: CommandTimeout, PortLost."""
        on_card = await read_card_names(modem)
        try:
            told = await modem.names()
        except (Unsupported, MalformedReply, CommandFailed):
            told = ()
        has_spn = any(source.kind == "spn" for source in on_card)
        return (*on_card, *_told(told, self.age_s, with_spn=not has_spn))


def _told(names: Iterable[NetworkName], age_s: float | None, *, with_spn: bool) -> list[NamedBy]:
    found = []
    for name in names:
        full, short = KINDS.get(name.source, SENT)
        found += [
            NamedBy(kind=kind, text=text, age_s=age_s)
            for kind, text in ((full, name.full), (short, name.short))
            if text
        ]
        if with_spn and name.spn:
            found.append(NamedBy(kind="spn", text=name.spn))
    return found


async def read_card_names(modem: Modem) -> tuple[NamedBy, ...]:
    """Return the names on the card: EF_SPN with EF_SPDI, EF_PNN with EF_OPL, CPHS.

    Raises: CommandTimeout, PortLost.
    """
    found: list[NamedBy] = []
    spn = decode_spn(await _read(modem, SPN) or b"")
    if spn is not None:
        listed = decode_spdi(await _read(modem, SPDI) or b"")
        found.append(NamedBy(kind="spn", text=spn.name, display=spn.display, plmns=listed))
    pnns = [decode_pnn(data) for data in await _records(modem, PNN)]
    opls = [decode_opl(data) for data in await _records(modem, OPL)]
    found += _by_opl(pnns, [opl for opl in opls if opl is not None])
    for identifier in (CPHS_NAME, CPHS_SHORT):
        text = decode_alpha(await _read(modem, identifier) or b"").strip("\0 ")
        if text:
            found.append(NamedBy(kind="cphs", text=text))
    return tuple(found)


def _by_opl(pnns: list[Pnn | None], opls: list[Opl]) -> list[NamedBy]:
    """Return each PNN with the networks that EF_OPL gives it to; without EF_OPL the first is the home's.

    Rows of EF_OPL for some areas of a network only are left out: which area serves is not looked at.
    """
    named = [(number, pnn.full or pnn.short or "") for number, pnn in enumerate(pnns, 1) if pnn is not None]
    if not opls:
        return [NamedBy(kind="pnn", text=text) for number, text in named if number == 1]
    found = []
    for number, text in named:
        rows = [opl for opl in opls if opl.record == number and (opl.first_area, opl.last_area) == ANY_AREA]
        if rows:
            found.append(NamedBy(kind="pnn", text=text, plmns=tuple(opl.plmn for opl in rows)))
    return found


async def _read(modem: Modem, identifier: int) -> bytes | None:
    """Return a file without records; None if there is none or the card does not give it."""
    size = decode_size(await _crsm(modem, f"{GET_RESPONSE},{identifier},0,0,15") or b"")
    octets = 0 if size is None else min(size.octets, 255)
    return await _crsm(modem, f"{READ_BINARY},{identifier},0,0,{octets}")


async def _records(modem: Modem, identifier: int) -> list[bytes]:
    size = decode_size(await _crsm(modem, f"{GET_RESPONSE},{identifier},0,0,15") or b"")
    if size is None or not size.record_octets:
        return []
    found = []
    for number in range(1, min(size.octets // size.record_octets, RECORDS_AT_MOST) + 1):
        data = await _crsm(modem, f"{READ_RECORD},{identifier},{number},4,{size.record_octets}")
        found.append(data or b"")
    return found


async def _crsm(modem: Modem, words: str) -> bytes | None:
    """Return what AT+CRSM=*words* gives; asked once more where the card names the right length."""
    said = await _answer(modem, words)
    if said is not None and said[0] == WRONG_LENGTH:
        said = await _answer(modem, f"{words.rpartition(',')[0]},{said[1]}")
    return said[2] if said is not None and said[0] in (0x90, 0x91, 0x9F) else None


async def _answer(modem: Modem, words: str) -> tuple[int, int, bytes] | None:
    try:
        lines = (await modem.session.ask(Command(f"AT+CRSM={words}", ("+CRSM:",), timeout_s=10.0))).lines
    except CommandFailed:
        return None
    found = _CRSM.match(lines[0]) if lines else None
    if found is None:
        return None
    text = found[3] or ""
    return int(found[1]), int(found[2]), bytes.fromhex(text[: len(text) // 2 * 2])
