"""A running pantau-server and a bare client that says whatever a test wants."""

import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).with_name("pantau-server"))
NONCE = "fedcba9876543210fedcba9876543210"


@dataclass
class Running:
    """A pantau-server on the loopback."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def entries(self):
        """Return the log's lines."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_for(self, event):
        """Return the first entry of *event* once it is logged."""
        deadline_s = time.monotonic() + 10
        while time.monotonic() < deadline_s:
            for entry in self.entries():
                if entry["event"] == event:
                    return entry
            time.sleep(0.01)
        raise AssertionError(f"no {event!r} in {self.entries()}")

    def connect(self):
        """Return a bare client that has read the greeting."""
        return Client(self.port)


class Client:
    """A TCP connection, line by line."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.sock.makefile("rb")
        self.hello = self.read()

    def read(self):
        """Return the next line as JSON."""
        return json.loads(self.file.readline())

    def say(self, **message):
        """Send one line."""
        self.sock.sendall(json.dumps(message).encode() + b"\n")

    def ask(self, **changes):
        """Send a request and return the answer."""
        self.say(**{"v": 1, "nonce": NONCE, "kind": "rtt", "seconds": 5.0, "cc": "", "mac": None, **changes})
        return self.read()

    def close(self):
        """Hang up."""
        self.file.close()
        self.sock.close()


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts a server with options; they end with the test."""
    started = []

    def begin(*options):
        log = tmp_path / "served.jsonl"
        words = [PROGRAM, "--listen", "127.0.0.1:0", "--log", str(log), *(options or ["--open"])]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:"), line
        return Running(process, int(line.split()[2].rpartition(":")[2]), log)

    yield begin
    for process in started:
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")  # never a traceback, whatever the test did to it
