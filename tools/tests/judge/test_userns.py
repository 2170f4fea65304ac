"""Commands run in namespaces of their own: status, signals and ends reach whom they must."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.judge import userns

DEADLINE_S = 20.0
ORDINARY = ("unshare", "--user", "--map-user=1000", "--map-group=1000")  # this process, but not as root
HEARING = ("env", "--default-signal=HUP,INT,TERM")  # under nohup(1) tests start with SIGHUP ignored
ENTER = (sys.executable, "-m", "tools.judge.userns", "--")


def call(*command, ordinary=True):
    """Run *command* through userns; return what came of it."""
    words = [*(ORDINARY if ordinary else ()), *ENTER, *command]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=DEADLINE_S)


def wait_for(path):
    """Return the text of *path* as soon as it holds a whole line."""
    until_s = time.monotonic() + DEADLINE_S
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < until_s, f"{path} never came"
        time.sleep(0.01)
    return path.read_text()


def wait_gone(marker):
    """Wait until no process has *marker* in its command line."""
    until_s = time.monotonic() + DEADLINE_S
    while found := [path for path in Path("/proc").glob("[0-9]*/cmdline") if marker in read_bytes(path)]:
        assert time.monotonic() < until_s, f"still running: {found}"
        time.sleep(0.01)


def read_bytes(path):
    """Return what *path* holds; nothing if its process is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.netns
def test_ordinary_user_becomes_root_with_loopback_and_namespaces():
    script = "ip netns add inner && ip -n inner -o link | wc -l; id -u; ip -o link show up; ls /run"
    done = call("sh", "-c", script)
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[:2]) == (0, ["1", "0"]), done
    assert "LOOPBACK,UP" in lines[2]
    assert lines[3:] == ["lock", "netns"]


@pytest.mark.netns
@pytest.mark.parametrize(("script", "status"), [("exit 7", 7), ("kill -TERM $$", 143), ("true", 0)])
def test_exit_status_is_the_commands(script, status):
    assert call("sh", "-c", script).returncode == status


@pytest.mark.skipif(os.geteuid() != 0, reason="make test runs the tests as root, of a namespace at least")
def test_root_runs_the_command_itself():
    done = call("sh", "-c", "echo $PPID; exit 5", ordinary=False)
    assert (done.returncode, int(done.stdout)) == (5, os.getpid())


@pytest.mark.netns
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_reaches_the_command(tmp_path, number):
    ready, heard = tmp_path / "ready", tmp_path / "heard"
    script = f"trap 'echo x >>{heard}; exit 9' TERM INT HUP; echo up >{ready}; while :; do sleep 0.05; done"
    child = subprocess.Popen([*HEARING, *ORDINARY, *ENTER, "bash", "-c", script])
    try:
        wait_for(ready)
        child.send_signal(number)
        assert child.wait(DEADLINE_S) == 9
    finally:
        child.kill()
        child.wait()
    assert heard.read_text() == "x\n"


@pytest.mark.netns
def test_nothing_outlives_a_killed_caller(tmp_path):
    ready, mark = tmp_path / "ready", f"{tmp_path}/marker-of-this-test"
    script = (
        f"(exec -a {mark} sleep 600) & setsid bash -c 'exec -a {mark} sleep 600' & echo up >{ready}; wait"
    )
    child = subprocess.Popen([*ORDINARY, *ENTER, "bash", "-c", script])
    wait_for(ready)
    child.kill()
    child.wait()
    wait_gone(mark.encode())


@pytest.mark.netns
def test_nothing_outlives_the_command(tmp_path):
    mark = f"{tmp_path}/marker-of-this-test"
    assert call("bash", "-c", f"(exec -a {mark} setsid sleep 600) >/dev/null 2>&1 & exit 0").returncode == 0
    wait_gone(mark.encode())


@pytest.mark.parametrize("ordinary", [False, pytest.param(True, marks=pytest.mark.netns)])
def test_absent_command_is_named(ordinary):
    done = call("/nonexistent/program", ordinary=ordinary)
    assert (done.returncode, done.stderr) == (
        127,
        "userns: cannot run /nonexistent/program: No such file or directory\n",
    )


def test_wrong_call_shows_the_use():
    done = subprocess.run(
        [sys.executable, "-m", "tools.judge.userns", "ls"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        2,
        "usage: python -m tools.judge.userns -- COMMAND [ARGUMENT...]\n",
    )


def test_where_it_is_forbidden_the_setting_is_named(tmp_path):
    (tmp_path / "kernel").mkdir()
    (tmp_path / "user").mkdir()
    (tmp_path / "kernel/unprivileged_userns_clone").write_text("0\n")
    (tmp_path / "user/max_user_namespaces").write_text("15000\n")
    text = userns.forbidden_text("unshare: unshare failed: Operation not permitted\n", tmp_path)
    assert text.splitlines() == [
        "userns: this user may not make a user namespace, so no simulated networks can be made here.",
        "  the attempt said: unshare: unshare failed: Operation not permitted",
        "  to allow it: sudo sysctl -w kernel.unprivileged_userns_clone=1",
        "  or run the same command as root (sudo).",
    ]


@pytest.mark.netns
def test_refusal_exits_3():
    one = (
        'echo 1 >/proc/sys/user/max_user_namespaces && exec "$@"'  # one more namespace, and it is the user's
    )
    words = [
        "unshare",
        "--user",
        "--map-root-user",
        "sh",
        "-c",
        one,
        "sh",
        *ORDINARY,
        *ENTER,
        "touch",
        "/never",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    assert done.returncode == 3, done
    assert (
        lines[0]
        == "userns: this user may not make a user namespace, so no simulated networks can be made here."
    )
    assert "No space left on device" in lines[1]  # unshare(2): ENOSPC, the limit is reached
    assert lines[-1] == "  or run the same command as root (sudo)."
