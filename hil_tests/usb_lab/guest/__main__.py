"""`python -m hil_tests.usb_lab.guest CHECK...`: run the checks in the virtual machine, one by one."""

import signal
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType

from hil_tests.usb_lab.checks import CHECKS, Check
from hil_tests.usb_lab.guest import contract, discovery, driver, netem, renumber, sticks, unplug
from hil_tests.usb_lab.guest.witness import Witness
from modem_drivers.errors import ModemError

RUNS: dict[str, Callable[[Witness], None]] = {
    "netem": netem.run,
    "discovery": discovery.run,
    "driver": driver.run,
    "unplug": unplug.run,
    "renumber": renumber.run,
    "sticks": sticks.run,
    "contract": contract.run,
}


FORESEEN = (OSError, LookupError, ValueError, ModemError)  # a check's misfortune; the rest ends the guest


def too_long(_number: int, _frame: FrameType | None) -> None:
    """Handle SIGALRM. Raises TimeoutError."""
    raise TimeoutError("the check took longer than it may")


def run(check: Check, witness: Witness) -> None:
    """Run *check* within its limit; what goes wrong is a finding."""
    started_s = time.monotonic()
    witness.begin(check.name)
    signal.alarm(check.limit_s)
    try:
        RUNS[check.name](witness)
    except FORESEEN as error:
        witness.note(traceback.format_exc())
        witness.failed(f"{type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
    witness.end(time.monotonic() - started_s)


def main(names: list[str]) -> int:
    """Run the checks named, in their order; return 0: what they found is in the log."""
    signal.signal(signal.SIGALRM, too_long)
    witness = Witness()
    for check in CHECKS:
        if check.name in names:
            run(check, witness)
    witness.done()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
