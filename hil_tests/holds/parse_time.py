"""How long one answer takes to read: `python -m hil_tests.holds.parse_time --seed N`.

Every answer of heard.jsonl, in an order drawn from the seed, is read over and over as `pantau modems parse`
reads it (rows, columns, units); an answer's time is the median of its rounds.
"""

import json
import statistics
import time
from random import Random

from hil_tests.holds.report import figure, print_figures, seed_from_arguments
from hil_tests.holds.streams import HEARD
from modem_drivers.families.parse import parse_reply

ROUNDS = 200


def main() -> None:
    """Measure; the last line is the figure."""
    seed = seed_from_arguments("Time the reading of answers.")
    answers = [json.loads(row) for row in HEARD.read_text(encoding="utf-8").splitlines()]
    Random(seed).shuffle(answers)
    medians_us: list[float] = []
    for one in answers:
        taken_ns: list[int] = []
        for _ in range(ROUNDS):
            before_ns = time.perf_counter_ns()
            parse_reply(one["command"], one["reply"], one["family"])
            taken_ns.append(time.perf_counter_ns() - before_ns)
        medians_us.append(statistics.median(taken_ns) / 1000)
    slowest = max(zip(medians_us, answers, strict=True), key=lambda pair: pair[0])
    detail = f"slowest {slowest[0]:.0f} us, {slowest[1]['command']} of {slowest[1]['family']}"
    print_figures({"median_us": figure(medians_us, n=len(medians_us), invalid=0, detail=detail)})


if __name__ == "__main__":
    main()
