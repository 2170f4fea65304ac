"""The guard over a still receiver against places and times written by hand: 1e-7 degree north is 1.11 cm."""

import pytest
from probe.logic.gnss_guard import AWAY, JUMPED, TIME_JUMPED, Guard, apart_e7, cos_1024

DAY = 20_782
HOME = (-6, -1_750_000, 106, 8_270_000)


def stand(guard, seconds, *, begin_s=0, north_e7=0, east_e7=0, step_e7=0):
    """Feed one fix a second; return (second, flags) of those that raised any."""
    raised = []
    for n in range(seconds):
        flags = guard.fix(
            (begin_s + n) * 1000, HOME[0], HOME[1] + north_e7 + n * step_e7, HOME[2], HOME[3] + east_e7
        )
        if flags:
            raised.append((begin_s + n, flags))
    return raised


def test_the_first_two_minutes_make_the_anchor():
    guard = Guard()
    assert (stand(guard, 119), guard.anchored) == ([], False)
    assert (stand(guard, 1, begin_s=119), guard.anchored) == ([], True)


@pytest.mark.parametrize(
    ("north_e7", "east_e7", "flags"),
    [(2_100, 0, []), (2_500, 0, [(200, JUMPED)]), (0, 2_200, []), (0, 2_500, [(200, JUMPED)])],
)
def test_a_jump_of_more_than_25_metres(north_e7, east_e7, flags):
    guard = Guard()
    assert stand(guard, 200) == []
    assert stand(guard, 1, begin_s=200, north_e7=north_e7, east_e7=east_e7) == flags


def test_a_slow_drag_is_seen_when_the_smoothed_place_is_30_metres_off():
    guard = Guard()
    stand(guard, 200)
    raised = stand(guard, 600, begin_s=200, step_e7=9)  # 0.1 m/s
    assert [flags for _, flags in raised] == [AWAY]
    assert 500 <= raised[0][0] <= 530


def test_away_ends_when_the_place_is_near_again():
    guard = Guard()
    stand(guard, 200)
    stand(guard, 100, begin_s=200, north_e7=4_000)
    assert guard.flags & AWAY
    stand(guard, 100, begin_s=300)
    assert not guard.flags & AWAY


def test_a_provisioned_place_is_the_anchor_from_the_first_fix():
    guard = Guard()
    guard.set_anchor(*HOME)
    raised = stand(guard, 100, north_e7=20_000)
    assert [flags for _, flags in raised] == [AWAY]


@pytest.mark.parametrize("jump_ms", [1_000, -1_000, 86_400_000, 619_315_200_000])
def test_a_jump_of_time(jump_ms):
    guard = Guard()
    assert [guard.time(n * 1000 + n % 3 * 100, DAY, n * 1000) for n in range(100)] == [0] * 100
    days, ms = divmod(100_000 + jump_ms, 86_400_000)
    assert guard.time(100_000, DAY + days, ms) == TIME_JUMPED
    assert guard.time(101_000, DAY + days, ms + 1_000) == 0


def test_midnight_is_no_jump():
    guard = Guard()
    assert [guard.time(n * 1000, DAY + n // 10, (86_390 + n) % 86_400 * 1000) for n in range(20)] == [0] * 20


def test_time_that_is_dragged_faster_than_any_crystal():
    guard = Guard()
    flags = [guard.time(n * 1000, DAY, n * 1002) for n in range(500)]
    assert 360 <= flags.index(TIME_JUMPED) <= 380  # 0.7 s at 1.9 ms/s


def test_a_day_without_a_fix_is_no_jump_of_time():
    guard = Guard()
    guard.time(0, DAY, 0)
    assert guard.time(86_400_000, DAY + 1, 2_600) == 0  # 30 ppm


def test_flags_go_out_after_five_minutes():
    guard = Guard()
    stand(guard, 200)
    stand(guard, 1, begin_s=200, north_e7=50_000)
    guard.tick(299_999)
    assert guard.flags & JUMPED
    guard.tick(1)
    assert not guard.flags & JUMPED


def test_degrees_apart():
    assert apart_e7(-6, -9_999_990, -7, -10) == 20
    assert apart_e7(-180, -5, 179, 9_999_995) == 0
    assert apart_e7(10, 0, 106, 0) == -900_000


@pytest.mark.parametrize(("degrees", "cosine"), [(0, 1024), (-6, 1018), (45, 724), (60, 512), (90, 18)])
def test_cosine(degrees, cosine):  # cos(6 deg) = 0.99452, x 1024 = 1018.4
    assert abs(cos_1024(degrees) - cosine) <= 2
