"""A scan on the second AT port, in short: samples are taken meanwhile; without that port none are."""

import pytest

from hil_tests.holds.scan_samples import run


@pytest.mark.parametrize(("has_second", "samples_least"), [(True, 3), (False, 1)])
def test_samples_during_a_scan(has_second, samples_least, tmp_path):
    gaps, networks, lost = run(5, tmp_path / "modem", 2.5, has_second=has_second)
    assert networks > 0
    assert len(gaps) >= samples_least
    assert bool(lost) is not has_second
    if not has_second:
        assert max(gaps) >= 2.4
