"""What a minute of fuzzing finds, and planted bugs: `python -m hil_tests.holds.fuzz --seed N`."""

from hil_tests.fuzz.__main__ import add_up, complaints, reached_of, run
from hil_tests.fuzz.plants import PLANTS
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

SECONDS, PLANT_SECONDS = 60.0, 20.0


def finds_of(seed: int, plant: int) -> int:
    """Return how many inputs found bug number *plant* in PLANT_SECONDS."""
    return sum(len(tally.finds) for tally in add_up(run(seed, PLANT_SECONDS, plant)).values())


def main() -> None:
    """Measure; the last line is the figures."""
    seed = seed_from_arguments("Fuzz every decoder, then look for each planted bug.")
    tallies = add_up(run(seed, SECONDS, None))
    said = complaints(tallies, SECONDS, 0.0)
    total = sum(tally.inputs for tally in tallies.values())
    reached, there, _ = reached_of(tallies)
    slowest_ms = [tally.slowest_s * 1000 for tally in tallies.values()]
    missed = [plant for plant in PLANTS if not finds_of(seed, plant)]
    print_figures(
        {
            "complaints": figure(len(said), n=total, invalid=0, detail="; ".join(said[:5])),
            "rate": figure(total / SECONDS, n=total, invalid=0, detail="inputs a second, all decoders"),
            "reached_pct": figure(100 * reached / there, n=there, invalid=0, detail="lines of the decoders"),
            "slowest_ms": figure(slowest_ms, n=len(tallies), invalid=0, detail=", ".join(tallies)),
            "plants_missed": figure(len(missed), n=len(PLANTS), invalid=0, detail=f"missed: {missed}"),
        }
    )


if __name__ == "__main__":
    main()
