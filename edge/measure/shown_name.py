"""The network's name: what the network SENT, and what a class of phones WOULD SHOW for it.

Two facts, never mixed: the campaign's text may be sent and hidden by the SIM's own name. Rules of order are
rows (name_kinds.py); every source keeps its age, for a modem remembers the last name of a network it has long
left. The operator is known by the numeric PLMN alone: the name is what a campaign, or anybody, wrote.
# Ref: 3GPP TS 22.101 A.3 (PLMN name), A.4 (service provider name); TS 31.102 4.2.12 (EF_SPN),
# 4.2.58 (EF_PNN), 4.2.59 (EF_OPL), 4.2.66 (EF_SPDI); TS 24.008 10.5.3.5a (network name)
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from edge.measure.name_kinds import HOME_ONLY, PLMN_NAME, SENT_KINDS, SIM_KINDS, SPN_ABROAD, SPN_HOME
from modem_drivers.radio.plmn import find_network

STALE_S = 24 * 3600.0
PADDING = "\0\uffff"  # what fills a file of the SIM or a name behind its end
PLMNS = re.compile(r"[\dD]{5,6}(?:[\s,;]+[\dD]{5,6})*")
Value = str | float | bool | None | list[dict[str, str | float | bool | None]]
CLASSES = {  # which sources a class of phones looks at before the standard's order
    "standard": (),
    "android": (),  # SPN rule and PNN as the standard has them [memory: carrier configuration may differ]
    "iphone": ("carrier_bundle",),  # the operator's bundle first [memory]
    "no-sim-names": (),  # old or simple phones: network names only
}
READS_NO_SIM = frozenset({"no-sim-names"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of a name; age_s: since the network or the SIM said it, None: not known.

    Of an SPN: display is octet 1 of EF_SPN, or show_plmn its b1 (at home the PLMN's name is shown too) and
    spn_abroad its b2 as 0 (abroad the SPN is shown too). plmns: of an SPN or "spdi" those of EF_SPDI; of a
    PNN or OPL those for which EF_OPL names it ("51010", D: any digit), none: it is the home network's. An
    "spdi" or "opl" may have them as its text too.
    """

    kind: str
    text: str | None = None
    age_s: float | None = None
    show_plmn: bool = False
    spn_abroad: bool = False
    display: int | None = None
    plmns: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The text without blanks and filling around it; "" if the source said nothing."""
        text = "" if self.lists else (self.text or "").strip(PADDING).strip()
        if self.kind in SENT_KINDS and text.endswith("@") and len(text) % 8 == 0:
            return text[:-1]  # seven spare bits that a modem read as a septet: TS 24.008 10.5.3.5a
        return text

    @property
    def lists(self) -> bool:
        """Whether the text is a list of PLMNs, not a name."""
        return self.kind in ("spdi", "opl") and PLMNS.fullmatch((self.text or "").strip()) is not None

    @property
    def areas(self) -> tuple[str, ...]:
        """The PLMNs, from plmns or the text."""
        return (*self.plmns, *(re.findall(r"[\dD]+", self.text or "") if self.lists else ()))

    @property
    def fresh(self) -> bool:
        """True if it was said within STALE_S; a file of the SIM does not age."""
        return self.kind in SIM_KINDS or (self.age_s is not None and 0 <= self.age_s <= STALE_S)

    @property
    def with_plmn(self) -> bool:
        """Whether the PLMN's name is shown beside this SPN at home."""
        return self.show_plmn if self.display is None else bool(self.display & 1)

    @property
    def abroad(self) -> bool:
        """Whether this SPN is shown outside the home network and those of EF_SPDI."""
        return self.spn_abroad if self.display is None else not self.display & 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NameVerdict:
    """verdict: "shown" (phones show what the network sent), "hidden" (sent, and another name is shown),
    "stale" (sent once; nothing fresh says so), "not sent", "malformed".

    values: operator (by the PLMN); sent, sent_kind, sent_age_s; shown (several joined by " - "), shown_by,
    rule; sources, each with `fresh`.
    """

    verdict: str
    reason: str
    values: dict[str, Value] = field(default_factory=dict)


