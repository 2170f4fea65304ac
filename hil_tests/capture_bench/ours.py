"""Our capture as a line's worker does it: `python -m hil_tests.capture_bench.ours INTERFACE FILE SERVER`.

This process stands for the worker: it opens the packet socket, forks the child when the bench says "start",
and ends the file when it says "stop". Printed last: JSON (Told), with the CPU seconds of both processes from
the order to the closed file, and since this process was started.
"""

import asyncio
import resource
import sys
from pathlib import Path

import msgspec

from edge.capture.child import Bound, start_child
from edge.capture.file import FileOrder, file_setting
from edge.capture.filters import own_flows
from edge.capture.machine_code import code_file, load, usual_folder
from edge.capture.ring import RingSetting, open_packet_socket
from hil_tests.capture_bench.source import PORT

RING = RingSetting(blocks=128, block_bytes=128 * 1024)  # 16 MiB, as tcpdump -B 16384 has
MAX_S, MAX_BYTES = 600.0, 4 << 30


class Told(msgspec.Struct, frozen=True):
    """cpu_s: from the order to the closed file; whole_s: with the start of this Python and its imports."""

    packets: int
    drops: int
    cpu_s: float
    whole_s: float
    machine_code: bool
    err: str


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Capture as told on standard input."""
    interface, path, server = sys.argv[1:]
    setting = file_setting(RING)
    sock = open_packet_socket(own_flows([(server, PORT)], setting.snap_bytes))
    code = load(code_file(usual_folder()))
    print("loaded", flush=True)
    sys.stdin.readline()
    before_s = cpu_s()
    order = FileOrder(Path(path), "capture bench", MAX_BYTES, code)
    child = start_child(sock, Bound(interface, setting, MAX_S), order)
    print("ready", flush=True)
    sys.stdin.readline()
    told = asyncio.run(child.finish("end of the trial"))
    whole_s = cpu_s()
    figures = Told(told.packets, told.drops + told.cut, whole_s - before_s, whole_s, bool(code), told.err)
    print(msgspec.json.encode(figures).decode(), flush=True)


if __name__ == "__main__":
    main()
