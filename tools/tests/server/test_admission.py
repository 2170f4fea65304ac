"""Places, bandwidth, keys, nonces: no clock and no socket."""

import pytest

from tools.server.admission import Gate, KeyRing, RefusedError, UsedNonces, direction_of


def test_a_full_server_says_when_a_place_will_be_free():
    gate = Gate(max_sessions=2)
    gate.enter("both", None, 5.0, now_s=100.0)
    gate.enter("down", None, 10.0, now_s=101.0)
    with pytest.raises(RefusedError) as refusal:
        gate.enter("up", None, 5.0, now_s=103.0)
    assert (refusal.value.code, refusal.value.retry_after_s) == ("busy", 4.0)  # 100 + 5 + 2 - 103
    assert "2 tests are running" in refusal.value.text


def test_bandwidth_is_counted_each_way():
    gate = Gate(max_sessions=9, capacity_bps=100_000_000)
    first = gate.enter("down", 60_000_000, 5.0, now_s=0.0)
    assert gate.enter("up", 60_000_000, 5.0, now_s=0.0).bps == 60_000_000
    assert gate.enter("both", None, 5.0, now_s=0.0).bps == 0  # probes take next to nothing
    with pytest.raises(RefusedError) as refusal:
        gate.enter("down", 60_000_000, 5.0, now_s=1.0)
    assert refusal.value.text == "60 of 100 Mbit/s down are taken, this test needs 60"
    assert refusal.value.retry_after_s == 6.0
    gate.leave(first)
    assert gate.enter("down", 60_000_000, 5.0, now_s=1.0).bps == 60_000_000


def test_a_test_past_its_time_is_asked_for_again_soon():
    gate = Gate(max_sessions=9, capacity_bps=10)
    gate.enter("down", 10, 1.0, now_s=0.0)
    with pytest.raises(RefusedError) as refusal:
        gate.enter("down", 10, 1.0, now_s=50.0)
    assert refusal.value.retry_after_s == 1.0


def test_who_wants_more_than_there_is_gets_all_and_is_told_so():
    assert Gate(max_sessions=9, capacity_bps=20_000_000).enter("up", 10**9, 1.0, 0.0).bps == 20_000_000


def test_who_does_not_say_is_taken_to_need_fifty_megabits():
    assert Gate(max_sessions=9, capacity_bps=10**9).enter("up", None, 1.0, 0.0).bps == 50_000_000


@pytest.mark.parametrize(
    ("kind", "direction"),
    [("rtt", "both"), ("tcp-down", "down"), ("tcp-up", "up"), ("capacity-down", "down")],
)
def test_a_kind_s_name_says_its_direction(kind, direction):
    assert direction_of(kind) == direction


def test_a_nonce_is_used_once_and_forgotten_at_last():
    used = UsedNonces(kept=2)
    used.use("a")
    with pytest.raises(RefusedError) as refusal:
        used.use("a")
    assert refusal.value.code == "used"
    used.use("b")
    used.use("c")
    used.use("a")


def test_each_box_has_its_own_key(tmp_path):
    (tmp_path / "kpu-3171-a").write_text("a" * 32 + "\n")
    (tmp_path / "kpu-3171-b").write_text("short")
    ring = KeyRing(None, tmp_path)
    assert ring.required
    assert ring.key_for("kpu-3171-a") == b"a" * 32
    for stranger in ("kpu-3171-b", "kpu-3171-c", "", "../secret", "a/b"):
        assert ring.key_for(stranger) is None
    assert KeyRing(b"s" * 32, tmp_path).key_for("kpu-3171-c") == b"s" * 32
    assert not KeyRing().required
