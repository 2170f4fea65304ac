"""Order statistics without interpolation: a percentile is a value that was seen, the larger in doubt."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share_pct: float) -> float:
    """Return the nearest-rank percentile: the least value that share_pct % of *values* do not exceed.

    NaN without values, so that no goal is met.
    """
    if not values:
        return math.nan
    rank = max(1, math.ceil(len(values) * share_pct / 100))
    return sorted(values)[rank - 1]
