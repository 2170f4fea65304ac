"""The network's name: what the network SENT, and what a class of phones WOULD SHOW for it.

Two facts, never mixed: the campaign's text may be sent and hidden by the SIM's own name. Rules of order are
rows; every source keeps its age, for a modem remembers the last name of a network it has long left.
Not modelled: the bit that asks for the SPN abroad, and OPL's areas (give the PNN that OPL chose).
# Ref: 3GPP TS 22.101 A.3 (PLMN name), A.4 (service provider name); TS 31.102 4.2.12 (EF_SPN),
# 4.2.58 (EF_PNN), 4.2.59 (EF_OPL), 4.2.66 (EF_SPDI)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

STALE_S = 24 * 3600.0
SENT_KINDS = ("nitz_full", "nitz", "eons", "nitz_short")  # by worth; read through QSPN, ^EONS, COPS, CTZE
Value = str | float | bool | None | list[dict[str, str | float | bool | None]]


class Rule(NamedTuple):
    """A kind of source that names the network on a phone, and where that is written."""

    kind: str
    ref: str


PLMN_NAME = (  # TS 22.101 A.3: the first that is there names the PLMN
    Rule("pnn", "TS 31.102 4.2.58 and 4.2.59: the operator's list on the SIM, by PLMN and area"),
    Rule("opl", "TS 31.102 4.2.59"),
    Rule("cphs", "CPHS 4.2 B.4.1.2: 6F14, 6F18 [memory]"),
    Rule("nitz_full", "TS 22.042: full name sent by the network"),
    Rule("nitz", "TS 22.042"),
    Rule("eons", "TS 22.042, as a modem shows it"),
    Rule("nitz_short", "TS 22.042: short name"),
    Rule("cops_long", "TS 27.007 7.3: what this modem shows"),
    Rule("cops_short", "TS 27.007 7.3"),
    Rule("table", "TS 22.101 A.3: the phone's own table"),
)
CLASSES = {  # which sources a class of phones looks at before the standard's order
    "standard": (),
    "android": (),  # SPN rule and PNN as the standard has them [memory: carrier configuration may differ]
    "iphone": ("carrier_bundle",),  # the operator's bundle first [memory]
    "no-sim-names": (),  # old or simple phones: network names only
}
READS_NO_SIM = frozenset({"no-sim-names"})
SIM_KINDS = frozenset({"spn", "pnn", "opl", "cphs", "spdi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of a name; age_s: since the network or the SIM said it, None: not known.

    Of an SPN: plmns are those of EF_SPDI beside the home network; show_plmn is the display bit, b1 of octet 1
    (at home the PLMN's name is shown too).
    """

    kind: str
    text: str | None
    age_s: float | None = None
    show_plmn: bool = False
    plmns: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The text without blanks around it; "" if the source said nothing."""
        return (self.text or "").strip()

    @property
    def fresh(self) -> bool:
        """True if it was said within STALE_S; a file of the SIM does not age."""
        return self.kind in SIM_KINDS or (self.age_s is not None and self.age_s <= STALE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameVerdict:
    """verdict: "shown" (phones show what the network sent), "hidden" (sent, and another name is shown),
    "stale" (sent once; nothing fresh says so), "not sent", "malformed".

    values: sent, sent_kind, sent_age_s; shown (several joined by " - "), shown_by, rule; sources, `fresh`.
    """

    verdict: str
    reason: str
    values: dict[str, Value] = field(default_factory=dict)


def decide_name(plmn: str, phone_class: str, sources: Iterable[Source], *, home: bool = True) -> NameVerdict:
    """Return what was sent and what a phone of *phone_class* registered in *plmn* would show.

    *home*: whether *plmn* is the SIM's own network. An unknown class counts as "standard".
    """
    kept = [source for source in sources if source.name]
    sent = _first(kept, SENT_KINDS)
    shown, ref = _shown(plmn, phone_class, kept, home=home)
    values: dict[str, Value] = {
        "sent": sent.name if sent else None,
        "sent_kind": sent.kind if sent else None,
        "sent_age_s": sent.age_s if sent else None,
        "shown": " - ".join(source.name for source in shown) or None,
        "shown_by": " - ".join(source.kind for source in shown) or None,
        "rule": ref or None,
        "sources": [
            {"kind": source.kind, "text": source.text, "age_s": source.age_s, "fresh": source.fresh}
            for source in kept
        ],
    }
    verdict, reason = _verdict(sent, shown)
    return NameVerdict(verdict=verdict, reason=reason, values=values)


def _verdict(sent: Source | None, shown: Sequence[Source]) -> tuple[str, str]:
    if sent is None:
        return "not sent", "no name from the network: NITZ comes at attach; attach anew and wait"
    if not sent.fresh:
        age = "at an unknown time" if sent.age_s is None else f"{sent.age_s / 3600:.1f} h ago"
        return "stale", f"the network's name was heard {age}: the modem may remember it; attach anew"
    if agreeing := [source.kind for source in shown if source.name == sent.name]:
        return "shown", f"the name sent is shown, by {agreeing[0]}"
    by = f"{shown[0].kind} goes before it" if shown else "nothing is shown"
    return "hidden", f"the network sent its name, and {by}"


def _shown(plmn: str, phone_class: str, sources: Sequence[Source], *, home: bool) -> tuple[list[Source], str]:
    """Return what is shown, in its order, and the rule."""
    usable = [s for s in sources if phone_class not in READS_NO_SIM or s.kind not in SIM_KINDS]
    for kind in CLASSES.get(phone_class, ()):
        if found := _first(usable, (kind,)):
            return [found], f"{phone_class}: {kind} first"
    network, ref = _network_name(usable)
    spn = _first(usable, ("spn",))
    if spn and (home or plmn in spn.plmns):
        both = [spn, network] if spn.show_plmn and network else [spn]
        return both, "TS 22.101 A.4, TS 31.102 4.2.12: in the home network and those of EF_SPDI, the SPN"
    return ([network], ref) if network else ([], "")


def _network_name(sources: Sequence[Source]) -> tuple[Source | None, str]:
    """Return the source that names the PLMN, and its rule."""
    for rule in PLMN_NAME:
        if found := _first(sources, (rule.kind,)):
            return found, rule.ref
    return None, ""


def _first(sources: Sequence[Source], kinds: Sequence[str]) -> Source | None:
    """Return the freshest source of the first of *kinds* that has one."""
    for kind in kinds:
        same = [source for source in sources if source.kind == kind]
        if same:
            return min(same, key=lambda source: float("inf") if source.age_s is None else source.age_s)
    return None
