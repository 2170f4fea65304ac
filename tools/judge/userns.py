"""Runs a command where network namespaces can be made: `python -m tools.judge.userns -- COMMAND...`.

As root the command runs directly. An ordinary user becomes root of a user, network, mount and process
namespace of its own (unshare(1)), with an empty /run and loopback up. Where the kernel forbids that, the
text names the setting and the exit status is 3. Signals reach the command; nothing it started outlives it.

    this process --(a pipe: one byte a signal; its end = die)--> init, pid 1 inside --> the command
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

FORBIDDEN_STATUS = 3
UNSHARE = (
    *("unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--mount-proc"),
    *("--fork", "--kill-child"),
)
PREPARE = "mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/netns /run/lock && ip link set lo up"
INIT = "--init"  # the inner call: --init PIPE -- COMMAND
PROC_SYS = Path("/proc/sys")
SETTINGS = (  # file under /proc/sys, the value that forbids, what undoes it
    ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
FROM_A_PROCESS = 0  # si_code SI_USER; Ctrl-C on a terminal is SI_KERNEL and reaches the command by itself


def remedies(proc_sys: Path) -> list[str]:
    """Return the commands that undo those settings under *proc_sys* which forbid user namespaces."""
    found = []
    for name, forbidding, undo in SETTINGS:
        path = proc_sys / name
        if path.exists() and path.read_text().strip() == forbidding:
            found.append(undo)
    return found


def forbidden_text(words: str, proc_sys: Path) -> str:
    """Return what to tell a user whose kernel refuses user namespaces; *words* are unshare's own."""
    ways = remedies(proc_sys) or [
        "no known setting forbids it: a container's or chroot's own rules may; run outside of it"
    ]
    lines = [
        "userns: this user may not make a user namespace, so no simulated networks can be made here.",
        f"  the attempt said: {words.strip()}",
        *(f"  to allow it: {way}" for way in ways),
        "  or run the same command as root (sudo).",
    ]
    return "\n".join(lines)


def refusal() -> str | None:
    """Return the words with which the kernel refuses, or None where namespaces can be made."""
    command = [*UNSHARE, "/bin/sh", "-c", PREPARE]
    try:
        probe = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return "unshare is not installed: run `sudo apt install util-linux`"
    return (probe.stderr or f"exit status {probe.returncode}") if probe.returncode else None


def shell_status(returncode: int) -> int:
    """Return the exit status a shell would give: 128 + n for a process that signal n ended."""
    return returncode if returncode >= 0 else 128 - returncode


def pass_signals(child: "subprocess.Popen[bytes]", pipe: int) -> int:
    """Wait for *child*, writing every signal sent to this process into *pipe*; return its exit status."""
    waited = {*PASSED_ON, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    while child.poll() is None:
        info = signal.sigwaitinfo(waited)
        if info.si_signo in PASSED_ON and info.si_code == FROM_A_PROCESS:
            os.write(pipe, bytes([info.si_signo]))
    return shell_status(child.returncode)


def run_inside(command: Sequence[str]) -> int:
    """Run *command* in namespaces of its own; return its exit status."""
    read_end, write_end = os.pipe()
    inner = [sys.executable, "-m", "tools.judge.userns", INIT, str(read_end), "--", *command]
    child = subprocess.Popen([*UNSHARE, *inner], pass_fds=[read_end])
    os.close(read_end)
    return pass_signals(child, write_end)


def obey(pipe: int, pid: int) -> None:
    """Send *pid* each signal that arrives on *pipe*; when the pipe ends, end: init's end is everybody's."""
    while order := os.read(pipe, 1):
        os.kill(pid, order[0])
    os._exit(128 + signal.SIGKILL)


def init(pipe: int, command: Sequence[str]) -> int:
    """Be process 1: prepare /run and loopback, start *command*, reap, return the command's exit status."""
    signal.signal(signal.SIGINT, lambda *_: None)  # a handler, not SIG_IGN: exec gives the default back
    prepared = subprocess.run(["/bin/sh", "-c", PREPARE], check=False).returncode
    if prepared:
        return prepared
    try:
        child = subprocess.Popen(command)
    except OSError as error:
        print(f"userns: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    threading.Thread(target=obey, args=(pipe, child.pid), daemon=True).start()
    while True:
        pid, status = os.wait()
        if pid == child.pid:
            return shell_status(os.waitstatus_to_exitcode(status))


def enter(command: Sequence[str]) -> int:
    """Run *command* where it may make network namespaces; return its exit status, 3 if that is forbidden."""
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if os.geteuid() == 0:
        sys.stdout.flush()
        try:
            os.execvp(command[0], list(command))
        except OSError as error:
            print(f"userns: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
            return 127
    said = refusal()
    if said is not None:
        print(forbidden_text(said, PROC_SYS), file=sys.stderr)
        return FORBIDDEN_STATUS
    return run_inside(command)


def main(arguments: list[str]) -> int:
    """Run the command behind `--`; return the exit status."""
    match arguments:
        case [str(word), pipe, "--", *command] if word == INIT and command:
            return init(int(pipe), command)
        case ["--", *command] if command:
            return enter(command)
    print("usage: python -m tools.judge.userns -- COMMAND [ARGUMENT...]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
