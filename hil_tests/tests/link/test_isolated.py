"""What an estimator of the bench can see of the bench: nothing. A program that looks is put in its place."""

import json
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil_tests.link import isolated
from hil_tests.link.errors import NotReady
from hil_tests.sims.operator_net import namespaces

pytestmark = pytest.mark.netns
LOOK = """
import ctypes, json, os, sys
from pathlib import Path
print("READY", file=sys.stderr, flush=True)
told = sys.stdin.readline()
def tried(what):
    try:
        return what()
    except OSError as error:
        return type(error).__name__
pids = [name for name in os.listdir("/proc") if name.isdigit()]
libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "told": told,
    "pids": len(pids),
    "programs": [tried(Path("/proc", pid, "cmdline").read_text) for pid in pids],
    "secret": tried(Path(sys.argv[1]).read_text),
    "namespaces": tried(lambda: os.listdir("/run/netns")),
    "unmounted": libc.umount2(sys.argv[2].encode(), 2),
    "secret_after": tried(Path(sys.argv[1]).read_text),
    "parent": tried(lambda: os.readlink("/proc/1/root")) ,
    "environment": sorted(os.environ),
    "interfaces": sorted(os.listdir("/sys/class/net")),
}))
"""


@pytest.fixture
def netns():
    """Return a namespace of the test's own with an interface of a name of its own."""
    name = f"bm{secrets.token_hex(3)}"
    namespaces.ip_batch(None, [f"netns add {name}"])
    namespaces.ip_batch(name, ["link add probe0 type veth peer name probe1"])
    yield name
    namespaces.remove([name])


@pytest.fixture
def emulator():
    """Return the id of a process that an estimator would look for: its command line has what is secret."""
    code = "import signal; signal.pause()"
    command = [sys.executable, "-c", code, "hil_tests.sims.operator_net.emulator", "rate=19.7"]
    with subprocess.Popen(command) as process:
        while "rate=19.7" not in Path(f"/proc/{process.pid}/cmdline").read_text():  # who may look, sees it
            assert process.poll() is None
        yield process.pid
        process.kill()


def look(netns, folder, **environment):
    secret = folder / "emulator-config.json"
    secret.write_text("rate 19.7")
    (folder / "run").mkdir()
    command = [sys.executable, "-c", LOOK, str(secret), str(folder)]
    hidden = isolated.hidden_folders(folder)
    waiting = isolated.start(command, folder / "run", namespace=netns, hidden=hidden)
    waiting.go()
    return waiting.finished(20.0)


def test_it_sees_neither_files_nor_processes_nor_namespaces_of_the_bench(
    netns, emulator, tmp_path, monkeypatch
):
    monkeypatch.setenv("SECRET_RATE", "19.7")
    said = look(netns, tmp_path)
    seen = json.loads(said.text)
    assert seen["told"] == "go\n"
    assert "rate=19.7" not in " ".join(seen["programs"])
    assert seen["pids"] <= 2  # itself, and what started it
    assert seen["secret"] == "FileNotFoundError"
    assert seen["namespaces"] == "FileNotFoundError"
    assert seen["unmounted"] == -1
    assert seen["secret_after"] == "FileNotFoundError"
    assert "SECRET_RATE" not in seen["environment"]
    assert "probe0" in seen["interfaces"]
    assert (said.status, said.cpu_s > 0) == (0, True)


def test_it_waits_for_its_go(netns, tmp_path):
    code = "import sys; print('READY', file=sys.stderr, flush=True); sys.stdin.readline(); print('went')"
    waiting = isolated.start([sys.executable, "-c", code], tmp_path, namespace=netns, hidden=[])
    assert waiting.output.read_text() == ""
    assert waiting.child.process.poll() is None
    waiting.go()
    assert waiting.finished(20.0).text == "went\n"


def test_one_that_hangs_is_ended_and_has_no_status(netns, tmp_path):
    code = "import sys, time; print('READY', file=sys.stderr, flush=True); time.sleep(60)"
    waiting = isolated.start([sys.executable, "-c", code], tmp_path, namespace=netns, hidden=[])
    waiting.go()
    begun_s = time.monotonic()
    assert waiting.finished(0.2).status is None
    assert time.monotonic() - begun_s < 20
    while namespaces.processes_in(netns):
        assert time.monotonic() - begun_s < 20


def test_one_that_does_not_start_is_said_with_its_last_words(netns, tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit('no such kind')"]
    with pytest.raises(NotReady, match="ended with status 1: no such kind"):
        isolated.start(command, tmp_path, namespace=netns, hidden=[])
