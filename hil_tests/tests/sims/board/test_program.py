"""Receiver, panel, event ring and choice of an image on the real VM: the shipped files, a stepped clock."""

import shutil

import pytest
from probe.logic.events import decode_record
from probelink.frame import FrameDecoder
from probelink.messages import decode_payload

from hil_tests import oled
from hil_tests.bench.probe_board import probe_board
from hil_tests.flash_cuts import manifest

pytestmark = pytest.mark.xdist_group("probe-board")


@pytest.fixture
def board(tmp_path):
    with probe_board(tmp_path) as running:
        yield running


def messages(hexadecimal: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return [(name, values)] of the frames in what the UART to the Pi carried."""
    decoder, found = FrameDecoder(), []
    for byte in bytes.fromhex(hexadecimal):
        if decoder.feed(byte):
            message = decode_payload(decoder.kind, decoder.payload[: decoder.length])
            assert message is not None
            found.append(message)
    return found


def advance(board, ms):
    """Let time pass; return what was said to the Pi."""
    return messages(board.control.ask("advance", ms=ms)["uart"][0])


def test_a_receiver_with_pps_makes_utc_on_the_display_and_on_the_link(board):
    scene = oled.Scene(board.control)
    blank = scene.frame_or_none()
    for _ in range(12):
        scene.second()
    board.control.ask("pulse", pin=oled.PPS, level=1)
    told = [values for name, values in advance(board, 1_200) if name == "pps"]
    assert blank is None
    assert told[-1][0] - 1_795_649_400 in (12, 13)  # date -d 2026-11-25T23:30:00Z +%s
    assert told[-1][2] <= 200
    assert told[-1][3] == 3
    first = scene.frame()
    scene.press()
    assert scene.frame() != first
    assert oled.pixels_of(first)[0].count(1) > 100  # the bar of the title


def test_mains_that_go_are_told_and_kept(board):
    board.control.ask("clock", stepped=True)
    advance(board, 2_000)
    board.control.ask("pin", pin=10, level=0)
    told = [name for name, _ in advance(board, 100) if name != "status"]
    advance(board, 2_000)
    kept = (board.flash / "log/0").read_bytes()
    found = [decode_record(kept[at : at + 20]) for at in range(0, len(kept), 20)]
    records = [record for record in found if record is not None]
    assert told == ["mains_lost"]
    assert [record[3] for record in records] == [6, 7]  # boot, mains lost
    assert 12_500 <= records[1][5] <= 12_650


def slot_of(board):
    """Power the board off and on; return the slot that its HELLO tells."""
    board.control.ask("power", on=False)
    board.control.ask("power", on=True)
    return next(values[5] for name, values in advance(board, 3_000) if name == "hello")


def test_an_image_that_raises_is_left_by_resets_and_modems_stay_on(tmp_path):
    flash = tmp_path / "flash"
    with probe_board(tmp_path) as first:
        shutil.copytree(first.flash, flash)
    (flash / "slot1/probe/hal").mkdir(parents=True)
    files = {"probe/hal/program.py": b"raise OSError(5)"}
    (flash / "slot1/probe/hal/program.py").write_bytes(files["probe/hal/program.py"])
    (flash / "slot1/manifest").write_bytes(manifest(files))
    (flash / "boot0").write_bytes(bytes.fromhex("0100010000000000") + (0x62D40C52).to_bytes(4, "little"))
    with probe_board(tmp_path, ["--flash", str(flash)]) as board:
        board.control.ask("clock", stepped=True)
        done = board.control.ask("advance", ms=20_000)
        resets, edges, uart = done["resets"], done["edges"], done["uart"]
    assert isinstance(resets, list)
    assert isinstance(edges, list)
    assert isinstance(uart, list)
    hellos = [values for name, values in messages(uart[0]) if name == "hello"]
    assert len(resets) == 3
    assert [edge for edge in edges if edge[1] in (2, 3, 4, 5, 6)] == []
    assert [values[5] for values in hellos] == [0]


def test_an_image_that_is_never_confirmed_runs_three_times_then_the_old_one(tmp_path):
    flash = tmp_path / "flash"
    with probe_board(tmp_path) as first:
        shutil.copytree(first.flash, flash)
    shutil.copytree(flash / "slot0", flash / "slot1")
    (flash / "slot1/more").write_bytes(b"new")
    files = {
        str(p.relative_to(flash / "slot1")): p.read_bytes()
        for p in (flash / "slot1").rglob("*")
        if p.is_file()
    }
    del files["manifest"]
    (flash / "slot1/manifest").write_bytes(manifest(files))
    (flash / "boot0").write_bytes(bytes.fromhex("0100010000000000") + (0x62D40C52).to_bytes(4, "little"))
    with probe_board(tmp_path, ["--flash", str(flash)]) as board:
        board.control.ask("clock", stepped=True)
        advance(board, 3_000)  # the first time
        slots = [slot_of(board) for _ in range(4)]
    assert slots == [1, 1, 0, 0]
