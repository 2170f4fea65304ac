"""What can happen to a modem in a network, by name; each changes a profile, so several can be combined."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from msgspec import Struct, ValidationError, convert, structs, to_builtins

from hil_tests.sims.network.profile import Incoming, Profile

LONG_TEXT = (
    "Komisi Pemilihan Umum mengingatkan: pemungutan suara dibuka pukul 07.00 dan ditutup pukul 13.00 waktu "
    "setempat. Bawa KTP elektronik dan surat pemberitahuan ke TPS Anda. Periksa nama Anda di cekdptonline. "
    "Laporkan pelanggaran ke Bawaslu terdekat. Pilih dengan damai, jujur dan adil."
)
UCS2_TEXT = "Pemilu damai – jujur & adil ✓ " * 4
BROADCAST_TEXT = "Peringatan dini BMKG: gempa dirasakan di wilayah Anda. Tetap tenang, menjauh dari kaca. "


Change = Callable[[Profile, str], Profile]
S = TypeVar("S", bound=Struct)


class ScenarioError(ValueError):
    """No such scenario, or its argument cannot be used; the text says which there are."""


class Scenario(NamedTuple):
    """One scenario: name, its argument's name and default (empty: none), what happens, the change."""

    name: str
    argument: str
    default: str
    sentence: str
    change: Change


def _resolved(fixed: dict[str, object], argument: str) -> dict[str, object]:
    """Return *fixed*; a callable value gets the argument."""
    return {name: value(argument) if callable(value) else value for name, value in fixed.items()}


def _checked(old: S, values: dict[str, object]) -> S:
    """Return *old* with *values*, every one checked against the types. Raises: ScenarioError."""
    try:
        return convert(to_builtins({**structs.asdict(old), **values}), type(old))
    except ValidationError as exc:
        raise ScenarioError(str(exc)) from exc


def _network(**fixed: object) -> Change:
    """Return a change of the profile's network."""

    def change(profile: Profile, argument: str) -> Profile:
        return structs.replace(profile, network=_checked(profile.network, _resolved(fixed, argument)))

    return change


def _part(name: str, fixed: dict[str, object]) -> Change:
    def change(profile: Profile, argument: str) -> Profile:
        part = structs.asdict(profile.network)[name]
        changed = _checked(part, _resolved(fixed, argument))
        return structs.replace(profile, network=_checked(profile.network, {name: changed}))

    return change


def _card(**fixed: object) -> Change:
    """Return a change of the card."""
    return _part("card", fixed)


def _names(**fixed: object) -> Change:
    """Return a change of where the names stand."""
    return _part("names", fixed)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as exc:
        raise ScenarioError(f'"{text}" is no number') from exc


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer():
        raise ScenarioError(f'"{text}" is no whole number')
    return int(number)


def _steps(*modes: str) -> Callable[[str], object]:
    """Return mode steps, the first from the start, each next one argument's seconds later."""
    return lambda text: [
        {"after_s": i * _number(text) if i else 0, "mode": mode} for i, mode in enumerate(modes)
    ]


def _messages(*items: Callable[[str], Incoming]) -> Change:
    def change(profile: Profile, argument: str) -> Profile:
        added = tuple(item(argument) for item in items)
        try:
            checked = convert(to_builtins(added), tuple[Incoming, ...])
        except ValidationError as exc:
            raise ScenarioError(str(exc)) from exc
        return structs.replace(profile, incoming=profile.incoming + checked)

    return change


def _roam(home: str) -> Change:
    def change(profile: Profile, argument: str) -> Profile:
        fixed = profile if profile.plmn else structs.replace(profile, plmn=home)
        if argument == fixed.plmn:
            raise ScenarioError(f"{argument} is the card's own network")
        return structs.replace(fixed, network=_checked(fixed.network, {"visited": argument}))

    return change


def _pages(text: str) -> object:
    wanted = _whole(text)
    if not 1 <= wanted <= 15:
        raise ScenarioError(f"a broadcast has 1 to 15 pages, not {wanted}")
    return [{"text": (BROADCAST_TEXT * wanted)[: 93 * wanted - 1], "after_s": 3.0}]


