"""A receiver that is lied to, and one that is not: `python -m hil_tests.holds.gnss --seed N`.

Clean: 12 tracks of an hour each, with reflections and lost fixes; any flag is a false alarm. Attacks: 40 of
each kind; one that raises no flag of its kind until the track ends is missed.
"""

from collections import Counter
from random import Random

from probe.logic.gnss_guard import AWAY, JUMPED, TIME_JUMPED
from probe.logic.sky import Sky

from hil_tests.gnss_world import Attack, Crystal, draw_attack, track
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

CLEAN_HOURS = 12
ATTACKS = 40
HOUR_S = 3600
FLAGS = {"jump": JUMPED, "drag": AWAY, "time-jump": TIME_JUMPED, "time-drag": TIME_JUMPED}
SECONDS = {"jump": 900, "drag": 2400, "time-jump": 900, "time-drag": 1800}
EARLIEST_DAYS = 20_454  # 2026-01-01


def watch(rng: Random, seconds: int, attack: Attack | None) -> list[tuple[int, int]]:
    """Return (second, flags newly raised) of a track."""
    sky, crystal, raised = Sky(EARLIEST_DAYS), Crystal(rng), []
    us, ms, before_us = 0, 0, crystal.ticks_us(0)
    for t_s, words in track(rng, seconds, attack):
        now_us = crystal.ticks_us(t_s)
        us += (now_us - before_us) & 0x3FFFFFFF
        sky.tick(us // 1000 - ms, now_us)
        ms, before_us = us // 1000, now_us
        for octet in words:
            sky.octet(ms & 0x3FFFFFFF, now_us, octet)
        if sky.raised:
            raised.append((int(t_s), sky.raised))
            sky.raised = 0
    return raised


def main() -> None:
    """Try them all; the last line holds the figures."""
    seed = seed_from_arguments("Judge the guard over a GNSS receiver's words.")
    false = [f"hour {n}: {watch(Random(f'{seed} clean {n}'), HOUR_S, None)}" for n in range(CLEAN_HOURS)]
    false = [text for text in false if not text.endswith("[]")]
    missed, delays, early = [], Counter[str](), []
    for kind, flag in FLAGS.items():
        for number in range(ATTACKS):
            rng = Random(f"{seed} {kind} {number}")
            attack = draw_attack(rng, kind)
            raised = watch(rng, SECONDS[kind], attack)
            early += [f"{attack}: {row}" for row in raised if row[0] < attack.begin_s]
            seen = [t_s for t_s, flags in raised if flags & flag and t_s >= attack.begin_s]
            if seen:
                delays[kind] = max(delays[kind], seen[0] - attack.begin_s)
            else:
                missed.append(f"{attack}")
    print(f"seed {seed}; slowest flag of each kind, s: {dict(delays)}")
    alarms = false + early
    print_figures(
        {
            "false_alarms": figure(len(alarms), n=CLEAN_HOURS, invalid=0, detail="; ".join(alarms[:3])),
            "missed": figure(len(missed), n=ATTACKS * len(FLAGS), invalid=0, detail="; ".join(missed[:3])),
        }
    )


if __name__ == "__main__":
    main()
