"""The shipped files on the real VM, driven from outside: the real mpremote, pins over the control socket."""

import hashlib
import os
import re
import time

import pytest

from hil_tests.bench.probe_board import probe_board
from hil_tests.bench.waiting import await_that

pytestmark = pytest.mark.xdist_group("probe-board")


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    with probe_board(tmp_path_factory.mktemp("board")) as running:
        yield running


def said(board, *words):
    done = board.mpremote(*words)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_it_is_micropython_1_29(board):
    assert said(board, "resume", "exec", "import sys; print(sys.implementation[:2])") == (
        "('micropython', (1, 29, 0, ''))\n"
    )


def test_the_files_on_the_board_are_those_of_the_manifest(board):
    rows = [line.split("  ") for line in (board.flash / "manifest").read_text().splitlines()]
    assert {"boot.py", "main.py", "slot0/manifest"} < {path for _, path in rows}
    assert len(rows) > 20
    for path in ("main.py", "boot.py"):
        wanted = next(total for total, name in rows if name == path)
        assert said(board, "resume", "sha256sum", f":{path}").split()[-1] == wanted
    written = {"manifest", "reason", "log/0"}
    names = {
        str(path.relative_to(board.flash)) for path in board.flash.rglob("*") if path.is_file()
    } - written
    assert names == {path for _, path in rows}


def test_files_come_and_go(board, tmp_path):
    sent = tmp_path / "sent"
    sent.write_bytes(os.urandom(5000))
    said(board, "resume", "cp", str(sent), ":sent")
    assert said(board, "resume", "sha256sum", ":sent").split()[-1] == (
        hashlib.sha256(sent.read_bytes()).hexdigest()
    )
    said(board, "resume", "cp", ":sent", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == sent.read_bytes()
    assert re.search(r"^ +5000 sent$", said(board, "resume", "ls"), re.MULTILINE)
    said(board, "resume", "rm", ":sent")
    missing = board.mpremote("resume", "cat", ":sent")
    assert (missing.returncode, missing.stderr) == (1, "mpremote: cat: sent: No such file or directory.\n")


def test_a_script_runs_and_a_folder_is_mounted(board, tmp_path):
    (tmp_path / "told.py").write_text("print('told', 6 * 7)\n")
    assert said(board, "resume", "run", str(tmp_path / "told.py")) == "told 42\n"
    assert said(board, "resume", "mount", str(tmp_path), "exec", "import told").endswith("told 42\n")


def test_a_soft_reset_forgets_the_names_and_the_modems_stay_on(board):
    said(board, "resume", "exec", "mark = 1")
    assert said(board, "resume", "soft-reset", "exec", "print('mark' in globals())") == "False\n"
    assert board.control.ask("get")["levels"][2:7] == [1, 1, 1, 1, 1]


def test_a_loop_for_ever_ends_on_ctrl_c(board):
    said(board, "resume", "exec", "--no-follow", "while True: pass")
    assert said(board, "resume", "exec", "print(8 * 9)") == "72\n"


def test_what_the_uart_carries_is_paced(board):
    port = os.open(board.uart, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        got, begin_s = bytearray(), time.monotonic()
        said(board, "resume", "exec", "import machine; machine.UART(0, 115200).write(bytes(5760))")

        def complete():
            try:
                got.extend(os.read(port, 65536))
            except BlockingIOError:
                return False
            return len(got) >= 5760

        await_that("5,760 bytes of half a second", complete, deadline_s=10)
        assert time.monotonic() - begin_s > 0.45
    finally:
        os.close(port)
