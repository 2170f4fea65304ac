"""Overshoot of a SIM's byte budget with the box killed at seeded moments: `... --seed N`.

Three trials against our server, two against one that sends on whatever it was told: there the counter alone
stops the test.
"""

import random
import sys
import tempfile
from pathlib import Path

from hil_tests.bench.budget_kills import Trial, draw, run_trial
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

DEAF = (False, False, False, True, True)
LEAST_USED = 0.5
"""A trial that used less of its budget shows little: it is invalid."""


def main() -> None:
    """Run and print the figures overshoot (feedback intervals) and spent (trials that did not say so)."""
    seed = seed_from_arguments("Kill the box while its tests eat a budget; read the interface's counter.")
    rng = random.Random(seed)
    trials: list[Trial] = []
    for deaf in DEAF:
        with tempfile.TemporaryDirectory(prefix="budget-") as folder:
            trials.append(run_trial(draw(rng, deaf=deaf), Path(folder), rng))
        print(_line(trials[-1]), file=sys.stderr, flush=True)
    good = [trial for trial in trials if trial.used >= LEAST_USED]
    told = f"seed {seed}: " + "; ".join(_line(trial) for trial in trials)
    kills, invalid = sum(trial.kills for trial in good), len(trials) - len(good)
    overshoot = [round(trial.overshoot_intervals, 3) for trial in good]
    silent = sum(not trial.said_spent for trial in trials)
    print_figures(
        {
            "overshoot": figure(overshoot, n=kills, invalid=invalid, detail=told),
            "unsaid": figure(silent, n=len(trials), invalid=0, detail=told),
        }
    )


def _line(trial: Trial) -> str:
    plan = trial.plan
    kind = "deaf server" if plan.deaf else "our server"
    return (
        f"{kind}, {plan.rate_bps / 1e6:.1f} Mbit/s, {plan.delay_ms} ms: {trial.kills} kills "
        f"({trial.in_traffic} in traffic), {trial.taken_bytes} bytes = {trial.used:.1%} of "
        f"{plan.budget_mib} MiB, "
        f"overshoot {trial.overshoot_intervals:.2f} intervals{' '.join(['', *trial.words])}"
    )


if __name__ == "__main__":
    main()
