"""The holds of the judged bench: every figure is a row that the checker writes; half a bench meets none."""

from hil_tests.bench_check import rows
from hil_tests.holds.measure_bench import FIGURES, Row, figures_of

BESIDE = "iperf3 -P4: 4.25; 3 planned runs are missing"


def row(**more):
    fields = {"name": "fifo: error, median", "ours": 0.5, "peer": 4.25, "n": 48, "invalid": 2, "why": ""}
    return Row(**{**fields, **more})


def test_every_figure_is_a_row_of_the_checker():
    assert set(FIGURES.values()) <= {figure.name for figure in rows.FIGURES}


def test_a_figure_has_its_runs_and_the_peer_beside_it():
    found = figures_of({"fifo: error, median": row()})
    said = {"result": 0.5, "n": 48, "invalid": 2, "detail": "iperf3 -P4: 4.25"}
    assert found == {"fifo_median": said}


def test_missing_runs_leave_nothing_to_judge_by():
    found = figures_of({"fifo: error, median": row(why="3 planned runs are missing")})
    assert found == {"fifo_median": {"result": 0.5, "n": 0, "invalid": 2, "detail": BESIDE}}
    assert figures_of({"fifo: error, median": row(ours=None)}) == {}
