"""Starts an estimator that cannot look: in namespaces without the bench's files and processes.

It is started, with all that it is told on its command line, before the link's parameters are drawn; it says
READY and begins when told so. Sources: unshare(1), mount(8), setpriv(1), ip-netns(8).
"""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hil_tests.link.errors import NotReady
from hil_tests.sims.operator_net.children import Child, ChildError
from hil_tests.sims.operator_net.namespaces import need

READY = "READY"
READY_S = 30.0
ALWAYS_HIDDEN = ("/run", "/dev/shm", "/var/tmp", "/tmp")  # named namespaces, shared memory, scratch files
CAPABILITIES = "-all,+net_raw,+net_admin"  # to capture; not to unmount, trace, or enter namespaces
HIDE = """\
while [ "$1" != -- ]; do mount -t tmpfs -o mode=755,size=64m tmpfs "$1" || exit 97; shift; done
shift
cd /
exec setpriv --no-new-privs --bounding-set "$CAPABILITIES" -- "$@"
"""
UNSHARE = (
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a program printed, its exit status, and the user and system time of it and its children."""

    text: str
    errors: str
    status: int | None
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """An estimator that waits for its go."""

    child: Child
    output: Path

    def go(self) -> None:
        """Let it begin. Raises: NotReady, if it has ended."""
        pipe = self.child.process.stdin
        try:
            if pipe is not None:
                pipe.write(b"go\n")
                pipe.close()
        except OSError as error:
            raise NotReady(f"the estimator ended before its go: {self.child.last_words()}") from error

    def finished(self, deadline_s: float) -> Said:
        """Wait for its end; after deadline_s it is ended, and its status is None."""
        before_s, status = _children_cpu_s(), None
        try:
            status = self.child.process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self.close()
        cpu_s = round(_children_cpu_s() - before_s, 3)
        text = self.output.read_text(encoding="utf-8", errors="replace")
        return Said(text=text, errors=self.child.last_words(), status=status, cpu_s=cpu_s)

    def close(self) -> None:
        """End it; harmless to repeat."""
        if self.child.process.poll() is None:
            self.child.process.kill()  # unshare(1) lets SIGTERM pass by; its own end is its child's
        self.child.process.wait()


def start(
    command: Sequence[str], folder: Path, *, namespace: str, hidden: Sequence[str], keep: Sequence[int] = ()
) -> Waiting:
    """Start *command* in *namespace* and wait until it says READY on its standard error.

    What it prints goes to *folder*; it inherits the open files *keep*. Raises: NotReady.
    """
    words, output = folder / "estimator.err", folder / "estimator.out"
    with words.open("wb") as errors, output.open("wb") as printed:
        process = subprocess.Popen(
            wrapped(command, namespace=namespace, hidden=hidden),
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=errors,
            env=environment(os.environ),
            start_new_session=True,
            pass_fds=keep,
        )
    waiting = Waiting(Child("estimator", process, words), output)
    try:
        waiting.child.await_ready(READY, deadline_s=READY_S)
    except ChildError as error:
        waiting.close()
        raise NotReady(str(error)) from error
    except BaseException:
        waiting.close()
        raise
    return waiting


def wrapped(command: Sequence[str], *, namespace: str, hidden: Sequence[str]) -> list[str]:
    """Return *command* with all that keeps it from looking around in front."""
    entry = [need("setpriv"), "--pdeathsig", "KILL", need("ip"), "netns", "exec", namespace]
    return [*entry, *UNSHARE, "sh", "-c", HIDE, "hide", *hidden, "--", *command]


def hidden_folders(*folders: Path) -> list[str]:
    """Return what is hidden: *folders*, and those of everybody that our own program is not in."""
    own = (Path(sys.prefix).resolve(), Path(__file__).resolve())
    everybody = [name for name in ALWAYS_HIDDEN if not any(path.is_relative_to(name) for path in own)]
    inside = [
        str(path)
        for path in map(Path.resolve, folders)
        if not any(path.is_relative_to(name) for name in everybody)
    ]
    return inside + everybody


def environment(ours: "os._Environ[str]") -> dict[str, str]:
    """Return what the estimator gets of *ours*: where programs are, no more."""
    kept = {name: ours[name] for name in ("PATH", "PYTHONPATH") if name in ours}
    return {**kept, "LANG": "C.UTF-8", "HOME": "/", "CAPABILITIES": CAPABILITIES}


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
