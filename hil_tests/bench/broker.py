"""A broker for tests: the one named by PANTAU_TEST_BROKER, or a mosquitto of our own on a free port."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

ENV = "PANTAU_TEST_BROKER"
FETCHED = Path("build/apt/usr/sbin/mosquitto")  # where `make programs` puts it
START_S = 10.0


class NoBroker(Exception):
    """There is no broker to test with; the text says how to get one."""


def mosquitto_path() -> str:
    """Return the program's path. Raises: NoBroker."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None and FETCHED.exists():
        found = str(FETCHED.resolve())
    if found is None:
        raise NoBroker(f"mosquitto is not installed: `make programs`, or set {ENV}=mqtt://host:port")
    return found


class Mosquitto:
    """A mosquitto of our own: `kill` and `start` again on the same port, with or without its memory."""

    def __init__(self, folder: Path, *, config: str = "allow_anonymous true\n") -> None:
        """*config* are further lines of its configuration; *folder* is its own."""
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._config = config

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers. Raises: NoBroker."""
        file = self.folder / "mosquitto.conf"
        file.write_text(
            f"user root\nlistener {self.port} 127.0.0.1\n"
            f"persistence false\nmax_queued_messages 100000\n{self._config}"
        )
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                [mosquitto_path(), "-c", str(file)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_answering()

    def _wait_answering(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            with socket.socket() as sock:
                sock.settimeout(1)
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)  # a poll with a deadline
        raise NoBroker(f"mosquitto did not start: {(self.folder / 'mosquitto.log').read_text()[-500:]}")

    def kill(self) -> None:
        """SIGKILL: it forgets everything that is not on a disk, and here nothing is."""
        self._end(kill=True)

    def stop(self) -> None:
        """End it in order."""
        self._end(kill=False)

    def _end(self, *, kill: bool) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(10)
            self.process = None


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def forget_session(url: str, client_id: str, *, retained: Sequence[str] = ()) -> None:
    """End a client's persistent session, clear *retained* topics: a shared broker keeps nothing of a test."""
    client = Client(CallbackAPIVersion.VERSION2, client_id, clean_session=True)
    address = urlsplit(url)
    client.connect(address.hostname or "", address.port or 1883)
    until = time.monotonic() + START_S
    while not client.is_connected() and time.monotonic() < until:
        client.loop(0.1)
    for topic in retained:
        client.publish(topic, b"", retain=True)
    client.disconnect()


@contextmanager
def broker_url(folder: Path) -> Iterator[str]:
    """Give the url of the broker to test with: from the environment, or of a mosquitto in *folder*."""
    given = os.environ.get(ENV)
    if given:
        yield given
        return
    own = Mosquitto(folder)
    own.start()
    try:
        yield own.url
    finally:
        own.stop()
