"""What the network is called, by each source, and what a telephone would show (TS 22.101 A.3, A.4). Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from hil_tests.sims.network.settings import NameSetting


class Operator(NamedTuple):
    """A network as a modem's built-in table names it."""

    plmn: str
    brand: str
    short: str


OPERATORS = (  # MCC 510, in service; dated 2026-11
    Operator("51001", "Indosat", "ISAT"),
    Operator("51009", "Smartfren", "SF"),
    Operator("51010", "Telkomsel", "TSEL"),
    Operator("51011", "XL", "XL"),
    Operator("51089", "3", "3"),
)
ABROAD = (  # neighbours, for international roaming
    Operator("50212", "Maxis", "Maxis"),
    Operator("52501", "Singtel", "Singtel"),
    Operator("51503", "SMART", "SMART"),
)


def table_name(plmn: str) -> Operator:
    """Return the table's row of *plmn*; an unknown network is called by its number."""
    return next((row for row in OPERATORS + ABROAD if row.plmn == plmn), Operator(plmn, plmn, plmn))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a telephone shows: the provider's name, the network's, or both, and whence the latter."""

    provider: str | None
    network: str | None
    source: str  # "pnn", "cphs", "nitz", "table"


def network_name(names: NameSetting, *, home: bool, nitz: str | None, table: str) -> tuple[str, str]:
    """Return (name, source) of the registered network, by precedence: EF_OPL/EF_PNN, CPHS, NITZ, table.

    Without EF_OPL the first record of EF_PNN names the home network (TS 31.102 4.2.58); CPHS names it too.
    """
    if names.pnn and (names.opl or home):
        return names.pnn[0][0], "pnn"
    if home and names.cphs_full is not None:
        return names.cphs_full, "cphs"
    return (nitz, "nitz") if nitz is not None else (table, "table")


def displayed(
    names: NameSetting, *, spn: str, home: str, registered: str, nitz: str | None, table: str
) -> Shown:
    """Return what a telephone shows; the display bits of EF_SPN decide (TS 31.102 4.2.12)."""
    at_home = registered == home or registered in names.spdi
    name, source = network_name(names, home=registered == home, nitz=nitz, table=table)
    if not spn:
        return Shown(None, name, source)
    if at_home:
        return Shown(spn, name if names.show_rplmn else None, source)
    return Shown(None if names.hide_spn_abroad else spn, name, source)
