"""The stick as a USB device: storage, absent, network adapter; and how long each step takes.

Device ids and interfaces: thread balena-os issues 445 and 446 (1f01 CD, 14dc "ethernet"; cdc_ether on
interface 0, a card reader on 2) and luci-app-3ginfo-lite issue 62 (classes of interfaces 0 and 1). Times:
openwrt/packages issue 15893 (0.6 s from the switch to the new device), balena-os issue 445 (23.6 s from the
device to "link becomes ready"); how long the web server says "busy", and a restart: memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import NamedTuple

SWITCH_S = 0.6
LINK_S = 23.6
BUSY_S = 4.0
RESTART_AFTER_S = 1.0
ABSENT_S = 8.0
MAC = "0C:5B:8F:27:9A:64"  # every one of them has it: openmptcprouter issue 549; the number: memory


class UsbInterface(NamedTuple):
    """An interface of the device: number, class/subclass/protocol, what it is."""

    number: int
    usb_class: str
    role: str


class UsbDevice(NamedTuple):
    """What the host sees on the bus."""

    vendor_id: int
    product_id: int
    interfaces: tuple[UsbInterface, ...]


STORAGE_DEVICE = UsbDevice(0x12D1, 0x1F01, (UsbInterface(0, "08/06/50", "storage"),))
NETWORK_DEVICE = UsbDevice(
    0x12D1,
    0x14DC,
    (
        UsbInterface(0, "02/06/00", "network"),
        UsbInterface(1, "0a/06/00", "network-data"),
        UsbInterface(2, "08/06/50", "storage"),
    ),
)


class Phase(Enum):
    """Where the stick is in its life."""

    STORAGE = "storage"  # a CD-ROM, until the host sends the switch message
    ABSENT = "absent"  # not on the bus
    BOOTING = "booting"  # on the bus, nothing listens
    BUSY = "busy"  # the web server answers 100004
    READY = "ready"


DEVICES = {
    Phase.STORAGE: STORAGE_DEVICE,
    Phase.ABSENT: None,
    Phase.BOOTING: NETWORK_DEVICE,
    Phase.BUSY: NETWORK_DEVICE,
    Phase.READY: NETWORK_DEVICE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """*phase* holds from *from_s* on."""

    from_s: float
    phase: Phase


class Life:
    """The phases of one stick as steps in time.

    *needs_switch*: after every power-up it is storage first. *powered_up*: it was just now, else long ago.
    *hurry* divides every time.
    """

    def __init__(
        self, now_s: float, *, needs_switch: bool = False, powered_up: bool = False, hurry: float = 1.0
    ) -> None:
        """Begin ready, as storage, or booting."""
        self._needs_switch = needs_switch
        self._hurry = hurry
        self._steps = [Step(now_s, Phase.STORAGE if needs_switch else Phase.READY)]
        if powered_up and not needs_switch:
            self._plan(now_s, [(0.0, Phase.BOOTING), *_boot(0.0)])

    def at(self, now_s: float) -> Phase:
        """Return the phase at *now_s*."""
        return next(step.phase for step in reversed(self._steps) if step.from_s <= now_s)

    def next_change_s(self, now_s: float) -> float:
        """Return when the phase changes next; infinity if by an event only."""
        return min((step.from_s for step in self._steps if step.from_s > now_s), default=inf)

    def switch(self, now_s: float) -> bool:
        """Take the host's switch message; return whether the stick was storage."""
        if self.at(now_s) is not Phase.STORAGE:
            return False
        self._plan(now_s, [(0.0, Phase.ABSENT), (SWITCH_S, Phase.BOOTING), *_boot(SWITCH_S)])
        return True

    def restart(self, now_s: float) -> None:
        """Go away soon and come back: as storage if it needs the switch, else as the network adapter."""
        back_s = RESTART_AFTER_S + ABSENT_S
        after = [(back_s, Phase.STORAGE)] if self._needs_switch else [(back_s, Phase.BOOTING), *_boot(back_s)]
        self._plan(now_s, [(RESTART_AFTER_S, Phase.ABSENT), *after])

    def _plan(self, now_s: float, ahead: Sequence[tuple[float, Phase]]) -> None:
        self._steps = [Step(now_s, self.at(now_s))]
        self._steps += [Step(now_s + after_s / self._hurry, phase) for after_s, phase in ahead]


def _boot(from_s: float) -> list[tuple[float, Phase]]:
    return [(from_s + LINK_S, Phase.BUSY), (from_s + LINK_S + BUSY_S, Phase.READY)]
