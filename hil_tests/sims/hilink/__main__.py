"""Command line: `python -m hil_tests.sims.hilink --listen 192.168.8.1:80 --seed N [--netns NAME]`.

SIGUSR1 is the host's mode switch message to a stick that began as storage.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

from hil_tests.sims.at_modem.modem import build_modem
from hil_tests.sims.at_modem.provenance import count_kinds
from hil_tests.sims.hilink.counters import CounterError, InterfaceCounters
from hil_tests.sims.hilink.device import Life, Phase
from hil_tests.sims.hilink.dhcp_port import DhcpError, DhcpPort, bound_socket
from hil_tests.sims.hilink.faults import FAULTS, FaultError, Plan, parse_faults
from hil_tests.sims.hilink.firmware import FIRMWARES
from hil_tests.sims.hilink.line import Line
from hil_tests.sims.hilink.log import Lines
from hil_tests.sims.hilink.quirks import QUIRKS
from hil_tests.sims.hilink.rows import NAME, ROWS
from hil_tests.sims.hilink.server import Listener, ListenError, Server
from hil_tests.sims.hilink.sessions import Sessions
from hil_tests.sims.hilink.stick import Stick
from hil_tests.sims.network.profile import Profile, ProfileError, read_profile
from hil_tests.sims.network.scenarios import SCENARIOS, ScenarioError, apply
from hil_tests.sims.network.terminal import Lies
from hil_tests.sims.operator_net.namespaces import NetworkError
from hil_tests.sims.trace import TraceError, read_trace

PORT = 80
PARTS = (
    ProfileError,
    ScenarioError,
    TraceError,
    FaultError,
    ListenError,
    CounterError,
    DhcpError,
    NetworkError,
)


class ArgumentsError(ValueError):
    """The words on the command line do not fit; the text says which."""


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.sims.hilink", description=__doc__)
    line.add_argument("--list", action="store_true", help="show endpoints, quirks, faults; then end")
    line.add_argument("--listen", default="192.168.8.1:80", metavar="HOST:PORT")
    line.add_argument("--netns", help="network namespace to listen in")
    line.add_argument(
        "--seed", type=int, default=0, help="everything the profile leaves out is drawn from it"
    )
    line.add_argument("--firmware", choices=[row.name for row in FIRMWARES], default=FIRMWARES[0].name)
    line.add_argument("--profile", type=Path, help="JSON of fixed values")
    line.add_argument(
        "--trace", type=Path, help="CSV t_s,rsrp_dbm,rsrq_db,sinr_db in place of the drawn radio"
    )
    line.add_argument(
        "--trace-start-ns", type=int, help="Unix ns at which the trace's t_s is 0; else the start"
    )
    line.add_argument("--log", type=Path, help="JSON lines, one a reply, with the truth of it")
    line.add_argument("--usb", type=Path, help="JSON lines, one a change of the USB device")
    line.add_argument("--password-file", type=Path, help="the stick asks for this password of user admin")
    line.add_argument("--storage", action="store_true", help="begin as a CD-ROM; needs SIGUSR1 to switch")
    line.add_argument("--boot", action="store_true", help="begin as just powered up")
    line.add_argument("--hurry", type=float, default=1.0, help="divide the times of booting by this")
    line.add_argument("--dhcp", metavar="NAME", help="serve addresses from 192.168.8.100 on this interface")
    line.add_argument("--count-interface", metavar="NAME", help="traffic statistics are of this interface")
    line.add_argument(
        "--scenario", action="append", default=[], metavar="NAME[:X]", help="what the network does; several"
    )
    line.add_argument("--fault", action="append", default=[], metavar="NAME[:N]", help="several allowed")
    return line


def show_list() -> None:
    """Print the endpoints with their provenance, the quirks and the faults."""
    counts = ", ".join(f"{kind} {n}" for kind, n in count_kinds(row.source for row in ROWS).items())
    print(f"personality {NAME}: {len(ROWS)} endpoints: {counts}")
    for quirk in QUIRKS:
        print(f"quirk {quirk.name}: {quirk.sentence} [{quirk.source.kind.value}: {quirk.source.reference}]")
    for fault in FAULTS:
        print(f"fault {fault.name}: {fault.sentence}")
    for scenario in SCENARIOS:
        usual = f"[:{scenario.argument}={scenario.default}]" if scenario.argument else ""
        print(f"scenario {scenario.name}{usual}: {scenario.sentence}")


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of "192.168.8.1:80". Raises: ArgumentsError."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ArgumentsError(f'--listen "{text}": write HOST:PORT, for instance 192.168.8.1:{PORT}')
    return host, int(port)


def read_password(path: Path | None) -> str | None:
    """Return the first line of *path*. Raises: ArgumentsError."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0]
    except OSError as exc:
        raise ArgumentsError(f"--password-file {path}: cannot be read ({exc.strerror})") from exc


def build_stick(arguments: argparse.Namespace, plan: Plan) -> Stick:
    """Return the stick that the command line asks for. Raises: the errors of its parts."""
    profile = read_profile(arguments.profile) if arguments.profile else Profile()
    trace = read_trace(arguments.trace, arguments.trace_start_ns) if arguments.trace else None
    profile = apply(profile, arguments.scenario)
    if not arguments.hurry > 0:
        raise ArgumentsError("--hurry: give a number above 0")
    start_s = time.monotonic()
    lies = Lies(rsrp=plan.has("wrong-rsrp"), name=plan.has("wrong-name"))
    modem = build_modem(
        arguments.seed, profile, start_s=start_s, start_unix_s=time.time(), trace=trace, lies=lies
    )
    rng = Random(f"{arguments.seed} hilink")
    stick = Stick(
        line=Line(modem),
        firmware=next(row for row in FIRMWARES if row.name == arguments.firmware),
        serial="".join(rng.choice("0123456789ABCDEFGH") for _ in range(16)),
        sessions=Sessions(rng, read_password(arguments.password_file)),
        life=Life(start_s, needs_switch=arguments.storage, powered_up=arguments.boot, hurry=arguments.hurry),
        start_s=start_s,
        blank_signal=plan.has("no-signal"),
    )
    if arguments.count_interface:
        stick.counters = InterfaceCounters(arguments.count_interface, arguments.netns)
    return stick


async def run(arguments: argparse.Namespace) -> None:
    """Be the stick until a signal; prints READY HOST:PORT, or the phase, as it changes."""
    plan = parse_faults(arguments.fault)
    stick = build_stick(arguments, plan)
    listener = Listener(*split_address(arguments.listen), arguments.netns)
    log, usb = Lines(arguments.log), Lines(arguments.usb)

    def tell(phase: Phase) -> None:
        print(f"READY {listener}" if phase is Phase.READY else f"PHASE {phase.value}", flush=True)

    dhcp = None
    if arguments.dhcp:
        make = partial(bound_socket, arguments.dhcp, arguments.netns)
        dhcp = DhcpPort(make, log, silent=plan.has("no-dhcp"))
    rng = Random(f"{arguments.seed} faults")
    server = Server(stick, plan, listener, rng=rng, log=log, usb=usb, dhcp=dhcp)
    try:
        await server.run(tell)
    finally:
        log.close()
        usb.close()


def main(words: Sequence[str] | None = None) -> int:
    """Run; 0 after a signal, 2 for arguments that cannot be used."""
    arguments = parser().parse_args(words)
    if arguments.list:
        show_list()
        return 0
    try:
        asyncio.run(run(arguments))
    except (*PARTS, ArgumentsError) as exc:
        print(f"hilink: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
