"""The emulator under load, and when full: `python -m hil_tests.holds.emulator --seed N`."""

from hil_tests.bench.errors import NoVerdict
from hil_tests.emulator_bench import suite
from hil_tests.emulator_bench.goals import Goal
from hil_tests.emulator_bench.suite import Part
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

LOAD = {  # figure of the hold: the goal's name
    "drops": "own drops of the emulator",
    "pps": "offered rate missing, %",
    "loss": "receiver's loss - log's, packets",
    "loss_sigmas": "log's loss - setting, sigmas",
    "delay": "added delay p99 by tcpdump, ms",
    "unexplained": "unexplained packets",
}
FULL = {"rate": "rate, error % by tcpdump at the far end", "unexplained_full": "unexplained packets"}


def figures_of(part: Part, names: dict[str, str]) -> dict[str, object]:
    """Return the part's figures under the holds' names."""
    by_name = {goal.name: goal for goal in part.goals}
    return {key: _figure(part, by_name[name]) for key, name in names.items()}


def _figure(part: Part, goal: Goal) -> dict[str, object]:
    machine = part.machine.words() if part.machine else ""
    detail = goal.detail if machine in goal.detail else f"{goal.detail}; {machine}".lstrip("; ")
    thrown = len(part.invalid) * part.packets
    return figure(goal.figures, n=part.packets, invalid=thrown, detail=detail)


def main() -> None:
    """Run both parts and print the figures; without a valid run there are none, and the command fails."""
    seed = seed_from_arguments("Put the link emulator under load, and fill its links.")
    try:
        figures = {**figures_of(suite.under_load(seed), LOAD), **figures_of(suite.when_full(seed), FULL)}
    except NoVerdict as error:
        raise SystemExit(str(error)) from error
    print_figures(figures)


if __name__ == "__main__":
    main()
