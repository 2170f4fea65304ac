"""Cells: the same for the same seed, of the half asked for, on the grid and off it, fit to be made."""

from collections import Counter

import pytest

from hil_tests.bench_measure import cells
from hil_tests.bench_measure.cells import FIFO, JUDGED, OTHER, TBF, TUNING, Cell, direction_of, draw, grid
from hil_tests.link.shapes import link_of
from hil_tests.sims.operator_net.settings import check_link


def words(cell):
    return dict(zip(cell.link[::2], cell.link[1::2], strict=True))


def drawn(kind, count, seed=5, half=JUDGED):
    return [draw(seed, kind, index, half) for index in range(count)]


@pytest.mark.parametrize("kind", [FIFO, OTHER, TBF])
def test_a_seed_draws_the_same_cells_again_and_another_seed_others(kind):
    assert drawn(kind, 12) == drawn(kind, 12)
    assert not set(drawn(kind, 12)) & set(drawn(kind, 12, seed=6))


@pytest.mark.parametrize("half", [JUDGED, TUNING])
def test_only_cells_of_the_half_asked_for(half):
    every = [*drawn(FIFO, 24, half=half), *drawn(OTHER, 20, half=half)]
    assert {cell.half for cell in every} == {half}


def test_no_grid_setting_is_in_both_halves_whatever_its_direction_and_queue():
    pairs = ["--rate-mbit", "20", "--rtt-ms", "40", "--loss-pct", "1", "--jitter-ms", "5"]
    one = Cell(FIFO, FIFO, "down", (*pairs, "--queue-ms", "100", "--direction", "down"))
    two = Cell(FIFO, FIFO, "up", (*pairs, "--queue-ms", "300", "--direction", "up"))
    other = Cell(FIFO, FIFO, "down", (*pairs[:-1], "20", "--queue-ms", "100", "--direction", "down"))
    assert one.name == two.name != other.name
    assert one.half == two.half


def test_the_grid_is_the_order_s_and_about_half_of_it_is_judged():
    judged, tuning = grid(JUDGED), grid(TUNING)
    assert len({cell.name for cell in (*judged, *tuning)}) == 4 * 4 * 4 * 3
    rates = Counter(words(cell)["--rate-mbit"] for cell in (*judged, *tuning))
    assert rates == {"5": 48, "20": 48, "60": 48, "150": 48}
    assert 70 <= len(judged) <= 122  # 96 +- 3.7 sigma
    assert {cell.half for cell in judged} == {JUDGED}
    assert [cell.direction for cell in judged] == [direction_of(FIFO, k) for k in range(len(judged))]
    assert cells.cell_of(5, FIFO, 3, JUDGED, full=True) == judged[3]
    assert cells.cell_of(5, FIFO, 3, JUDGED, full=False) == draw(5, FIFO, 3, JUDGED)


def test_twelve_fifo_cells_are_half_off_the_grid_at_every_rate_and_both_ways():
    twelve = [words(cell) for cell in drawn(FIFO, 12)]
    on = [cell for cell in twelve if float(cell["--rate-mbit"]) in {5, 20, 60, 150}]
    assert len(on) == 6
    for low, high in ((5, 10), (10, 35), (35, 95), (95, 150)):
        assert sum(low <= float(cell["--rate-mbit"]) <= high for cell in twelve) == 3
    assert Counter(cell["--direction"] for cell in twelve) == {"down": 6, "up": 6}
    for cell in twelve:
        assert 20 <= float(cell["--rtt-ms"]) <= 150
        assert 0 <= float(cell["--loss-pct"]) <= 3
        assert 0 <= float(cell["--jitter-ms"]) <= 20
        assert 100 <= float(cell["--queue-ms"]) <= 300


def test_ten_other_cells_are_each_shape_both_ways():
    ten = drawn(OTHER, 10)
    pairs = {(cell.shape, cell.direction) for cell in ten}
    assert pairs == {
        (s, d) for s in ("scheduler", "policer", "batching", "ramp", "trace") for d in ("down", "up")
    }


@pytest.mark.parametrize("kind", [FIFO, OTHER])
def test_every_cell_is_a_link_that_can_be_made_and_measured_the_way_known_before(kind, tmp_path):
    for index, cell in enumerate(drawn(kind, 20)):
        options = cells.options_of(cell, tmp_path, seed=index)
        check_link(link_of(options))
        assert options.direction == cell.direction == direction_of(kind, index)
        assert options.seed == index


def test_a_trace_is_a_file_that_lasts_for_all_that_is_run_over_it(tmp_path):
    cell = next(cell for cell in drawn(OTHER, 5) if cell.shape == "trace")
    options = cells.options_of(cell, tmp_path, seed=1)
    rows = link_of(options).down.rate_trace or link_of(options).up.rate_trace
    assert rows[0].t_s == 0
    assert rows[-1].t_s > 55
    assert len({row.rate_bps for row in rows}) > 20
    mean_bps = float(words(cell)["--rate-mbit"]) * 1e6
    assert all(0.399 * mean_bps < row.rate_bps < 1.801 * mean_bps for row in rows)


def test_the_split_does_not_move():
    # written down when the split was made: who changes what a name is made of moves cells between the halves
    assert draw(5, FIFO, 0, JUDGED).name == "a0a7574b"
    assert draw(5, OTHER, 4, JUDGED).name == "f9451389"
