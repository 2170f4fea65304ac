"""Pieces of the board's logic, each against times and levels written by hand."""

import pytest
from probe.logic import pi_watch, slots, window
from probe.logic.board import Board
from probe.logic.modems import ModemPower
from probe.logic.supply import LAST_GASP, MAINS_CAME, MAINS_LOST, NOTHING, Supply


def test_an_off_ends_with_its_lease():
    modems = ModemPower()
    assert modems.switch_off(2, 10_000)
    for _ in range(99):
        modems.tick(100, 0)
    assert list(modems.levels) == [1, 1, 0, 1, 1]
    modems.tick(100, 0)
    assert list(modems.levels) == [1, 1, 1, 1, 1]


def test_the_last_modem_on_stays_on():
    modems = ModemPower()
    assert [modems.switch_off(line, 60_000) for line in range(5)] == [True, True, True, True, False]
    assert list(modems.levels) == [0, 0, 0, 0, 1]
    assert not modems.shed(4)


def test_the_seventh_off_of_a_day_is_refused():
    modems = ModemPower()
    done = []
    for _ in range(7):
        done.append(modems.switch_off(0, 3_000))
        for _ in range(4_000):
            modems.tick(1_000, 0)
    assert done == [True] * 6 + [False]


def test_a_second_off_waits_for_the_back_off():
    modems = ModemPower()
    modems.switch_off(0, 1_000)
    for _ in range(9):
        modems.tick(1_000, 0)
    assert not modems.switch_off(0, 1_000)
    modems.tick(1_000, 0)
    assert modems.switch_off(0, 1_000)


def test_mains_lost_is_told_before_anything_is_shed_and_then_one_modem_at_a_time():
    modems, supply = ModemPower(), Supply()
    assert supply.tick(100, 0, 11_000, modems) == MAINS_LOST
    assert sum(modems.levels) == 5
    counts = []
    for _ in range(4):
        assert supply.tick(5_000, 0, 11_000, modems) == NOTHING
        counts.append(list(modems.levels))
    assert counts == [[1, 1, 1, 1, 0], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]
    assert [supply.tick(100, 0, 10_400, modems) for _ in range(2)] == [LAST_GASP, NOTHING]
    assert supply.tick(100, 1, 12_600, modems) == MAINS_CAME


def test_a_silent_pi_gets_an_alarm_then_a_reset_then_a_cut():
    watch = pi_watch.PiWatch(bytearray(12))
    changes, before = [], None
    for second in range(1, 620):
        watch.tick(1_000, inhibited=False)
        now = (watch.alarm, watch.reset, watch.power)
        if now != before:
            changes.append((second, now))
        before = now
    assert changes == [
        (1, (0, 0, 1)),
        (120, (1, 0, 1)),
        (300, (1, 1, 1)),
        (301, (1, 0, 1)),
        (601, (1, 0, 0)),
        (611, (0, 0, 1)),
    ]


def test_three_cuts_a_day_also_over_resets_of_the_board():
    memory, cuts, power = bytearray(12), 0, 1
    for boot in range(6):
        watch = pi_watch.PiWatch(memory)
        for _ in range(1_300):
            watch.tick(1_000, inhibited=False)
            cuts += power > watch.power
            power = watch.power
        assert boot or cuts == 2
    assert cuts == 3


@pytest.mark.parametrize(
    ("age_s", "samples", "proof"),
    [(900, (0,) * 5, True), (901, (0,) * 5, False), (65535, (0, 0, 1, 0, 0), True)],
)
def test_proof_of_work(age_s, samples, proof):
    assert pi_watch.is_proof(age_s, samples) is proof


def test_a_copy_by_hand():
    record = slots.decode_copy(bytes.fromhex("0500010002000000") + bytes.fromhex("23ca974c"))
    assert (record.generation, record.active, record.confirmed, record.boots) == (5, 1, 0, 2)
    assert slots.encode_copy(record).hex() == "050001000200000023ca974c"


@pytest.mark.parametrize("cut", range(13))
def test_a_write_cut_at_any_octet_leaves_the_old_or_the_new(cut):
    old = slots.encode_copy(slots.SlotRecord(7, 0, 1, 0))
    new = slots.encode_copy(slots.after_copying(slots.SlotRecord(7, 0, 1, 0)))
    record, _ = slots.newest(old, new[:cut] + b"\xff" * (12 - cut))
    assert (record.generation, record.active) == ((8, 1) if cut == 12 else (7, 0))


def test_a_bad_image_boots_three_times():
    record, booted = slots.after_copying(slots.SlotRecord(65_535, 0, 1, 0)), []
    for _ in range(5):
        record = slots.at_boot(record)
        booted.append(record.active)
    assert booted == [1, 1, 1, 0, 0]


def test_a_window_closes_ten_minutes_after_its_last_sign():
    one = window.Window()
    assert one.tick(100, sign=True)
    assert [one.tick(599_999, sign=False), one.tick(1, sign=False)] == [True, False]


def test_the_repl_in_field_mode_wants_the_button():
    assert [
        window.may_open_repl(field_mode=f, button_held=b) for f in (True, False) for b in (True, False)
    ] == [
        True,
        False,
        True,
        True,
    ]


def test_commands_are_carried_out_once_and_over_the_wrap_of_the_clock():
    board = Board(0x3FFFFFFF, bytearray(12))
    assert [board.command("power_off", (1, 1_000, 0, 60)) for _ in range(2)] == [0, 1]
    board.step(99)
    assert (board.uptime_ms, list(board.modems.levels)) == (100, [0, 1, 1, 1, 1])
    assert board.command("power_on", (2, 99, 0)) == 2
    assert board.command("power_on", (2, 200, 0)) == 0
    assert board.command("power_on", (3, 200, 0)) == 3
