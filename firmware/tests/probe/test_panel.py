"""Sensors, lamps and pages against values written by hand."""

import pytest
from probe.logic import lamps, pages
from probe.logic.board import Board
from probe.logic.sensors import BATTERY, CORE, LINE_0, RAIL, UNKNOWN, Contact, Sensors, bus_mv, shunt_ma
from probe.logic.sky import Sky


@pytest.mark.parametrize(
    ("raw", "ma"), [(0xC180, -1600), (0x0000, 0), (0x7FF8, 3276), (0x0008, 0), (0x00A0, 16)]
)  # SBOS576B: C180h is -80 mV; over 50 mOhm 1600 mA
def test_current_of_a_shunt_register(raw, ma):
    assert shunt_ma(raw, 50) == ma


@pytest.mark.parametrize(("raw", "mv"), [(0x7FF8, 32_760), (0x1388, 5_000)])  # full scale 32.76 V; 625 x 8 mV
def test_voltage_of_a_bus_register(raw, mv):
    assert bus_mv(raw) == mv


def test_a_value_nobody_reads_anew_is_unknown():
    sensors = Sensors()
    sensors.put(RAIL, 5_010)
    sensors.tick(9_999)
    assert sensors.values[RAIL] == 5_010
    sensors.tick(1)
    assert sensors.values[RAIL] == UNKNOWN


def test_limits():
    sensors = Sensors()
    assert sensors.wrong() == 0
    for place, value in ((RAIL, 4_749), (BATTERY, 12_600), (CORE, 8_001), (LINE_0 + 4, 2_501)):
        sensors.put(place, value)
    assert sensors.wrong() == 0b1_0000_1010


def test_a_contact_that_bounces():
    contact, changes = Contact(0), []
    for level in (1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1):
        changes.append(contact.tick(10, level))
    assert changes == [False] * 9 + [True, False]
    assert (contact.closed, contact.held_ms) == (1, 10)


def test_lamps():
    assert [lamps.level(lamps.GOOD, ms) for ms in (0, 124, 125, 1_999, 2_000)] == [1, 1, 0, 0, 1]
    assert lamps.green(window=True, silent=True) == lamps.WINDOW
    assert lamps.red(alarm=False, mains=False, wrong=0) == lamps.BATTERY
    assert lamps.red(alarm=False, mains=True, wrong=2) == lamps.ALARM


class Paper:
    """A canvas that keeps the texts by row."""

    def __init__(self):
        self.rows = {}

    def fill(self, colour):
        self.rows.clear()

    def fill_rect(self, x, y, width, height, colour):
        assert (x, y, width, height) == (0, 0, 128, 8)

    def text(self, text, x, y, colour):
        assert x == 0
        assert len(text) <= 16
        assert y in range(0, 64, 8)
        self.rows[y // 8] = text


def page(number, shown):
    paper = Paper()
    pages.draw(paper, number, shown)
    return [paper.rows.get(row, "") for row in range(8)]


@pytest.fixture
def shown():
    return pages.Shown(Board(0, bytearray(12)), Sky(20_454), Sensors(), ("image 1a2b3c4d", "slot 0"))


def test_pages_of_a_board_that_knows_nothing_yet(shown):
    assert page(0, shown) == [
        "PANTAU probe",
        "--:--:-- UTC",
        "modems 1 1 1 1 1",
        "Pi works",
        "mains ok",
        "GNSS no fix",
        "",
        "",
    ]
    assert page(1, shown)[1] == "0 on        --"
    assert page(2, shown)[2:5] == ["battery  --", "rail     --", "board    --"]
    assert page(3, shown)[1:7] == [
        "used -- of 0",
        "C/N0 -- dBHz",
        "UTC --:--:--",
        "by none",
        "+- --",
        "guard ok",
    ]
    assert page(5, shown)[:3] == ["about", "image 1a2b3c4d", "slot 0"]


def test_pages_of_a_board_in_trouble(shown):
    board, sensors = shown.board, shown.sensors
    board.modems.switch_off(2, 60_000)
    board.levels.mains = 0
    for place, value in ((BATTERY, 11_456), (RAIL, 4_600), (CORE, 5_449), (LINE_0, 312), (LINE_0 + 2, 0)):
        sensors.put(place, value)
    shown.simulated = True
    assert page(0, shown)[2:5] == ["modems 1 1 - 1 1", "Pi works", "mains LOST"]
    assert page(1, shown) == [
        "modem     mA",
        "0 on       312",
        "1 on        --",
        "2 off        0",
        "3 on        --",
        "4 on        --",
        "",
        "SIMULATED",
    ]
    assert page(2, shown)[1:6] == [
        "mains    LOST",
        "battery  11.45V",
        "rail     4.60V",
        "board    54C",
        "limits   WRONG",
    ]


def test_pages_go_round(shown):
    assert page(6, shown) == page(0, shown)


@pytest.mark.parametrize(
    ("us", "text"),
    [(73, "73us"), (9_999, "9999us"), (10_000, "10ms"), (700_100, "700ms"), (10_000_000, "10s")],
)
def test_spans(us, text):
    assert pages.span(us) == text
