"""The seam of pyserial, on pseudo terminals: its failures are those of unplugged USB serial."""

import os
import pty
import tty

import pytest

from modem_drivers.errors import PortLost
from modem_drivers.ports.tty import SerialPort


@pytest.fixture
def pair():
    """A master descriptor and the path of its terminal."""
    master, slave = pty.openpty()
    tty.setraw(master)
    path = os.ttyname(slave)
    os.close(slave)
    held = [master]
    yield held, path
    for descriptor in held:
        os.close(descriptor)


def test_bytes_go_both_ways(pair):
    (master,), path = pair
    port = SerialPort(path)
    port.write(b"AT\r\x00\xff")
    assert os.read(master, 100) == b"AT\r\x00\xff"
    os.write(master, b"\r\nOK\r\n\x00\xff")
    assert port.read() == b"\r\nOK\r\n\x00\xff"
    assert port.read() == b""
    port.close()


def test_an_unplugged_port_is_lost_in_every_call(pair):
    held, path = pair
    port = SerialPort(path)
    os.close(held.pop())
    with pytest.raises(PortLost, match=path):
        port.read()
    with pytest.raises(PortLost, match=path):
        port.write(b"AT\r")
    port.close()


def test_a_second_opener_is_refused_and_a_later_one_is_not(pair):
    _, path = pair
    port = SerialPort(path)
    with pytest.raises(PortLost, match=path) as caught:
        SerialPort(path)
    assert caught.value.port == path
    port.close()
    SerialPort(path).close()


@pytest.mark.parametrize("path", ["/dev/ttyNONE9", "/dev/null", "/tmp"])
def test_what_is_no_serial_port_is_refused(path):
    with pytest.raises(PortLost, match=rf"^{path}: the modem's port is lost"):
        SerialPort(path)


def test_a_port_that_takes_nothing_is_lost_and_not_waited_for(pair):
    _, path = pair
    port = SerialPort(path)
    with pytest.raises(PortLost, match="timeout"):
        port.write(b"x" * 200_000)
    port.close()
