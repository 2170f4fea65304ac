"""Labelled hard cases of the name: sent, and shown (TS 22.101 A.3, A.4; TS 31.102)."""

import pytest

from edge.measure.name_kinds import ALIASES, KINDS, PLMN_NAME, kind_of
from edge.measure.shown_name import Source, decide_name

CAMPAIGN = "#PemiluDamai2024"
NITZ = Source(kind="nitz_full", text=CAMPAIGN, age_s=600)
OLD_NITZ = Source(kind="nitz_full", text=CAMPAIGN, age_s=90_000)
SPN = Source(kind="spn", text="Telkomsel", age_s=1e7)
PNN = Source(kind="pnn", text="TSEL", age_s=None)
CPHS = Source(kind="cphs", text="TELKOMSEL", age_s=None)
COPS = Source(kind="cops_long", text=CAMPAIGN, age_s=5)
TABLE = Source(kind="table", text="Telkomsel", age_s=None)
BUNDLE = Source(kind="carrier_bundle", text="TELKOMSEL", age_s=None)


@pytest.mark.parametrize(
    ("sources", "phone_class", "verdict", "shown", "by"),
    [
        ([NITZ], "standard", "shown", CAMPAIGN, "nitz_full"),
        ([NITZ, TABLE], "standard", "shown", CAMPAIGN, "nitz_full"),
        ([NITZ, SPN], "standard", "hidden", "Telkomsel", "spn"),
        ([NITZ, PNN], "standard", "hidden", "TSEL", "pnn"),
        ([SPN, PNN, NITZ], "android", "hidden", "Telkomsel", "spn"),
        ([NITZ, CPHS], "standard", "hidden", "TELKOMSEL", "cphs"),
        ([NITZ, SPN, PNN, CPHS], "no-sim-names", "shown", CAMPAIGN, "nitz_full"),
        ([NITZ, BUNDLE], "iphone", "hidden", "TELKOMSEL", "carrier_bundle"),
        ([NITZ, BUNDLE], "android", "shown", CAMPAIGN, "nitz_full"),
        ([OLD_NITZ], "standard", "stale", CAMPAIGN, "nitz_full"),
        ([OLD_NITZ, COPS], "standard", "stale", CAMPAIGN, "nitz_full"),
        ([Source(kind="nitz", text=CAMPAIGN)], "standard", "stale", CAMPAIGN, "nitz"),
        ([COPS], "standard", "not sent", CAMPAIGN, "cops_long"),
        ([SPN], "standard", "not sent", "Telkomsel", "spn"),
        ([], "standard", "not sent", None, None),
        ([Source(kind="nitz", text=" "), Source(kind="spn", text=None)], "standard", "not sent", None, None),
        ([NITZ], "something new", "shown", CAMPAIGN, "nitz_full"),
    ],
)
def test_verdicts(sources, phone_class, verdict, shown, by):
    told = decide_name("51010", phone_class, sources)
    assert (told.verdict, told.values["shown"], told.values["shown_by"]) == (verdict, shown, by)


def test_the_display_bit_shows_both_names_at_home():
    spn = Source(kind="spn", text="Telkomsel", show_plmn=True)
    told = decide_name("51010", "standard", [NITZ, spn])
    assert (told.verdict, told.values["shown"]) == ("shown", f"Telkomsel - {CAMPAIGN}")
    assert decide_name("51010", "standard", [NITZ, PNN, spn]).values["shown"] == "Telkomsel - TSEL"


def test_abroad_the_spn_counts_where_spdi_says_so():
    spn = Source(kind="spn", text="Telkomsel", plmns=("51011",))
    assert decide_name("51001", "standard", [NITZ, spn], home=False).verdict == "shown"
    assert decide_name("51011", "standard", [NITZ, spn], home=False).verdict == "hidden"


def test_every_source_stands_with_its_age_and_freshness():
    told = decide_name("51010", "standard", [NITZ, OLD_NITZ, SPN])
    assert told.values["sources"] == [
        {"kind": "nitz_full", "text": CAMPAIGN, "age_s": 600, "fresh": True},
        {"kind": "nitz_full", "text": CAMPAIGN, "age_s": 90_000, "fresh": False},
        {"kind": "spn", "text": "Telkomsel", "age_s": 1e7, "fresh": True},
    ]
    assert told.values["sent_age_s"] == 600


