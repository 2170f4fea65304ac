"""What the service proves to the probe board, and what it makes of its words."""

import asyncio

import pytest

from edge.board.session import BoardTime, Greeted, MainsLost, Status
from edge.config.load import load_config
from edge.host.timekeeping import ClockState, by_receiver
from edge.measure.failures import failure
from edge.measure.site import CALM
from edge.mqtt.state import Notice
from edge.service.board_desk import BoardDesk, DeskSetting, ReceiptAge
from edge.service.line import LineHandle
from edge.service.messages import Sample
from edge.service.site_watch import SiteWatch

CONFIG = """box = "t"
site = "t"
province = "31"
regency = "3171"
data_dir = "/nowhere"
[mqtt]
url = "mqtt://127.0.0.1:1"
[[server]]
name = "s"
address = "198.51.100.10:8620"
[board]
port = "/dev/serial0"
switches = ["", "1-1.2", "1-1.1"]
[[line]]
slot = "1-1.1"
at_port = ""
netns = "a"
[[line]]
slot = "1-1.2"
at_port = ""
netns = "b"
"""
T0_NS = 1_795_600_000_000_000_000
SAMPLE = Sample(t_ns=5, values={"rsrp_dbm": -90}, nv={})


class Clock:
    """Both clocks, one second a step."""

    def __init__(self):
        self.seconds = 0.0

    def unix_ns(self):
        return T0_NS + round(self.seconds * 1e9)

    def mono_s(self):
        return 1000.0 + self.seconds


class Desk:
    """A desk with lines whose workers are played."""

    def __init__(self):
        self.clock = Clock()
        self.told: list[tuple[object, ...]] = []
        config = load_config(CONFIG, where="box.toml")
        self.site = SiteWatch()
        self.lines = [LineHandle(line, n, lambda *_: None) for n, line in enumerate(config.line)]
        self.receipts = ReceiptAge(self.clock.mono_s)
        setting = DeskSetting(config, self.clock, self.site, 1)
        self.desk = BoardDesk(setting, self.lines, self.receipts, lambda *words: self.told.append(words))

    def sampled(self, line, count):
        for _ in range(count):
            self.lines[line]._take(SAMPLE)

    @property
    def events(self):
        return [name for name, _, _ in self.told]


@pytest.fixture
def desk():
    async def make():
        return Desk()

    return asyncio.run(make())


def status(*, mains=True, window=False):
    return Status(5000, (True,) * 5, mains, 12100, 5050, 2500, 0, window)


def test_the_proof_is_work_done_since_the_last_one_and_nothing_else(desk):
    assert desk.desk.proof().samples == (0, 0, 0)
    desk.sampled(0, 5)
    desk.sampled(1, 2)
    assert desk.desk.proof().samples == (0, 2, 5)
    assert desk.desk.proof().samples == (0, 0, 0), "a service that stands still proves nothing"


def test_the_age_is_of_the_last_receipt(desk):
    assert desk.desk.proof().receipt_age_s is None
    heard: list[Notice] = []
    notice = desk.receipts.beside(heard.append)
    notice(Notice(code="store", n=0, text="", text_id=""))
    assert desk.desk.proof().receipt_age_s is None
    notice(Notice(code="receipt", n=3, text="", text_id=""))
    desk.clock.seconds = 7.0
    assert desk.desk.proof().receipt_age_s == 7.0
    assert [told.code for told in heard] == ["store", "receipt"]


def test_mains_and_hands_are_told_when_they_change(desk):
    desk.desk.board_said(status())
    desk.desk.board_said(MainsLost(5100, 11900))
    desk.desk.board_said(status(mains=False))
    desk.desk.board_said(status(mains=False, window=True))
    desk.desk.board_said(status(mains=True, window=True))
    assert desk.events == ["mains.lost", "maintenance.begun", "mains.back"]
    assert desk.told[0] == ("mains.lost", None, {"battery_mv": 11900})
    assert desk.site.log.now == (True, True)


def test_a_board_that_is_away_is_no_evidence(desk):
    desk.desk.board_said(status(mains=False))
    desk.desk.board_failed(failure("board.silent", where="/dev/serial0"))
    assert desk.site.log.now == CALM
    assert desk.events == ["mains.lost", "board.failed"]


def test_a_reset_is_told_with_its_reason(desk):
    desk.desk.board_said(Greeted(1, 5, "watchdog", 0, same_table=True, again=False))
    desk.desk.board_said(Greeted(1, 5, "watchdog", 0, same_table=True, again=True))
    assert desk.told == [("board.reset", None, {"reason": "watchdog"})]


def test_the_board_s_time_tells_how_wrong_the_clock_is(desk):
    desk.desk.board_said(BoardTime(T0_NS // 10**9 - 2, 500, 800, 1))  # ours is 1.5 s ahead
    compared = desk.site.compared_at(desk.clock.mono_s())
    assert compared.offset_ms == pytest.approx(1485.0)  # half of WIRE_MS in the middle of its range
    assert compared.bound_ms == pytest.approx(15.8)
    unknown = ClockState("none", None)
    assert by_receiver(unknown, compared) == ClockState("gnss", 1500.8)
    later = desk.site.compared_at(desk.clock.mono_s() + 600)
    assert by_receiver(unknown, later) == ClockState("gnss", 1560.8)  # 100 ppm of 600 s more
    assert by_receiver(unknown, desk.site.compared_at(desk.clock.mono_s() + 4000)) == unknown
    assert by_receiver(ClockState("ntp", 2.0), compared) == ClockState("ntp", 2.0)
    assert by_receiver(unknown, None) == unknown


def test_a_board_without_time_says_none(desk):
    desk.desk.board_said(BoardTime(0, 0, 0, 0))
    assert desk.site.compared_at(desk.clock.mono_s()) is None


def test_state_of_a_board_that_was_not_heard_yet(desk):
    assert desk.desk.values() == {"board": "greeting"}
