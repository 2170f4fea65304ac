"""A port that a client had for itself (TIOCEXCL) is free again after that client, as a real port is."""

import fcntl
import os
import select
import struct
import termios

import pytest

from hil_tests.sims.at_modem.port import raw_pty

TIOCGEXCL = 0x80045440  # asm-generic/ioctls.h: _IOR('T', 0x40, int)
WITHIN_MS = 5000


def exclusive(descriptor):
    """Return whether the terminal refuses further openings (tty_ioctl(4))."""
    return struct.unpack("i", fcntl.ioctl(descriptor, TIOCGEXCL, bytes(4)))[0] != 0


@pytest.fixture
def port(tmp_path):
    with raw_pty(tmp_path / "modem") as (_, clients):
        yield tmp_path / "modem", clients


def turn(clients):
    """Wait for the next event and let the port act on it."""
    assert select.select([clients], [], [], WITHIN_MS / 1000)[0], "no inotify event"
    clients.turn()


def opened(path):
    return os.open(path, os.O_RDWR | os.O_NOCTTY)


def test_the_last_close_frees_the_port(port):
    path, clients = port
    client = opened(path)
    fcntl.ioctl(client, termios.TIOCEXCL)
    assert exclusive(client)
    os.close(client)
    turn(clients)
    watcher = opened(path)
    assert not exclusive(watcher)
    os.close(watcher)
