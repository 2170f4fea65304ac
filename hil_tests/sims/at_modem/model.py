"""What a personality is, as facts: its rows, ports, banner and quirks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.modem import LOCATION, Banner, Modem, standard_words
from hil_tests.sims.at_modem.provenance import Source
from hil_tests.sims.at_modem.table import Fill, Row, TablePersonality
from hil_tests.sims.network.carriers import LTE_MODES, Mode
from hil_tests.sims.network.terminal import Event


class Role(Enum):
    """What a USB interface of a modem is for."""

    AT = "at"  # the port of `--link`: commands and unsolicited lines
    MODEM = "modem"  # a second AT port, the one that dials (PPP)
    NMEA = "nmea"
    DIAG = "diag"
    AUDIO = "audio"
    NET = "net"  # qmi, ecm, ncm or rndis: no tty


class Port(NamedTuple):
    """One USB interface: its number in the configuration, and its role."""

    interface: int
    role: Role


class Quirk(NamedTuple):
    """One habit of a model that surprises a client, in a sentence, and where it was learnt."""

    name: str
    sentence: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One personality. `slow_s` has the seconds of whole commands that take longer than their row says;
    `registers` the defaults of E, V, +CMEE... where they are not the engine's; `location` the template of
    what follows <stat> of +CREG: and its like, `stat_words` {command: {<stat> of the standard: its own}}.
    `modes` are those the radio can do; `words` says what happens by itself; `unsolicited` names the port for
    that, `positions` tells whether the NMEA port talks.

    `deep`: every command a driver uses is there, with boot, timing, messages, data; else the main ones.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    fill: Fill
    usb_id: tuple[int, int]
    ports: tuple[Port, ...]
    banner: Banner
    ports_source: Source
    banner_source: Source
    quirks: tuple[Quirk, ...] = ()
    slow_s: Mapping[str, float] = field(default_factory=dict)
    registers: Mapping[str, int] = field(default_factory=dict)
    location: str = LOCATION
    stat_words: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    modes: frozenset[Mode] = LTE_MODES
    words: Callable[[Modem, Event, float], list[str]] = standard_words
    unsolicited: Callable[[Modem], Role] = lambda _: Role.AT
    positions: Callable[[Modem], bool] = lambda _: False
    deep: bool = False

    def build(self, modem: Modem) -> TablePersonality:
        """Return the words of this model on *modem*."""
        modem.banner, modem.location_format = self.banner, self.location
        modem.stat_words = self.stat_words
        modem.radio.allowed, modem.word_event = self.modes, self.words
        return TablePersonality(self.rows, modem, self.fill, self.slow_s)

    def engine(self, modem: Modem, *, echo_stuck: bool = False) -> Engine:
        """Return the dialogue of this model on *modem*."""
        return Engine(self.build(modem), echo_stuck=echo_stuck, registers=self.registers)


def compose(
    base: Iterable[Row], own: Iterable[Row], *, without: frozenset[str] = frozenset()
) -> tuple[Row, ...]:
    """Return *base* minus the names *without*; a row of *own* stands in for the one of its name."""
    rows = {row.name: row for row in base if row.name not in without}
    rows.update({row.name: row for row in own})
    return tuple(rows.values())


def cited(rows: Iterable[Row], sources: Mapping[str, Source]) -> tuple[Row, ...]:
    """Return *rows*, those named in *sources* with that source in place of their own.

    Raises: KeyError, for a name no row has.
    """
    found = {row.name: row for row in rows}
    found.update({name: replace(found[name], source=source) for name, source in sources.items()})
    return tuple(found.values())
