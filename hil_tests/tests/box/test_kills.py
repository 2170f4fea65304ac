"""A few kills in every test run; the forty of the hold are `python -m hil_tests.holds.kills`."""

import pytest

from hil_tests.bench.box import BoxBench, clean_link
from hil_tests.bench.box_kills import run_box_kills

SEED = 7


@pytest.mark.netns
@pytest.mark.mqtt
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_kills_of_box_and_ingest_lose_nothing_and_store_nothing_twice(tmp_path):
    print(f"seed {SEED}")
    with BoxBench(folder=tmp_path, links=[clean_link("a"), clean_link("b")]) as bench:
        report = run_box_kills(bench, kills=6, seed=SEED)
    assert report.victims == ["box", "ingest"] * 3
    assert report.invalid == 0, report.in_flight
    assert report.served >= 10
    assert report.stored >= report.served
    assert (report.lost, report.twice, report.holes) == ([], 0, 0)
