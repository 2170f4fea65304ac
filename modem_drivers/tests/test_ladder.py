import pytest

from modem_drivers.families.procedures import STANDARD_LADDER, ResetKind
from modem_drivers.ladder import Climbs, Seen, needs_mode_switch, next_step

WHOLE = Seen(usb="modem", port=True, rebinds=True, powers=True, switches=True)


def climb(seen: Seen) -> tuple[list[str], dict[str, str]]:
    tried: frozenset[ResetKind] = frozenset()
    taken: list[str] = []
    left_out: dict[str, str] = {}
    while True:
        step, skipped = next_step(STANDARD_LADDER, tried, seen)
        left_out |= {kind.value: why for kind, why in skipped}
        taken.append(step.kind.value)
        if step.kind is ResetKind.GIVE_UP:
            return taken, left_out
        tried |= {step.kind, *(kind for kind, _ in skipped)}


def test_a_modem_that_nothing_cures_gets_every_rung_once_and_is_given_up() -> None:
    assert climb(WHOLE) == (["sync", "cfun", "reboot", "rebind", "power", "give up"], {})


@pytest.mark.parametrize(
    ("seen", "taken"),
    [
        (Seen(usb="modem", port=False, rebinds=True, powers=True), ["rebind", "power", "give up"]),
        (Seen(usb="absent", port=False, rebinds=True, powers=True), ["power", "give up"]),
        (Seen(usb="modem", port=True), ["sync", "cfun", "reboot", "give up"]),
        (Seen(usb="absent", port=False), ["give up"]),
    ],
)
def test_what_cannot_work_here_is_skipped_with_its_reason(seen: Seen, taken: list[str]) -> None:
    found, left_out = climb(seen)
    assert found == taken
    assert set(left_out) == {"sync", "cfun", "reboot", "rebind", "power"} - set(taken)
    assert all(left_out.values())


def test_a_stick_in_its_disks_guise_is_switched_where_somebody_can() -> None:
    assert needs_mode_switch(Seen(usb="storage", port=False, switches=True))
    assert not needs_mode_switch(Seen(usb="storage", port=False))
    assert not needs_mode_switch(WHOLE)


def test_climbs_in_vain_are_farther_and_farther_apart() -> None:
    climbs, now_s, pauses = Climbs(), 0.0, []
    for _ in range(4):
        pauses.append(climbs.wait_s(now_s))
        now_s += pauses[-1]
        climbs = climbs.begin(now_s).ended(now_s + 80, cured=False)
        now_s += 80
    # 60 s, 120 s, 240 s after the end of the one before; the fifth waits for the hour
    assert pauses == [0, 60, 120, 240]
    assert climbs.wait_s(now_s) == 3600 - now_s


def test_no_more_than_four_an_hour_and_twelve_a_day_also_if_each_cures() -> None:
    climbs, now_s, begun = Climbs(), 0.0, []
    for _ in range(13):
        now_s += climbs.wait_s(now_s)
        begun.append(now_s)
        climbs = climbs.begin(now_s).ended(now_s + 1, cured=True)
        now_s += 1
    assert begun[3] == 3
    assert begun[4] == 3600
    assert begun[12] == 86400


def test_a_cure_ends_the_pauses() -> None:
    climbs = Climbs().begin(0).ended(10, cured=False).begin(70).ended(80, cured=True)
    assert climbs.wait_s(80) == 0
