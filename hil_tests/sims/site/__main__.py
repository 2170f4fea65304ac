"""A simulated site: `python -m hil_tests.sims.site --seed N --dir DIR`; prints one line READY {json}.

Runs until SIGTERM, SIGINT or the end of its standard input (if that is a pipe); then all it made is gone.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hil_tests.sims.operator_net import children
from hil_tests.sims.operator_net.children import ChildError
from hil_tests.sims.operator_net.lab import Lab
from hil_tests.sims.operator_net.namespaces import NetworkError, existing
from hil_tests.sims.operator_net.settings import SettingsError
from hil_tests.sims.site.draw import MOST_LINES, draw_site, read_operators
from hil_tests.sims.site.files import SERVER, BoxSite, box_site, modem_link, write_truth
from hil_tests.sims.site.sabotage import KINDS, Acted, act
from hil_tests.sims.site.stopping import Stopping, at_end

PERSONALITY = "quectel-ec25"
READY_S = 20.0
LEFT_OVER = re.compile(r"p(\d+)-")


class StoppedError(Exception):
    """A signal came while the site was being made."""


class Site:
    """The running programs of a site in *folder*; `lab` is entered."""

    def __init__(self, lab: Lab, folder: Path, stopping: Stopping) -> None:
        self._lab, self._folder, self._stopping = lab, folder, stopping

    def start(self, acted: Sequence[Acted], seed: int) -> None:
        """Start server and modems and wait until all can be used. Raises: ChildError, StoppedError."""
        log = str(self._folder / "server.jsonl")
        command = [_program("pantau-server"), "--listen", SERVER, "--open", "--log", log]
        server = self._lab.start("server", command, namespace=self._lab.server_namespace)
        modems = [self._start_modem(k, one, seed) for k, one in enumerate(acted)]
        for k, modem in enumerate(modems):
            self._wait(modem, f"make {modem_link(self._folder, k)}", modem_link(self._folder, k).exists)
        port = int(SERVER.rpartition(":")[2])
        self._wait(server, f"listen on {SERVER}", lambda: listens(server.process.pid, port))

    def _start_modem(self, k: int, acted: Acted, seed: int) -> children.Child:
        slot, folder = acted.line.slot, self._folder
        profile = folder / f"modem-{slot}.profile.json"
        profile.write_bytes(msgspec.json.format(msgspec.json.encode(acted.line.modem)) + b"\n")
        files = ["--link", str(modem_link(folder, k)), "--profile", str(profile)]
        log = ["--log", str(folder / f"modem-{slot}.jsonl"), "--exchange", str(folder / "exchange")]
        faults = [word for fault in acted.faults for word in ("--fault", fault)]
        start = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", PERSONALITY]
        command = [*start, *files, "--seed", f"{seed * 100 + k}", *log, *faults]
        return self._lab.start(f"modem-{slot}", command)

    def _wait(self, child: children.Child, what: str, done: "children.Condition") -> None:
        until_s = time.monotonic() + READY_S
        while not done():
            child.must_run()
            if self._stopping.asked:
                raise StoppedError
            if time.monotonic() > until_s:
                raise ChildError(f"{child.name} did not {what} within {READY_S:g} s: {child.last_words()}")
            time.sleep(0.01)

    def run(self) -> None:
        """Return when asked to end. Raises: ChildError, when a program ends before."""
        watched = self._stopping.descriptors()
        while not self._stopping.asked:
            ended, readable = children.first_to_end(self._lab.children, watched)
            if ended is not None:
                ended.must_run()
            if any(at_end(descriptor) for descriptor in readable):
                return


def listens(pid: int, port: int) -> bool:
    """Return whether somebody listens on TCP *port* in the network namespace of *pid* (proc(5) net/tcp)."""
    try:
        rows = Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def reap_dead() -> None:
    """Remove what sites left that were killed: a lab is named after its process. Raises: NetworkError."""
    owners = {int(found[1]) for name in existing("p") if (found := LEFT_OVER.match(name))}
    for pid in owners:
        if not Path(f"/proc/{pid}").exists():
            Lab.reap(f"p{pid}-")


def _ready(site: BoxSite, folder: Path, lab: Lab) -> str:
    interfaces = {line.slot: line.interface for line in site.lines}
    facts = {"dir": str(folder), "pid": os.getpid(), "server": site.server, "interfaces": interfaces}
    return "READY " + json.dumps({**facts, "lab": lab.lab_id, "namespaces": list(lab.namespaces)})


def run(seed: int, folder: Path, count: int, sabotage: str | None, stopping: Stopping) -> None:
    """Draw, write the truth, then make the site and keep it. Raises: NetworkError, ChildError, OSError."""
    rng = random.Random(f"site {seed}")
    lines = draw_site(rng, read_operators(), count)
    write_truth(folder / "truth.json", seed, lines)
    reap_dead()
    acted = act(lines, sabotage, random.Random(f"sabotage {seed}"))
    lab = Lab(f"p{os.getpid()}", [one.line.link for one in acted], folder, seed=seed)
    site = box_site(lines, folder, lab.client_interfaces)
    (folder / "site.json").write_bytes(msgspec.json.format(msgspec.json.encode(site)) + b"\n")
    try:
        with lab:
            running = Site(lab, folder, stopping)
            running.start(acted, seed)
            print(_ready(site, folder, lab), flush=True)
            running.run()
    finally:
        for k in range(count):  # a modem that was killed could not
            modem_link(folder, k).unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hil_tests.sims.site", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="everything about the site is drawn from it")
    parser.add_argument("--dir", type=Path, required=True, help="folder of the site's files; made if missing")
    parser.add_argument("--lines", type=int, default=5, choices=range(1, MOST_LINES + 1), metavar="N")
    parser.add_argument("--sabotage", choices=KINDS, help="do other than truth.json says, on one line")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when asked to end, 1 with a text when something failed."""
    stopping = Stopping()
    options = _parser().parse_args(arguments)
    try:
        options.dir.mkdir(parents=True, exist_ok=True)
        run(options.seed, options.dir.resolve(), options.lines, options.sabotage, stopping)
    except StoppedError:
        return 0
    except (NetworkError, SettingsError, ChildError, OSError) as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
