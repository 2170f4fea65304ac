"""What the privileged helper does at a USB place: take a device from its drivers and give it back; switch a
stick that shows itself as a disk to its modem.

Ref: Linux, Documentation/usb/authorization.rst (authorized 0 and 1); usb_modeswitch(1), -J: the message of
Huawei's sticks.
"""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

DEVICES = Path("/sys/bus/usb/devices")
PLACE = re.compile(r"[0-9]{1,3}-[0-9]{1,2}(\.[0-9]{1,2}){0,6}")
OFF_S = 1.0
SWITCH_S = 20.0


def rebind(slot: str, *, devices: Path = DEVICES, off_s: float = OFF_S) -> str:
    """Rebind the device at *slot*; return "", or why it could not be done."""
    if not PLACE.fullmatch(slot):
        return f"{slot} is no USB place (like 1-1.2); correct the line's slot in the configuration"
    authorized = devices / slot / "authorized"
    try:
        authorized.write_text("0", encoding="ascii")
        time.sleep(off_s)
        authorized.write_text("1", encoding="ascii")
    except OSError as exc:
        return f"{authorized}: {exc.strerror}; check that a modem is plugged in there, and the unit's rights"
    return ""


def switch_mode(slot: str, *, devices: Path = DEVICES) -> str:
    """Switch the stick at *slot* from disk to modem; return "", or why it could not be done."""
    if not PLACE.fullmatch(slot):
        return f"{slot} is no USB place (like 1-1.2); correct the line's slot in the configuration"
    folder = devices / slot
    try:
        numbers = [(folder / name).read_text(encoding="ascii").strip() for name in ("busnum", "devnum")]
        ids = [(folder / name).read_text(encoding="ascii").strip() for name in ("idVendor", "idProduct")]
        words = ["usb_modeswitch", "-b", numbers[0], "-g", numbers[1], "-v", ids[0], "-p", ids[1], "-J"]
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=SWITCH_S
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"usb_modeswitch at {slot}: {exc}; install usb-modeswitch, and check that the stick is there"
    return "" if done.returncode == 0 else f"usb_modeswitch at {slot}: {(done.stderr or done.stdout)[-200:]}"


VERBS: dict[str, Callable[[str], str]] = {"usb-rebind": rebind, "usb-modeswitch": switch_mode}


def do(verb: str, slot: str) -> str:
    """Do one of VERBS at *slot*; return "", or why it could not be done."""
    return VERBS[verb](slot)
