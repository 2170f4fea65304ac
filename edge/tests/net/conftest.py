"""A "machine" of the test's own: namespace with interface w0, whose other end (10.79.0.1) is elsewhere."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from edge.net.lines import LineNetwork

PLAY = Path(__file__).with_name("play.py")
ROOT = Path(__file__).parents[3]


@dataclass
class Machine:
    """Where the box of a test runs: the namespace *home*; *line* is made from its interface w0."""

    home: str
    far: str
    line: LineNetwork

    def words(self, *words):
        net = f"--net=/run/netns/{self.home}"
        return ["nsenter", net, sys.executable, str(PLAY), *words]

    def play(self, do, *rest):
        """Run play.py to its end and return what it says."""
        words = [json.dumps(asdict(word)) if isinstance(word, LineNetwork) else str(word) for word in rest]
        done = subprocess.run(
            self.words(do, *words), capture_output=True, text=True, timeout=20, cwd=ROOT, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


class Played:
    """play.py helper: orders in, answers out."""

    def __init__(self, machine, networks):
        plain = {slot: asdict(line) for slot, line in networks.items()}
        self.process = subprocess.Popen(
            machine.words("helper", json.dumps(plain)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.orders, self.answers = self.process.stdin, self.process.stdout
        self.first = self.answer()

    def answer(self):
        return json.loads(self.answers.readline())

    def ask(self, order):
        self.order(order)
        return self.answer()

    def order(self, order):
        self.orders.write(order + "\n")
        self.orders.flush()

    def end(self):
        self.orders.close()
        self.process.wait(timeout=10)
        self.answers.close()


@pytest.fixture
def machine(netns_named, command):
    """Return a Machine; a namespace of its line is removed after the test."""
    home, far = netns_named("home"), netns_named("far")
    command(*f"ip -n {home} link add w0 type veth peer name v0 netns {far}".split())
    command(*f"ip -n {far} addr add 10.79.0.1/24 dev v0".split())
    command(*f"ip -n {far} link set v0 up".split())
    name = f"pantau-{home}-1"
    yield Machine(home, far, LineNetwork(name, "w0", "10.79.0.2/24", "10.79.0.1", True, (20000, 21999)))
    command("ip", "netns", "del", name, check=False)


@pytest.fixture
def helper_of(machine):
    """Return a function that starts the helper for {slot: LineNetwork}; it ends with the test."""
    running = []

    def start(networks):
        running.append(Played(machine, networks))
        return running[-1]

    yield start
    for played in running:
        played.end()
