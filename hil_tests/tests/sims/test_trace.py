"""The one reader of trace files: rows by time, rates where the file has them, every mistake named."""

import pytest

from hil_tests.sims.trace import TraceError, TracePoint, read_trace

RADIO = "t_s,rsrp_dbm,rsrq_db,sinr_db"


def written(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    return path


def test_a_row_holds_until_the_next(tmp_path):
    trace = read_trace(written(tmp_path, f"{RADIO}\n0,-90,-10,12\n5,-100,-14,3\n9.5,-80,-9,20\n"))
    assert [trace.at(t_s).rsrp_dbm for t_s in (-1, 0, 4.999, 5, 9.5, 60)] == [-90, -90, -90, -100, -80, -80]
    assert [trace.next_change_s(t_s) for t_s in (-1, 0, 5, 9.4, 9.5)] == [0, 5, 9.5, 9.5, None]
    assert (trace.index(6), trace.start_ns) == (1, None)


def test_rates_of_both_directions_of_each_or_of_none(tmp_path):
    each = read_trace(written(tmp_path, f"{RADIO},rate_down_mbit,rate_up_mbit\n0,-90,-10,12,30,5\n"), 7)
    assert each.points == (TracePoint(0, -90, -10, 12, 30, 5),)
    assert each.start_ns == 7
    both = read_trace(written(tmp_path, f"{RADIO},rate_mbit\n0,-90,-10,12,8\n"))
    assert both.points == (TracePoint(0, -90, -10, 12, 8, 8),)
    down = read_trace(written(tmp_path, f"{RADIO},rate_down_mbit\n0,-90,-10,12,8\n"))
    assert down.points == (TracePoint(0, -90, -10, 12, 8, None),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t_s,rsrp\n0,-90\n", r"row 1: 'rsrp_dbm'; the first line must be t_s,rsrp_dbm,rsrq_db,sinr_db\["),
        (f"{RADIO}\n0,-90,-10,x\n", "row 1: could not convert"),
        (f"{RADIO}\n0,-90,-10,nan\n", "row 1: sinr_db is nan"),
        (f"{RADIO}\n0,-90,-10,1\n2,-90,-10\n", "row 2: "),
        (f"{RADIO},rate_mbit\n0,-90,-10,1,-2\n", "rate_mbit is -2, a rate must not be below 0"),
        (f"{RADIO}\n", "no rows, or t_s does not rise"),
        (f"{RADIO}\n1,-90,-10,1\n1,-90,-10,1\n", "no rows, or t_s does not rise"),
    ],
)
def test_every_mistake_says_what_and_where(tmp_path, text, said):
    with pytest.raises(TraceError, match=said):
        read_trace(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TraceError, match=r"none\.csv: cannot be read \(No such file"):
        read_trace(tmp_path / "none.csv")
