"""Registration, names, cells and modes of the network, without any modem's words."""

from itertools import pairwise
from random import Random

import pytest

from hil_tests.sims.network.carriers import LTE_MODES, Mode, Rat, best_mode
from hil_tests.sims.network.names import displayed
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.radio import Radio
from hil_tests.sims.network.registration import Domain, Registration, message_way, register
from hil_tests.sims.network.scenarios import BY_NAME, ScenarioError, apply
from hil_tests.sims.network.settings import NameSetting, Reject

ALL_MODES = frozenset(Mode)


@pytest.mark.parametrize(
    ("domain", "mode", "cause", "sms", "expected"),
    [
        (Domain.EPS, Mode.LTE, None, "sgs", Registration(1)),
        (Domain.CS, Mode.LTE, None, "sgs", Registration(1)),  # combined attach, TS 23.272
        (Domain.CS, Mode.LTE, None, "none", Registration(0)),
        (Domain.CS, Mode.LTE, None, "ims", Registration(0)),
        (Domain.CS, Mode.GSM, None, "ims", Registration(1)),
        (Domain.EPS, Mode.GSM, None, "sgs", Registration(0)),
        (Domain.PS, Mode.GSM, None, "sgs", Registration(1)),
        (Domain.NR5G, Mode.SA, None, "ims", Registration(1)),
        (Domain.NR5G, Mode.ENDC, None, "ims", Registration(0)),  # NSA is registered in EPS
        (Domain.EPS, Mode.ENDC, None, "ims", Registration(1)),
        (Domain.EPS, Mode.NONE, None, "sgs", Registration(2)),
        (Domain.EPS, Mode.LTE, 11, "sgs", Registration(3, 11)),
        (Domain.CS, Mode.LTE, 18, "sgs", Registration(3, 18)),  # TS 24.301: CS domain not available
        (Domain.EPS, Mode.LTE, 18, "sgs", Registration(1)),
    ],
)
def test_registration_by_domain(domain, mode, cause, sms, expected):
    reject = Reject(cause=cause) if cause else None
    assert register(domain, mode, reject, roaming=False, sms=sms) == expected


def test_roaming_is_five():
    assert register(Domain.EPS, Mode.LTE, None, roaming=True, sms="sgs") == Registration(5)


@pytest.mark.parametrize(
    ("mode", "circuit", "packet", "sms", "way"),
    [
        (Mode.LTE, 1, 1, "sgs", "sgs"),
        (Mode.GSM, 1, 1, "sgs", "cs"),
        (Mode.LTE, 0, 1, "ims", "ims"),
        (Mode.SA, 0, 5, "ims", "ims"),
        (Mode.LTE, 1, 1, "none", None),
        (Mode.LTE, 3, 1, "sgs", None),
        (Mode.LTE, 0, 2, "ims", None),
    ],
)
def test_the_way_of_short_messages(mode, circuit, packet, sms, way):
    assert message_way(mode, Registration(circuit), Registration(packet), sms) == way


@pytest.mark.parametrize(
    ("offered", "allowed", "mode"),
    [
        (Mode.ENDC, LTE_MODES, Mode.LTE),
        (Mode.SA, LTE_MODES, Mode.LTE),
        (Mode.SA, frozenset({Mode.LTE, Mode.ENDC}), Mode.LTE),
        (Mode.SA, ALL_MODES, Mode.SA),
        (Mode.GSM, frozenset({Mode.LTE, Mode.SA}), Mode.NONE),
        (Mode.NONE, ALL_MODES, Mode.NONE),
    ],
)
def test_a_modem_takes_the_best_it_can(offered, allowed, mode):
    assert best_mode(offered, allowed) is mode


SPN = {"spn": "KPU", "home": "51010", "nitz": "PILIH JUJUR", "table": "Telkomsel"}


@pytest.mark.parametrize(
    ("names", "registered", "shown"),
    [  # TS 31.102 4.2.12 and TS 22.101 A.3, A.4
        (NameSetting(), "51010", ("KPU", "PILIH JUJUR", "nitz")),
        (NameSetting(show_rplmn=False), "51010", ("KPU", None, "nitz")),
        (NameSetting(show_rplmn=False), "51001", ("KPU", "PILIH JUJUR", "nitz")),
        (NameSetting(show_rplmn=False, spdi=("51001",)), "51001", ("KPU", None, "nitz")),
        (NameSetting(hide_spn_abroad=True), "51001", (None, "PILIH JUJUR", "nitz")),
        (NameSetting(pnn=(("EONS", "E"),)), "51010", ("KPU", "EONS", "pnn")),
        (NameSetting(pnn=(("EONS", "E"),)), "51001", ("KPU", "PILIH JUJUR", "nitz")),
        (NameSetting(pnn=(("EONS", "E"),), opl=True), "51001", ("KPU", "EONS", "pnn")),
        (NameSetting(cphs_full="CPHS"), "51010", ("KPU", "CPHS", "cphs")),
    ],
)
def test_what_a_telephone_shows(names, registered, shown):
    found = displayed(names, registered=registered, **SPN)
    assert (found.provider, found.network, found.source) == shown


