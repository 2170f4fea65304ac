"""The logic of the probe board within a site of faults; the sabotages of the firmware must go red here."""

import pytest

from hil_tests import probe_model


@pytest.mark.parametrize("seed", [1, 2])
def test_every_bound_on_the_levels_is_kept(seed):
    site = probe_model.run(seed, 100_000)
    assert dict(site.broken) == {}
    assert min(site.seen[name] for name in ("edges", "cuts", "updates", "watchdog resets", "boots")) > 0
