"""The udev rules that keep ModemManager off the modems of this project, from the drivers' USB ids.

Ref: udev(7); ModemManager's ID_MM_DEVICE_IGNORE, "the device is not used at all", set on the USB device as
its own 77-mm-usb-device-blacklist.rules does. 77: before 80-mm-candidate.rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from modem_drivers.families.catalogue import CATALOGUE
from modem_drivers.families.usb_ports import CLASS_RULES

PATH = "modem_drivers/discovery/77-pantau-modems.rules"
HEAD = """# Keeps ModemManager off the modems that Pantau drives: it would open their ports for probing, and
# the words of two programs would mix. Generated from the drivers' USB ids (make gen). To use: copy to
# /etc/udev/rules.d/, `udevadm control --reload`, replug; without ModemManager on the box it does nothing.
ACTION!="add|change|move|bind", GOTO="pantau_modems_end"
SUBSYSTEM!="usb", GOTO="pantau_modems_end"
ENV{DEVTYPE}!="usb_device", GOTO="pantau_modems_end"
"""
END = 'LABEL="pantau_modems_end"\n'
IGNORE = 'ENV{ID_MM_DEVICE_IGNORE}="1"'


def udev_rules() -> dict[str, str]:
    """Return {path: text} of the rules file."""
    return {PATH: HEAD + "".join(f"{line}\n" for line in _lines()) + END}


def _lines() -> Iterator[str]:
    whole = sorted({rule.vid for rule in CLASS_RULES})
    for vid in whole:
        yield f"# every modem of vendor {vid:04x}: told apart by interface class, not by product"
        yield f'ATTR{{idVendor}}=="{vid:04x}", {IGNORE}'
    for family in CATALOGUE:
        ids = [(vid, pid) for vid, pid in family.usb_ids if vid not in whole]
        if ids:
            yield f"# {family.name}"
        for vid, pid in ids:
            yield f'ATTR{{idVendor}}=="{vid:04x}", ATTR{{idProduct}}=="{pid:04x}", {IGNORE}'
