"""Command line: `python -m hil_tests.sims.at_modem --personality NAME --link PATH --seed N`."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from random import Random

from hil_tests.sims.at_modem.chronicle import LinkHook, Mail, TraceLog
from hil_tests.sims.at_modem.device import answerers
from hil_tests.sims.at_modem.engine import Engine
from hil_tests.sims.at_modem.faults import FAULTS, FaultError, Plan, parse_faults
from hil_tests.sims.at_modem.hang import Cure, Gate, Hang
from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.modem import Modem, build_modem
from hil_tests.sims.at_modem.port import PortTakenError, ReplyLog
from hil_tests.sims.at_modem.provenance import count_kinds
from hil_tests.sims.at_modem.pump import Answerer, Clockwork
from hil_tests.sims.at_modem.registry import DEFAULT, MODELS
from hil_tests.sims.at_modem.serve import Boot, Faults, Places, serve
from hil_tests.sims.network.exchange import Exchange
from hil_tests.sims.network.profile import Profile, ProfileError, read_profile
from hil_tests.sims.network.scenarios import SCENARIOS, ScenarioError, apply
from hil_tests.sims.network.terminal import Lies
from hil_tests.sims.trace import TraceError, read_trace


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.sims.at_modem", description=__doc__)
    line.add_argument("--list", action="store_true", help="show personalities, faults, provenance; then end")
    line.add_argument("--personality", choices=sorted(MODELS), default=DEFAULT)
    line.add_argument("--link", type=Path, help="symlink to create; it leads to the pty")
    line.add_argument(
        "--tty", type=Path, help="in place of --link: a terminal that is there, served until hung up"
    )
    line.add_argument(
        "--seed", type=int, default=0, help="everything the profile leaves out is drawn from it"
    )
    line.add_argument("--profile", type=Path, help="JSON of fixed values")
    line.add_argument(
        "--trace", type=Path, help="CSV t_s,rsrp_dbm,rsrq_db,sinr_db in place of the drawn radio"
    )
    line.add_argument(
        "--trace-start-ns", type=int, metavar="NS", help="Unix time of the trace's t_s = 0; else the start"
    )
    line.add_argument("--log", type=Path, help="JSON lines, one a reply, with the truth of it")
    line.add_argument("--fault", action="append", default=[], metavar="NAME[:N]", help="several allowed")
    line.add_argument(
        "--scenario", action="append", default=[], metavar="NAME[:X]", help="what the network does; several"
    )
    line.add_argument("--ports", type=Path, metavar="DIR", help="a pty per USB interface, named by its place")
    line.add_argument("--usb-path", default="1-1.1", help="that place: bus, then hub ports")
    line.add_argument("--scan-s", type=float, metavar="S", help="how long AT+COPS=? takes")
    line.add_argument("--hook", type=Path, metavar="FILE", help="JSON lines for whoever drives the link")
    line.add_argument(
        "--exchange", type=Path, metavar="DIR", help="modems that name one folder send each other messages"
    )
    line.add_argument("--boot", action="store_true", help="start as if just powered on")
    line.add_argument("--boot-s", type=float, metavar="S", help="the ports are away so long at each start")
    line.add_argument("--hang-cured-by", choices=[cure.value for cure in Cure], help="it hangs; see hang.py")
    line.add_argument("--hang-after-s", type=float, default=0.0, metavar="S", help="when the hang begins")
    line.add_argument("--hang-mute", action="store_true", help="it says nothing while it hangs, but obeys")
    return line


def show_list() -> None:
    """Print personalities with the provenance of their rows, and the faults."""
    for name, model in MODELS.items():
        counted = count_kinds(row.source for row in model.rows)
        counts = ", ".join(f"{kind} {count}" for kind, count in counted.items())
        print(f"personality {name}: {len(model.rows)} rows: {counts}")
    for fault in FAULTS:
        print(f"fault {fault.name}: {fault.sentence}")
    for scenario in SCENARIOS:
        usual = f"[:{scenario.argument}={scenario.default}]" if scenario.argument else ""
        print(f"scenario {scenario.name}{usual}: {scenario.sentence}")


def build(arguments: argparse.Namespace, plan: Plan, start_s: float) -> Modem:
    """Return the modem behind the ports."""
    profile = read_profile(arguments.profile) if arguments.profile else Profile()
    trace = read_trace(arguments.trace, arguments.trace_start_ns) if arguments.trace else None
    return build_modem(
        arguments.seed,
        apply(profile, arguments.scenario),
        start_s=start_s,
        start_unix_s=time.time(),
        trace=trace,
        lies=Lies(rsrp=plan.has("wrong-rsrp"), name=plan.has("wrong-name")),
    )


def gated(
    behind: dict[Role, Answerer],
    arguments: argparse.Namespace,
    start_s: float,
    reboot: Callable[[float], None],
) -> dict[Role, Answerer]:
    """Return *behind* with its AT ports behind the hang that was asked for, if one was."""
    if arguments.hang_cured_by is None:
        return behind
    cure = Cure(arguments.hang_cured_by)
    hang = Hang(cure, start_s + arguments.hang_after_s, reboot, mute=arguments.hang_mute)
    return {role: Gate(part, hang) if isinstance(part, Engine) else part for role, part in behind.items()}


def exchange_of(modem: Modem, folder: Path) -> Exchange:
    """Return the service centre of *modem* in *folder*."""
    rng = Random(f"{modem.identity.imei} exchange")
    return Exchange(folder, modem.identity.number, modem.network.centre, rng)


def run(arguments: argparse.Namespace) -> None:
    """Be the modem the command line asks for, until a signal."""
    plan, model = parse_faults(arguments.fault), MODELS[arguments.personality]
    if arguments.scan_s is not None:
        model = replace(model, slow_s={**model.slow_s, "+COPS=?": arguments.scan_s})
    start_s = time.monotonic()
    modem = build(arguments, plan, start_s)
    behind = answerers(model, modem, echo_stuck=plan.has("no-echo-off"))
    if arguments.boot:
        modem.reboot(start_s + (arguments.boot_s or 0.0))

    def reboot(now_s: float) -> None:
        for answerer in behind.values():
            if isinstance(answerer, Engine | Gate):
                answerer.restart()
        modem.reboot(now_s)

    behind = gated(behind, arguments, start_s, reboot)
    with ExitStack() as stack:
        log = stack.enter_context(closing(ReplyLog(arguments.log)))
        clockwork: list[Clockwork] = [TraceLog(modem, log)]
        if arguments.hook:
            clockwork.append(stack.enter_context(closing(LinkHook(modem, arguments.hook))))
        if arguments.exchange:
            clockwork.append(Mail(modem, exchange_of(modem, arguments.exchange)))
        places = Places(arguments.link, arguments.tty, arguments.ports, arguments.usb_path)
        faults = Faults(plan, arguments.seed, start_s, reboot)
        boot = Boot(modem, arguments.boot_s, cold=arguments.boot) if arguments.boot_s else None
        serve(places, model, behind, faults, log, clockwork, boot)


def main(words: Sequence[str] | None = None) -> int:
    """Run; 0 after a signal, 2 for arguments that cannot be used."""
    line = parser()
    arguments = line.parse_args(words)
    if arguments.list:
        show_list()
        return 0
    on_ptys = bool(arguments.link or arguments.ports)
    if on_ptys == bool(arguments.tty):
        line.error(
            "name one of --link PATH (the symlink a client shall open) and --tty PATH (a terminal); "
            "--ports DIR goes with --link or alone"
        )
    try:
        run(arguments)
    except (ProfileError, TraceError, FaultError, ScenarioError, PortTakenError) as exc:
        print(f"at_modem: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