def test_stale_is_explained():
    told = decide_name("51010", "standard", [OLD_NITZ])
    assert told.reason == "the network's name was heard 25.0 h ago: the modem may remember it; attach anew"


@pytest.mark.parametrize(
    ("octet", "home", "shown"),
    [
        (0, True, "Telkomsel"),
        (1, True, "Telkomsel - #PemiluDamai2024"),
        (2, True, "Telkomsel"),
        (3, True, "Telkomsel - #PemiluDamai2024"),
        (0, False, "Telkomsel - #PemiluDamai2024"),
        (1, False, "Telkomsel - #PemiluDamai2024"),
        (2, False, "#PemiluDamai2024"),
        (3, False, "#PemiluDamai2024"),
    ],
)
def test_octet_1_of_ef_spn(octet, home, shown):
    spn = Source(kind="spn", text="Telkomsel", display=octet)
    assert decide_name("51001", "standard", [NITZ, spn], home=home).values["shown"] == shown


def test_the_operator_is_known_by_its_number():
    """The name is what anybody wrote: a campaign, another operator, nobody."""
    for text in (CAMPAIGN, "Indosat Ooredoo", "XL Axiata", ""):
        told = decide_name("51010", "standard", [Source(kind="nitz_full", text=text, age_s=60)])
        assert told.values["operator"] == "Telkomsel"
    assert (
        decide_name("99999", "standard", [Source(kind="table", text="Telkomsel")]).values["operator"] is None
    )


def test_opl_says_for_which_networks_a_pnn_is():
    opl = Source(kind="opl", plmns=("5108D", "51021"))
    by_plmn = {
        plmn: decide_name(plmn, "standard", [NITZ, PNN, opl], home=False).values["shown"]
        for plmn in ("51089", "51021", "51010")
    }
    assert by_plmn == {"51089": "TSEL", "51021": "TSEL", "51010": CAMPAIGN}
    assert decide_name("51001", "standard", [NITZ, PNN, CPHS], home=False).values["shown"] == CAMPAIGN


def test_lists_of_networks_may_come_as_text():
    spn = Source(kind="spn", text="Telkomsel", display=2)
    spdi = Source(kind="spdi", text="51001, 51089")
    opl = Source(kind="opl", text="5108D 51021")
    shown = {
        plmn: [
            decide_name(plmn, "standard", [NITZ, one, other], home=False).values["shown"]
            for one, other in ((spn, spdi), (PNN, opl))
        ]
        for plmn in ("51089", "51001", "51011")
    }
    assert shown == {
        "51089": ["Telkomsel", "TSEL"], "51001": ["Telkomsel", CAMPAIGN], "51011": [CAMPAIGN, CAMPAIGN],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("INDOSAT@", "INDOSAT"),
        ("Halo@", "Halo@"),
        ("#PemiluDamai202@", "#PemiluDamai202"),
        (" A\uffff\uffff", "A"),
        ("B\0", "B"),
    ],
)
def test_what_fills_a_name_is_no_part_of_it(text, sent):
    told = decide_name("51010", "standard", [Source(kind="nitz_full", text=text, age_s=0)])
    assert (told.verdict, told.values["sent"]) == ("shown", sent)


def test_a_name_from_the_future_is_of_unknown_age():
    told = decide_name("51010", "standard", [Source(kind="nitz", text=CAMPAIGN, age_s=-1)])
    assert told.verdict == "stale"
    assert told.reason.startswith("the network's name was heard at an unknown time")


def test_words_for_kinds():
    words = ("NITZ full", "nitz-full", "FNN", "ONS", "6F46", "EF_SPDI", "Carrier Config", "cops", "spm", "")
    assert [kind_of(word) for word in words] == [
        "nitz_full", "nitz_full", "nitz_full", "cphs", "spn", "spdi", "carrier_bundle", "cops_long",
        None, None,
    ]  # fmt: skip
    given = [word for words in ALIASES.values() for word in words.split()]
    assert len(given) == len(set(given))
    assert not set(given) & set(KINDS)
    assert {rule.kind for rule in PLMN_NAME} < set(KINDS)