def decide_name(plmn: str, phone_class: str, sources: Iterable[Source], *, home: bool = True) -> NameVerdict:
    """Return what was sent and what a phone of *phone_class* registered in *plmn* would show.

    *home*: whether *plmn* is the SIM's own network. An unknown class counts as "standard".
    """
    given = list(sources)
    kept = [source for source in given if source.name]
    sent = _first(kept, SENT_KINDS)
    shown, ref = _shown(plmn, phone_class, given, home=home)
    network = find_network(plmn)
    values: dict[str, Value] = {
        "operator": network.brand if network else None,
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
        unknown = sent.age_s is None or sent.age_s < 0
        age = "at an unknown time" if unknown else f"{(sent.age_s or 0.0) / 3600:.1f} h ago"
        return "stale", f"the network's name was heard {age}: the modem may remember it; attach anew"
    if agreeing := [source.kind for source in shown if source.name == sent.name]:
        return "shown", f"the name sent is shown, by {agreeing[0]}"
    by = f"{shown[0].kind} goes before it" if shown else "nothing is shown"
    return "hidden", f"the network sent its name, and {by}"


def _shown(plmn: str, phone_class: str, given: Sequence[Source], *, home: bool) -> tuple[list[Source], str]:
    """Return what is shown, in its order, and the rule."""
    readable = [s for s in given if phone_class not in READS_NO_SIM or s.kind not in SIM_KINDS]
    usable = [s for s in readable if s.name and _speaks_of(s, plmn, readable, home=home)]
    for kind in CLASSES.get(phone_class, ()):
        if found := _first(usable, (kind,)):
            return [found], f"{phone_class}: {kind} first"
    network, ref = _network_name(usable)
    beside = [network] if network else []
    spn = _first(usable, ("spn",))
    if spn and (home or plmn in (*spn.areas, *_plmns(readable, "spdi"))):
        return [spn, *(beside if spn.with_plmn else [])], SPN_HOME
    if spn and spn.abroad:
        return [spn, *beside], SPN_ABROAD
    return beside, ref


def _speaks_of(source: Source, plmn: str, sources: Sequence[Source], *, home: bool) -> bool:
    """Return whether a name on the SIM is one for *plmn*: by EF_OPL where there is one, else at home."""
    if source.kind not in HOME_ONLY:
        return True
    areas = () if source.kind == "cphs" else source.areas or _plmns(sources, "opl")
    return any(_matches(area, plmn) for area in areas) if areas else home


def _matches(area: str, plmn: str) -> bool:
    """Return whether *plmn* is in *area*; D stands for any digit (TS 31.102 4.2.59)."""
    return len(area) == len(plmn) and all(
        wanted in "dD" or wanted == digit for wanted, digit in zip(area, plmn, strict=True)
    )


def _plmns(sources: Sequence[Source], kind: str) -> list[str]:
    return [plmn for source in sources if source.kind == kind for plmn in source.areas]


def _network_name(sources: Sequence[Source]) -> tuple[Source | None, str]:
    """Return the source that names the PLMN, and its rule."""
    for rule in PLMN_NAME:
        if found := _first(sources, (rule.kind,)):
            return found, rule.ref
    return None, ""


def _first(sources: Sequence[Source], kinds: Sequence[str]) -> Source | None:
    """Return the freshest source of the first of *kinds* that has one."""
    for kind in kinds:
        if same := [source for source in sources if source.kind == kind]:
            return min(same, key=_age_s)
    return None


def _age_s(source: Source) -> float:
    """Return the age; one that is not known, or before its own time, counts as the oldest."""
    return source.age_s if source.age_s is not None and source.age_s >= 0 else float("inf")