def _zone(text: str) -> int:
    """Return quarter hours east of UTC: zones go from -12 to +14 hours."""
    quarters = _whole(text)
    if not -48 <= quarters <= 56:
        raise ScenarioError(f"a zone has -48 to 56 quarter hours, not {quarters}")
    return quarters


def _long(**fixed: object) -> Callable[[str], Incoming]:
    return lambda _: convert({"after_s": 3.0, "sender": "KPU", "text": LONG_TEXT, **fixed}, Incoming)


SCENARIOS = (
    Scenario(
        "handover", "SECONDS", "20", "Another cell serves every SECONDS.", _network(handover_every_s=_number)
    ),
    Scenario(
        "shared-cells",
        "SITE",
        "a",
        "Modems at SITE hear the same cells; Indosat and 3 share theirs.",
        _network(site=str, shared=[["51001", "51089"]]),
    ),
    Scenario("lte", "", "", "The network offers LTE, no 5G.", _network(modes=_steps("lte"))),
    Scenario("nsa", "", "", "The network offers 5G NSA (EN-DC).", _network(modes=_steps("endc"))),
    Scenario("sa", "", "", "The network offers 5G SA.", _network(modes=_steps("sa"))),
    Scenario("gsm", "", "", "The network offers GSM alone.", _network(modes=_steps("gsm"))),
    Scenario(
        "lte-to-2g",
        "SECONDS",
        "10",
        "After SECONDS nothing but a GSM cell of another location area is left.",
        _network(modes=_steps("lte", "gsm")),
    ),
    Scenario(
        "nsa-to-lte", "SECONDS", "10", "The NR leg goes after SECONDS.", _network(modes=_steps("endc", "lte"))
    ),
    Scenario(
        "rat-tour",
        "SECONDS",
        "10",
        "SA, NSA, LTE, GSM and NSA again, SECONDS each.",
        _network(modes=_steps("sa", "endc", "lte", "gsm", "endc")),
    ),
    Scenario(
        "coverage-hole",
        "SECONDS",
        "10",
        "After SECONDS there is no cell, for SECONDS.",
        _network(modes=_steps("endc", "none", "endc")),
    ),
    Scenario(
        "denied",
        "CAUSE",
        "11",
        "Registration is refused with the EMM CAUSE, for good.",
        _network(rejects=lambda text: [{"cause": _whole(text)}]),
    ),
    Scenario(
        "denied-later",
        "SECONDS",
        "10",
        "Registration is refused (cause 15) after SECONDS, for SECONDS.",
        _network(
            rejects=lambda text: [{"cause": 15, "after_s": _number(text), "for_s": _number(text)}],
        ),
    ),
    Scenario(
        "roam-national",
        "PLMN",
        "51001",
        "The card is Telkomsel's (or the profile's), the network another Indonesian one.",
        _roam("51010"),
    ),
    Scenario("roam-international", "PLMN", "50212", "The network is a foreign one.", _roam("51010")),
    Scenario(
        "apn-refused",
        "CAUSE",
        "33",
        "Every access point is refused with the ESM CAUSE.",
        _network(refuse_apns=lambda text: {"*": _whole(text)}),
    ),
    Scenario(
        "fair-use",
        "SECONDS",
        "30",
        "The subscription's rates fall to 2 and 1 Mbit/s after SECONDS, to 256 kbit/s after twice that.",
        _network(
            ambr=lambda text: [
                {"after_s": _number(text), "down_kbps": 2000, "up_kbps": 1000},
                {"after_s": 2 * _number(text), "down_kbps": 256, "up_kbps": 256},
            ]
        ),
    ),
    Scenario(
        "pdp-drop",
        "SECONDS",
        "30",
        "The network takes every context down after SECONDS.",
        _network(pdp_drops_s=lambda text: [_number(text)]),
    ),
    Scenario("sim-absent", "", "", "No card.", _card(state="absent")),
    Scenario(
        "sim-pin",
        "TRIES",
        "3",
        "The card asks for its PIN, 1234; TRIES are left.",
        _card(state="pin", pin_tries=_whole),
    ),
    Scenario(
        "sim-puk",
        "TRIES",
        "10",
        "The card asks for its PUK, 12345678; TRIES are left.",
        _card(state="puk", puk_tries=_whole),
    ),
    Scenario("sim-busy", "SECONDS", "8", "The card answers after SECONDS only.", _card(busy_s=_number)),
    Scenario("sms-none", "", "", "Data only: no way for short messages.", _network(sms="none")),
    Scenario("sms-ims", "", "", "Short messages go over IMS alone.", _network(sms="ims")),
    Scenario(
        "sms-long",
        "BITS",
        "8",
        "A message of two parts with a reference of BITS (8 or 16).",
        _messages(lambda text: _long(reference_bits=_whole(text))(text)),
    ),
    Scenario("sms-disorder", "", "", "Its parts come in another order.", _messages(_long(disorder=True))),
    Scenario(
        "sms-duplicate",
        "COPIES",
        "1",
        "Each part comes COPIES times more.",
        _messages(lambda text: _long(duplicates=_whole(text))(text)),
    ),
    Scenario(
        "sms-late",
        "SECONDS",
        "20",
        "The service centre holds a message for SECONDS.",
        _messages(lambda text: _long(text="Pesan terlambat", delay_s=_number(text))(text)),
    ),
    Scenario(
        "sms-same-reference",
        "",
        "",
        "Two senders use one reference for two messages at once.",
        _messages(
            _long(reference=77),
            lambda _: Incoming(3.1, "+628001234567", UCS2_TEXT, reference=77),
        ),
    ),
    Scenario(
        "sms-class0",
        "",
        "",
        "A message of class 0, to be shown and not stored.",
        _messages(_long(text="Segera ke TPS", message_class=0)),
    ),
    Scenario(
        "sms-full",
        "",
        "",
        "Both memories are full, and a message waits.",
        lambda profile, argument: _network(store_full=True)(
            _messages(_long(text="Tidak muat"))(profile, argument), argument
        ),
    ),
    Scenario(
        "cell-broadcast", "PAGES", "3", "A cell broadcast of PAGES after 3 s.", _network(broadcasts=_pages)
    ),
    Scenario("names-table", "", "", "The network sends no name.", _names(nitz=False)),
    Scenario(
        "names-late",
        "SECONDS",
        "10",
        "The network's name comes SECONDS after registration.",
        _names(nitz_after_s=_number),
    ),
    Scenario(
        "names-sim",
        "",
        "",
        "The card has its own names: EF_SPN that hides the network's, EF_SPDI, EF_PNN, EF_OPL, CPHS.",
        _names(
            show_rplmn=False,
            spdi=["51001", "51089"],
            pnn=[["KPU Seluler", "KPU"]],
            opl=True,
            cphs_full="KPU CPHS",
            cphs_short="KPUC",
        ),
    ),
    Scenario(
        "zone",
        "QUARTERS",
        "36",
        "The network's time zone in quarter hours: 28 WIB, 32 WITA, 36 WIT.",
        lambda profile, argument: structs.replace(profile, zone_quarters=_zone(argument)),
    ),
)
BY_NAME = {row.name: row for row in SCENARIOS}


def apply(profile: Profile, texts: Iterable[str]) -> Profile:
    """Return *profile* with the scenarios `name` and `name:argument`, one after the other.

    Raises: ScenarioError, for another name or an argument that does not fit.
    """
    for text in texts:
        name, colon, argument = text.partition(":")
        row = BY_NAME.get(name)
        if row is None:
            raise ScenarioError(f'no scenario "{name}"; choose from {", ".join(BY_NAME)}')
        if colon and not row.argument:
            raise ScenarioError(f'"{text}": {name} takes no argument')
        try:
            profile = row.change(profile, argument or row.default)
        except (ScenarioError, ValidationError) as exc:
            usual = f"{name}:{row.default}" if row.argument else name
            raise ScenarioError(f'"{text}": {exc}; write for instance {usual}') from exc
    return profile
