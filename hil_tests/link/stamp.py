"""Our own probes over a link: the command lines of `pantau measure rtt` and pantau-server, and the answer.

Source of both: docs/interfaces.md, sections 2, 3 and 6.
"""

import sys
from pathlib import Path

import msgspec

from hil_tests.link.errors import ToolError
from hil_tests.link.figures import Figures, rtt_summary

PORT = 8620
KEY = b"a key of the bench, 32 bytes long"
KEY_FILE = "pantau.key"
LAYER = "udp"
US_PER_MS = 1e3


class Failure(msgspec.Struct):
    """Why there is no figure."""

    code: str
    text: str


class Probes(msgspec.Struct):
    """Each probe from sequence number 0 on; probe 0 is the first exchange after idle."""

    local_port: int
    rtt_us: list[int | None]


class Report(msgspec.Struct):
    """What `pantau measure rtt --json` prints, as far as it is used; times in ms."""

    outcome: str
    err: Failure | None = None
    sent: int = 0
    lost: int = 0
    lost_up: int | None = None
    lost_down: int | None = None
    duplicates: int = 0
    reordered: int = 0
    bytes: int | None = None
    seconds: float | None = None
    stamped_at: str | None = None
    probes: Probes = msgspec.field(default_factory=lambda: Probes(0, []))


def write_key(folder: Path) -> Path:
    """Return a file with the bench's key, made in *folder*. Raises: OSError."""
    path = folder / KEY_FILE
    path.write_bytes(KEY)
    return path


def server_command(address: str, key: Path) -> list[str]:
    """Return the far end's command; it reflects authenticated packets only."""
    return [program("pantau-server"), "--listen", where(address), "--key", str(key)]


def client_command(address: str, key: Path, *, seconds: float, interval_ms: float) -> list[str]:
    """Return the near end's command; it prints one JSON object."""
    what = ["--probes", str(max(1, round(seconds * 1000 / interval_ms))), "--interval-ms", f"{interval_ms:g}"]
    return [
        program("pantau"),
        "measure",
        "rtt",
        "--server",
        where(address),
        "--key",
        str(key),
        *what,
        "--json",
    ]


def read_report(text: str) -> Report:
    """Return what the program said. Raises: ToolError, when it is no result."""
    try:
        return msgspec.json.decode(text, type=Report)
    except msgspec.MsgspecError as error:
        raise ToolError(
            f"pantau measure printed no result ({error}): {text.strip()[-300:] or 'nothing'}"
        ) from error


def figures_of(report: Report, *, cpu_s: float) -> Figures:
    """Return the figures of a report; its round trips leave probe 0 out, as the report's own do."""
    if report.err is not None:
        return Figures(outcome=f"failed: {report.err.text}", layer=LAYER, cpu_s=cpu_s)
    return Figures(
        outcome=report.outcome,
        layer=LAYER,
        rtt_ms=rtt_summary([us / US_PER_MS for us in report.probes.rtt_us[1:] if us is not None]),
        sent=report.sent,
        lost=report.lost,
        bytes=report.bytes,
        seconds=report.seconds,
        cpu_s=cpu_s,
    )


def where(address: str) -> str:
    """Return the server's ADDRESS:PORT as our programs want it."""
    return f"[{address}]:{PORT}" if ":" in address else f"{address}:{PORT}"


def program(name: str) -> str:
    """Return the path of one of our programs, of the environment that runs this."""
    return str(Path(sys.executable).with_name(name))
