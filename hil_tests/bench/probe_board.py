"""The simulated probe board as a program: started, asked over its control socket, ended."""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 20.0
Reply = dict[str, object]


class BoardRefused(Exception):
    """The board did not do what it was told over its control socket; the text is its own."""


class Control:
    """A client of the control socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_S)
        self._socket.connect(str(path))
        self._file = self._socket.makefile("rw")
        self._id = 0

    def ask(self, do: str, **more: object) -> Reply:
        """Return the reply to one command; events that come before it are passed over.

        Raises: BoardRefused, OSError.
        """
        self._id += 1
        self._file.write(json.dumps({"id": self._id, "do": do, **more}) + "\n")
        self._file.flush()
        while line := self._file.readline():
            reply = json.loads(line)
            if reply.get("id") != self._id:
                continue
            if "error" in reply:
                raise BoardRefused(str(reply["error"]))
            assert isinstance(reply, dict)
            return reply
        raise BoardRefused("the control socket was closed")

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class ProbeBoard:
    """One running board: its ports, its flash (a folder), its control socket."""

    def __init__(self, folder: Path, control: Control, facts: Reply) -> None:
        self.pty, self.uart = folder / "usb", folder / "uart"
        self.flash = Path(str(facts["flash"]))
        self.control = control

    def mpremote(self, *words: str, limit_s: float = 20.0) -> "subprocess.CompletedProcess[str]":
        """Run the real mpremote on the USB port."""
        program = str(Path(sys.executable).with_name("mpremote"))
        return subprocess.run(
            [program, "connect", str(self.pty), *words],
            capture_output=True, text=True, check=False, timeout=limit_s, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@contextlib.contextmanager
def probe_board(folder: Path, words: Sequence[str] = ()) -> Iterator[ProbeBoard]:
    """Start a board whose ports are links in *folder*, and end it. Raises: BoardRefused."""
    ports = [
        "--pty",
        str(folder / "usb"),
        "--uart",
        str(folder / "uart"),
        "--control",
        str(folder / "control"),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "hil_tests.sims.board", *ports, *words],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("READY "):
            raise BoardRefused("the simulated board did not start: its words stand above")
        control = Control(folder / "control")
        with contextlib.closing(control):
            yield ProbeBoard(folder, control, json.loads(line.removeprefix("READY ")))
    finally:
        process.terminate()
        process.communicate()
