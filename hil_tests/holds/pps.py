"""UTC of the board against the truth: `python -m hil_tests.holds.pps --seed N`.

Twelve boards run three hours each: crystal, interrupts, pulses and talk are as hil_tests.gnss_world says,
pulses and fixes go away for up to an hour. UTC is read at drawn moments; it is wrong if it is off by more
than what is stated beside it, and fake if it is off by more than a second.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from statistics import median

from probe.logic.sky import Sky
from probe.logic.timekeeping import COARSE, HOLDOVER, LOCKED, NONE

from hil_tests.gnss_world import BEGIN, Crystal, talk
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

BOARDS = 12
SECONDS = 3 * 3600
EARLIEST_DAYS = 20_454  # 2026-01-01
NAMES = {COARSE: "coarse", HOLDOVER: "holdover", LOCKED: "locked"}
EPOCH_S = BEGIN.timestamp()

Happening = tuple[float, str, bytes]


class Weather:
    """When there is a fix, and when the wire carries pulses: by spells."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._until_s = {"fix": rng.randrange(5, 90), "wire": rng.randrange(0, 60)}
        self.on = {"fix": False, "wire": rng.random() < 0.5}

    def step(self, second: int) -> None:
        """Let a second come."""
        for name, until_s in self._until_s.items():
            if second >= until_s:
                self.on[name] = not self.on[name]
                lasts_s = (300, 4000) if self.on[name] else (3, 10 ** self._rng.uniform(0.6, 3.55))
                self._until_s[name] = second + int(self._rng.uniform(*lasts_s))


def pulses(rng: Random, second: int, weather: Weather, unaligned_s: float) -> Iterator[float]:
    """Yield the true seconds at which the board reads its clock because of a pulse."""
    if weather.on["wire"] and rng.random() > 0.003:
        late_s = 3e-6 + rng.expovariate(1 / 5e-6) + abs(rng.gauss(0, 50e-9))
        if rng.random() < 0.002:
            late_s += rng.uniform(50e-6, 50e-3)
        yield second + late_s + (0.0 if weather.on["fix"] else unaligned_s)
    if rng.random() < 0.001:
        yield second + rng.random()


def happenings(rng: Random) -> Iterator[Happening]:
    """Yield (true second, pulse | talk | look, words), in order."""
    weather, base_s, unaligned_s = Weather(rng), rng.uniform(0.04, 0.35), rng.uniform(0, 0.999)
    wrong_clock_s = rng.uniform(-100_000, 100_000)  # of a receiver that has no fix yet
    for second in range(1, SECONDS):
        weather.step(second)
        now = [(t_s, "pulse", b"") for t_s in pulses(rng, second, weather, unaligned_s)]
        utc = BEGIN + timedelta(seconds=second if weather.on["fix"] else second + int(wrong_clock_s))
        words = talk(utc, -6.2, 106.8, valid=weather.on["fix"])
        now.append((second + base_s + rng.uniform(0, 0.06), "talk", words))
        now.append((second + rng.random(), "look", b""))
        yield from sorted(now)


def run(rng: Random) -> Iterator[tuple[int, float, int]]:
    """Yield (quality, error in us, stated uncertainty in us) of each look at one board."""
    sky, crystal = Sky(EARLIEST_DAYS), Crystal(rng)
    us, ms, before_us = 0, 0, crystal.ticks_us(0)
    for t_s, what, words in happenings(rng):
        now_us = crystal.ticks_us(t_s)
        us += (now_us - before_us) & 0x3FFFFFFF
        before_us = now_us
        sky.tick(us // 1000 - ms, now_us)
        ms = us // 1000
        if what == "pulse":
            sky.pulse(now_us)
        for octet in words:
            sky.octet(ms & 0x3FFFFFFF, now_us, octet)
        time = sky.time
        if what == "look" and time.quality != NONE:
            said_us = (time.days * 86_400 + time.second - EPOCH_S) * 1e6 + time.us
            yield time.quality, said_us - t_s * 1e6, time.uncertainty_us()
        elif what == "look":
            yield NONE, 0.0, 0


def main() -> None:
    """Run them all; the last line holds the figures."""
    seed = seed_from_arguments("Judge the board's UTC by the truth.")
    looks = [row for number in range(BOARDS) for row in run(Random(f"{seed} pps {number}"))]
    told = [row for row in looks if row[0] != NONE]
    fake = sum(abs(error) > 1e6 for _, error, _ in told)
    shares = []
    for quality, name in NAMES.items():
        rows = [row for row in told if row[0] == quality]
        covered = sum(abs(error) <= stated for _, error, stated in rows)
        shares.append(100 * covered / max(1, len(rows)))
        sizes = [abs(error) for _, error, _ in rows] or [0.0]
        print(
            f"{name}: {len(rows)} looks, {shares[-1]:.3f} % covered; median error {median(sizes):.1f} us, "
            f"largest {max(sizes):.0f} us; median stated {median([r[2] for r in rows] or [0])} us"
        )
    print(f"seed {seed}; no UTC at {len(looks) - len(told)} of {len(looks)} looks")
    print_figures(
        {
            "covered": figure(shares, n=len(told), invalid=0, detail="coarse, holdover, locked"),
            "fake": figure(fake, n=len(told), invalid=0, detail=f"{fake} looks off by more than a second"),
        }
    )


if __name__ == "__main__":
    main()
