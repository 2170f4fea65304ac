"""The goal of a hold: `max <= 5.0`, `== 0`, `median < 180`, and whether a result meets it."""

import math
import operator
import re
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

PATTERN = re.compile(r"(?:(?P<fold>[a-z]+) )?(?P<sign><=|>=|==|<|>) (?P<bound>-?[0-9]+(?:\.[0-9]+)?)")
SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
FOLDS: dict[str, Callable[[Sequence[float]], float]] = {
    "max": max,
    "min": min,
    "sum": math.fsum,
    "mean": statistics.fmean,
    "median": statistics.median,
}


class GoalError(ValueError):
    """A goal that is not written as `[max|min|sum|mean|median] SIGN NUMBER`."""


class Goal(NamedTuple):
    """A bound on a result; `fold` is "" when every number must keep the bound by itself."""

    fold: str
    sign: str
    bound: float

    def is_met(self, result: float | Sequence[float]) -> bool:
        """Return whether *result*, a number or several, keeps the goal; nothing and NaN never do."""
        numbers = list(result) if isinstance(result, Sequence) else [result]
        if not numbers or not all(math.isfinite(number) for number in numbers):
            return False
        judged = [FOLDS[self.fold](numbers)] if self.fold else numbers
        return all(SIGNS[self.sign](number, self.bound) for number in judged)


def parse_goal(text: str) -> Goal:
    """Return the goal that *text* states. Raises GoalError."""
    match = PATTERN.fullmatch(text)
    if match is None or (match["fold"] or "max") not in FOLDS:
        raise GoalError(f"goal {text!r}: write it as `max <= 5.0` or `== 0` ({', '.join(FOLDS)})")
    return Goal(match["fold"] or "", match["sign"], float(match["bound"]))
