"""A machine that hangs, and one that ends: here a shell in the place of qemu."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.usb_lab.errors import GuestFailed
from hil_tests.usb_lab.machine import boot, unpacked_environment, unpacked_folders

ROOT = Path(__file__).resolve().parents[3]


def test_lines_come_as_they_are_without_the_serial_lines_ends():
    words = ["sh", "-c", "printf 'one\\r\\ntwo\\r\\n'; printf 'thr\\377ee'"]
    assert list(boot(words, {}, 10.0)) == ["one", "two", "thr\ufffdee"]


def test_a_guest_that_hangs_is_a_failure_with_its_last_lines_and_is_gone(tmp_path):
    pid_file = tmp_path / "pid"
    words = ["sh", "-c", f"echo $$ >{pid_file}; seq 40; exec sleep 1000"]
    with pytest.raises(GuestFailed) as caught:
        list(boot(words, {}, 1.0))
    text = str(caught.value)
    assert re.match(r"the guest hangs: not done after 1 s\. Its last lines:\n  26\n", text)
    assert text.endswith("\n  40")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_an_unpacked_qemu_is_shown_its_firmware_and_an_installed_one_is_left_alone(tmp_path):
    assert (unpacked_folders(tmp_path), unpacked_environment(tmp_path)) == ([], {})
    (tmp_path / "usr/share/qemu").mkdir(parents=True)
    (tmp_path / "usr/lib/x86_64-linux-gnu/qemu").mkdir(parents=True)
    assert unpacked_folders(tmp_path) == ["-L", f"{tmp_path}/usr/share/qemu"]
    assert unpacked_environment(tmp_path) == {"QEMU_MODULE_DIR": f"{tmp_path}/usr/lib/x86_64-linux-gnu/qemu"}


def test_a_check_that_is_none_is_refused():
    command = [sys.executable, "-m", "hil_tests.usb_lab", "unplugged"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "no check 'unplugged'; choose from emulator, netem, discovery, driver, unplug" in said.stderr
