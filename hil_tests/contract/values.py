"""How contract tests read what the driver does not read yet, and compare with the truth."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

CLOCK = re.compile(r'\+CCLK: ?"(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)"')  # 27.007 8.15
SENT = re.compile(rb"\+CMGS: ?(\d+)")  # 27.005 3.5.1
TOLERANCE = 1e-9


def clock_to_utc(line: str) -> datetime:
    """Return the moment that a +CCLK answer tells. Raises: AssertionError, if it tells none."""
    match = CLOCK.fullmatch(line.strip())
    assert match is not None, f"no clock in {line!r}"
    year, month, day, hour, minute, second, quarters = (int(field) for field in match.groups())
    local = datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    return local - timedelta(minutes=15 * quarters)


def sms_numbers(data: bytes) -> list[int]:
    """Return the message references in *data*."""
    return [int(number) for number in SENT.findall(data)]


def agree(found: Mapping[str, object], truth: Mapping[str, object] | None) -> None:
    """Raises: AssertionError, if a value differs from the truth, or the truth knows nothing of it.

    Without a truth (None) there is nothing to compare.
    """
    if truth is None:
        return
    assert truth, "the simulator's log has no reply of that time"
    for name, value in found.items():
        assert name in truth, f"{name} = {value}: the simulator's log does not know it: {dict(truth)}"
        wanted = truth[name]
        if isinstance(value, int | float) and isinstance(wanted, int | float):
            assert abs(value - wanted) <= TOLERANCE, f"{name} is {value}, the modem said {wanted}"
        else:
            assert value == wanted, f"{name} is {value!r}, the modem said {wanted!r}"
