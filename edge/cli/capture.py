"""`pantau capture`: a finished pcapng of our own flows, headers only."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress as Bar

from edge.capture.file import CaptureFile, FileOrder, file_setting, settle
from edge.capture.ring import PacketRing, RingSetting
from edge.cli.target import enter_netns, parse_server
from edge.measure.failures import failure
from edge.service.build import BoxRefused, load_code, packets_of
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
    ring, file = _open(
        out, interface, (host, port), FileOrder(out, f"pantau capture of {server}", max_mib << 20)
    )
    clock = SystemClock()
    start_s = clock.mono_s()
    with Bar(transient=True) as bar:
        task = bar.add_task("capturing", total=seconds)
        while (elapsed_s := clock.mono_s() - start_s) < seconds:
            ring.wait(int(1000 * min(0.25, seconds - elapsed_s)))
            file.pump()
            bar.update(task, completed=elapsed_s)
    settle(ring, file)
    told = file.end(clock.unix_ns())
    print(f"{out}: {told.packets} packets, {told.drops + told.cut} dropped")
    if told.err:
        raise _not_written(out, told.err)


def _open(
    out: Path, interface: str, server: tuple[str, int], order: FileOrder
) -> tuple[PacketRing, CaptureFile]:
    """Return ring and new file, or refuse with the reason that the system gives."""
    setting = file_setting(RingSetting())
    try:
        sock = packets_of([server], setting)
    except PermissionError as exc:
        where = interface or "the packet socket"
        err = failure("net.permission", where=where, detail="capturing needs CAP_NET_RAW")
        raise BoxRefused(err.text, err.text_id) from exc
    try:
        ring = PacketRing(interface, setting, sock)
        return ring, CaptureFile(ring, replace(order, code=load_code()))
    except OSError as exc:
        raise _not_written(out, exc.strerror or str(exc)) from exc


def _not_written(out: Path, detail: str) -> BoxRefused:
    err = failure("storage.not_writable", where=str(out), detail=detail)
    return BoxRefused(err.text, err.text_id)
