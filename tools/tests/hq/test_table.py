"""The live table: figures with their units, failures by name, never a 0 for a failure."""

import json

from tools.hq.table import Picture

RECORD = {
    "v": 1, "id": "kpu-a/7f3a/000001", "ts": 1, "boot": "b", "box": "kpu-a", "site": "s", "line": "51010",
    "kind": "result", "clk": {"src": "ntp"}, "ok": True, "outcome": "ok", "nv": {},
}  # fmt: skip


def hear(picture, tail, payload, now_ms=1000):
    picture.hear(f"pantau/v1/31/3171/kpu-a/{tail}", json.dumps(payload).encode(), now_ms)


def test_a_line_shows_the_last_of_everything():
    picture = Picture()
    hear(picture, "box/status", {"v": 1, "box": "kpu-a", "state": "online", "session": 5})
    hear(
        picture,
        "51010/result",
        {**RECORD, "values": {"measurement": "tcp-down", "sustained_bps": 12_340_000}},
    )
    hear(
        picture, "51010/result", {**RECORD, "values": {"measurement": "rtt", "rtt_p50_ms": 41.26, "lost": 0}}
    )
    failed = {"ok": False, "outcome": "server", "err": {"code": "server.silent", "text": "t"}}
    hear(
        picture, "51010/result", {**RECORD, **failed, "values": {"measurement": "tcp-up", "sustained_bps": 0}}
    )
    sample = {"v": 1, "box": "kpu-a", "line": "51010", "ts": 1, "values": {"rsrp_dbm": -97.5}}
    hear(picture, "51010/signal", [sample], now_ms=2000)
    assert picture.rows(9000) == [
        ("kpu-a", "51010", "yes", "12.3", "server.silent", "41.3", "0", "-97.5", "-", "7")
    ]


def test_an_old_sessions_will_does_not_take_a_box_away():
    picture = Picture()
    hear(picture, "box/status", {"v": 1, "box": "kpu-a", "state": "online", "session": 5})
    hear(picture, "box/status", {"v": 1, "box": "kpu-a", "state": "offline", "session": 4})
    assert picture.online("kpu-a") == "yes"
    hear(picture, "box/status", {"v": 1, "box": "kpu-a", "state": "offline", "session": 5})
    assert picture.online("kpu-a") == "no"
    assert picture.online("kpu-b") == "-"


def test_what_cannot_be_read_is_counted():
    picture = Picture()
    picture.hear("some/where", b"{}", 1)
    hear(picture, "51010/result", {"v": 1})
    assert picture.unreadable == 2
    assert picture.rows(1) == []
