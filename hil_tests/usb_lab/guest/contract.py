"""Check "contract": the bench's own tests on the lab's real ttyUSB port (benches/kvm-usb.toml).

The tests every bench must pass, and the faults this bench can cause: its cable is pulled by the bench file's
power commands.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from contextlib import closing

from hil_tests.usb_lab.guest.bus import await_ports
from hil_tests.usb_lab.guest.devices import EC25
from hil_tests.usb_lab.guest.driver import AT_INTERFACE, IMEI, SEED
from hil_tests.usb_lab.guest.gadgets import plugged
from hil_tests.usb_lab.guest.simulator import SCRATCH, PoweredModem, write_profile
from hil_tests.usb_lab.guest.witness import Witness

BENCH = "hil_tests/benches/kvm-usb.toml"
JUNIT = SCRATCH / "bench.xml"
REPORT = SCRATCH / "bench-report.json"
LEAST_TESTS = 9
BAD = ("failure", "error", "skipped")  # of a testcase in JUnit


def run(witness: Witness) -> None:
    """Start what the bench file names, then pytest as anyone would."""
    profile = write_profile("bench", imei=IMEI)
    with plugged(EC25, 0) as gadget:
        await_ports(gadget.usb_path, 4)
        modem = PoweredModem(gadget.tty(AT_INTERFACE), SEED, "--profile", str(profile))
        with closing(modem):
            witness.equal("pytest's exit status", 0, run_pytest(witness))
    cases = list(ElementTree.parse(JUNIT).iter("testcase"))
    bad = [str(case.get("name")) for case in cases if any(child.tag in BAD for child in case)]
    witness.within("tests passed", LEAST_TESTS, 1000, len(cases) - len(bad), "tests")
    witness.equal("tests failed or skipped", [], bad)


def run_pytest(witness: Witness) -> int:
    """Run the bench's tests; what pytest says goes to the log. Return its exit status.

    CI=true collects what the bench grants; plug-ins these tests have no use for would take half a minute.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        "hil_tests/contract",
        "hil_tests/faults",
        "--bench",
        BENCH,
        "-q",
    ]
    command += ["-p", "pytest_timeout", "-p", "xdist.plugin", "-p", "no:cacheprovider", "--strict-bench"]
    command += ["--bench-report", str(REPORT), f"--junitxml={JUNIT}"]
    environ = {**os.environ, "CI": "true", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    said = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    witness.note(f"{said.stdout}\n{said.stderr}")
    return said.returncode
