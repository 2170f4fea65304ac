"""What a seed may draw, over many seeds; and that a sabotage changes one line and one thing."""

import random
import re

import pytest

from hil_tests.sims.operator_net.settings import check_link
from hil_tests.sims.site.draw import CAMPAIGN_NAME, draw_site, read_operators
from hil_tests.sims.site.sabotage import KINDS, act

OPERATORS = read_operators()
SEEDS = range(60)


def site(seed, count=5):
    return draw_site(random.Random(seed), OPERATORS, count)


def luhn(digits):
    """Whether the last digit fits, by ISO/IEC 7812-1 annex B, written apart from the simulators' own."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) << (place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def test_luhn_knows_the_example_of_its_standard():
    assert luhn("4111111111111111")  # the payment industry's public test number
    assert not luhn("4111111111111112")


def test_the_table_has_the_networks_in_operation_with_lte():
    # read off the file by eye: status Operational and LTE among the bands
    assert sorted(o.plmn for o in OPERATORS) == ["51001", "51009", "51010", "51011", "51028", "51089"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_site_has_its_hard_lines(seed):
    lines = site(seed)
    links = [line.link for line in lines]
    assert [line.slot for line in lines] == ["1-1.1", "1-1.2", "1-1.3", "1-1.4", "1-1.5"]
    assert any(
        min(link.up.loss, link.down.loss) >= 0.01 and link.up.delay_ms + link.down.delay_ms >= 80
        for link in links
    )
    assert any((link.down.rate_bps or 0) >= 50_000_000 for link in links)
    assert sum(bool(link.down.rate_steps and link.up.rate_steps) for link in links) == 1
    assert sum((link.up.rate_bps or 0) + (link.down.rate_bps or 0) for link in links) <= 132_000_000
    for link in links:
        check_link(link)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_modem_has_numbers_that_could_be(seed):
    lines = site(seed)
    for line in lines:
        modem = line.modem
        assert re.fullmatch(r"00101700\d{7}", modem.imei)
        assert luhn(modem.imei)
        assert re.fullmatch(r"8962\d{15}", modem.iccid)
        assert luhn(modem.iccid)
        assert len(modem.imsi) == 15
        assert modem.imsi.startswith(modem.plmn)
        assert 0 <= modem.pci <= 503  # TS 36.211 6.11
        assert 0 < modem.cell_id < 1 << 28  # TS 36.413 9.2.1.38
    names = {line.modem.name_full for line in lines}
    assert CAMPAIGN_NAME in names
    assert names - {CAMPAIGN_NAME}


def test_the_same_seed_is_the_same_site_and_another_is_another():
    assert site(5) == site(5)
    assert site(5) != site(6)


def test_steps_come_at_a_time_when_one_rate_has_most_of_the_test():
    for seed in SEEDS:
        for line in site(seed):
            for setting in (line.link.up, line.link.down):
                assert all(2.2 <= step.t_s <= 2.9 for step in setting.rate_steps)


@pytest.mark.parametrize("count", [0, 21])
def test_too_many_or_no_lines(count):
    with pytest.raises(ValueError, match=f"{count} lines: a site has 1 to 20"):
        site(1, count)


def changed(lines, acted):
    return [(line, one) for line, one in zip(lines, acted, strict=True) if one.line != line or one.faults]


def test_without_sabotage_the_site_acts_as_it_says():
    lines = site(3)
    assert changed(lines, act(lines, None, random.Random(1))) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_a_sabotage_changes_one_thing_on_one_line(kind, seed):
    lines = site(seed)
    [(line, one)] = changed(lines, act(lines, kind, random.Random(seed)))
    told, done = line.link.down, one.line.link.down
    assert one.faults == (("wrong-rsrp",) if kind == "rsrp" else ())
    assert (line.modem.name_full != one.line.modem.name_full) == (kind == "name")
    assert (done.rate_bps or 0) == pytest.approx(
        (told.rate_bps or 0) * (0.75 if kind == "rate" else 1), abs=1
    )
    assert done.loss == pytest.approx(told.loss + (0.05 if kind == "loss" else 0))
    assert done.delay_ms == told.delay_ms