def test_without_card_name_and_nitz_the_table_names_the_network():
    found = displayed(NameSetting(), spn="", home="51010", registered="51010", nitz=None, table="Telkomsel")
    assert (found.provider, found.network, found.source) == (None, "Telkomsel", "table")


def heard(radio, t_s):
    sample = radio.at(t_s)
    assert sample is not None
    return sample


def test_modems_of_one_site_hear_the_same_cells_with_like_levels():
    here = [Radio(Random(seed), Profile(), place="site a 51001") for seed in (1, 2)]
    there = Radio(Random(1), Profile(), place="site b 51001")
    one, two = ([heard(radio, t_s) for t_s in range(0, 300, 5)] for radio in here)
    assert {sample.cell for sample in one} == {sample.cell for sample in two}
    assert heard(there, 0).cell not in {sample.cell for sample in one}
    together = sum(a.cell == b.cell for a, b in zip(one, two, strict=True))
    assert together == len(one)  # the handover is the place's, not the modem's
    apart_db = [abs(a.rsrp_dbm - b.rsrp_dbm) for a, b in zip(one, two, strict=True)]
    assert 0 < max(apart_db) < 9  # 4 dB of antennas, and ripple of 0.7 dB each


def test_a_place_between_cells_hands_over_in_turn():
    profile = apply(Profile(band=3, earfcn=1850), ["lte", "handover:20"])
    radio = Radio(Random(4), profile)
    served = [heard(radio, t_s).cell.pci for t_s in range(5, 125, 20)]
    changes = sum(a != b for a, b in pairwise(served))
    assert changes >= 3
    assert len(set(served)) >= 2


def test_modes_follow_the_scenario_and_the_cells_are_of_their_technology():
    radio = Radio(Random(1), apply(Profile(), ["rat-tour:10"]))
    radio.allowed = ALL_MODES
    found = [(heard(radio, t_s).mode, heard(radio, t_s).carrier.rat) for t_s in (0, 10, 20, 30, 40)]
    assert found == [
        (Mode.SA, Rat.NR),
        (Mode.ENDC, Rat.LTE),
        (Mode.LTE, Rat.LTE),
        (Mode.GSM, Rat.GSM),
        (Mode.ENDC, Rat.LTE),
    ]
    assert heard(radio, 41).nr is not None


def test_no_coverage_is_no_sample():
    radio = Radio(Random(1), apply(Profile(), ["coverage-hole:10"]))
    assert [radio.at(t_s) is None for t_s in (9.9, 10, 19.9, 20)] == [False, True, True, False]


def test_the_second_area_of_a_downgrade_is_another():
    radio = Radio(Random(3), apply(Profile(), ["lte-to-2g:10"]))
    before, after = heard(radio, 9), heard(radio, 10)
    assert (before.mode, after.mode) == (Mode.LTE, Mode.GSM)
    assert before.cell.tac != after.cell.tac


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rain", 'no scenario "rain"; choose from handover'),
        ("lte:5", "lte takes no argument"),
        ("handover:often", '"often" is no number; write for instance handover:20'),
        ("denied:999", "Expected `int` <= 255"),
        ("roam-national:5101", "matching regex"),
        ("roam-national:51010", "51010 is the card's own network"),
        ("sms-long:9", "8"),
        ("cell-broadcast:16", "1 to 15 pages, not 16"),
        ("sim-pin:2.5", "no whole number"),
        ("sim-pin:inf", "no whole number"),
        ("zone:57", "-48 to 56 quarter hours, not 57"),
        ("zone:-49", "-48 to 56 quarter hours, not -49"),
    ],
)
def test_a_wrong_scenario_says_what_to_write(text, said):
    with pytest.raises(ScenarioError, match=said):
        apply(Profile(), [text])


def test_scenarios_add_up_and_every_default_fits():
    both = apply(Profile(), ["pdp-drop:5", "sim-busy:2", "sms-long"])
    assert (both.network.pdp_drops_s, both.network.card.busy_s, len(both.incoming)) == ((5,), 2, 1)
    for name in BY_NAME:
        apply(Profile(), [name])
