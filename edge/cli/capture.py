"""`pantau capture`: a finished pcapng of our own flows, headers only."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress as Bar

from edge.capture.file import CaptureFile
from edge.capture.ring import RingSetting
from edge.cli.target import enter_netns, parse_server
from edge.measure.failures import failure
from edge.service.build import BoxRefused, open_ring
from edge.service.clock import SystemClock


def capture(
    out: Annotated[Path, typer.Argument(help="The pcapng file to write; it must not exist yet.")],
    server: Annotated[
        str, typer.Option(help="ADDRESS:PORT whose packets to keep; nobody else's are stored.")
    ],
    netns: Annotated[str, typer.Option(help="Capture in this network namespace (ip netns list).")] = "",
    interface: Annotated[str, typer.Option(help="Only this interface; default: every one.")] = "",
    seconds: Annotated[float, typer.Option(min=0.1, help="How long.")] = 10.0,
    max_mib: Annotated[int, typer.Option(min=1, help="Stop writing at this size.")] = 64,
) -> None:
    """Capture the headers of the packets to and from a server, with the kernel's drop count at the file's
    end.
    """
    host, port = parse_server(server)
    enter_netns(netns)
    setting, clock = RingSetting(), SystemClock()
    tap = open_ring(interface, [(host, port)], setting)
    if tap is None:
        err = failure(
            "net.permission", where=interface or "the packet socket", detail="capturing needs CAP_NET_RAW"
        )
        raise BoxRefused(err.text, err.text_id)
    file = _new_file(out, interface, setting, comment=f"pantau capture of {server}", max_mib=max_mib)
    tap.start_file(file)
    start_s = clock.mono_s()
    with Bar(transient=True) as bar:
        task = bar.add_task("capturing", total=seconds)
        while (elapsed_s := clock.mono_s() - start_s) < seconds:
            time.sleep(min(0.05, seconds - elapsed_s))
            tap.pump()
            bar.update(task, completed=elapsed_s)
    tap.stop_file(clock.unix_ns())
    print(f"{out}: {file.packets} packets, {file.drops + file.cut} dropped")


def _new_file(out: Path, interface: str, setting: RingSetting, *, comment: str, max_mib: int) -> CaptureFile:
    """Return the open pcapng file, or refuse with the reason that the system gives."""
    try:
        return CaptureFile(
            out,
            interface=interface or "any",
            snap_bytes=setting.snap_bytes,
            comment=comment,
            max_bytes=max_mib * 1024 * 1024,
        )
    except OSError as exc:
        err = failure("storage.not_writable", where=str(out), detail=exc.strerror or str(exc))
        raise BoxRefused(err.text, err.text_id) from exc
