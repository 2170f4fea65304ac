"""USB devices made of the kernel's gadget functions, on dummy_hcd's controllers.

Source: the kernel's Documentation/usb/gadget_configfs.rst and Documentation/ABI/testing/configfs-usb-gadget*.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hil_tests.usb_lab.guest.devices import Device

CONFIGFS = Path("/sys/kernel/config/usb_gadget")
ENGLISH = "0x409"


class Gadget:
    """One device, wired to the controller dummy_udc.<slot>; the host sees it on bus <slot> + 1."""

    def __init__(self, device: Device, slot: int, options: Mapping[str, str] | None = None) -> None:
        """Make *device*, not plugged in yet; *options* are attributes of each of its functions."""
        self.device, self.slot = device, slot
        self.usb_path = f"{slot + 1}-1"
        self._folder = CONFIGFS / f"{device.name}-{slot}"
        self._functions = [
            self._folder / f"functions/{kind}.{slot}{i}" for i, kind in enumerate(device.functions)
        ]
        self._make(options or {})

    def plug(self) -> None:
        """Plug the device in; the host begins to enumerate it."""
        (self._folder / "UDC").write_text(f"dummy_udc.{self.slot}\n")

    def unplug(self) -> None:
        """Pull the cable."""
        (self._folder / "UDC").write_text("\n")

    def plugged(self) -> bool:
        """Return whether the cable is in."""
        return bool((self._folder / "UDC").read_text().strip())

    def tty(self, interface: int) -> Path:
        """Return the modem's end of the port of *interface*."""
        return Path(f"/dev/ttyGS{(self._functions[interface] / 'port_num').read_text().strip()}")

    def network(self) -> str:
        """Return the name of the device's own end of its network."""
        return (self._functions[0] / "ifname").read_text().strip()

    def remove(self) -> None:
        """Pull the cable and take the device apart."""
        if self.plugged():
            self.unplug()
        config = self._folder / "configs/c.1"
        for function in self._functions:
            (config / function.name).unlink()
        for folder in (
            config / f"strings/{ENGLISH}",
            config,
            *self._functions,
            self._folder / f"strings/{ENGLISH}",
        ):
            folder.rmdir()
        self._folder.rmdir()

    def _make(self, options: Mapping[str, str]) -> None:
        device, strings = self.device, self._folder / f"strings/{ENGLISH}"
        config = self._folder / "configs/c.1"
        for folder in (strings, config / f"strings/{ENGLISH}", *self._functions):
            folder.mkdir(parents=True)
        (self._folder / "idVendor").write_text(f"{device.vendor_id:#06x}\n")
        (self._folder / "idProduct").write_text(f"{device.product_id:#06x}\n")
        texts = {"manufacturer": device.maker, "product": device.product, "serialnumber": device.serial}
        for name, text in texts.items():
            if text:
                (strings / name).write_text(f"{text}\n")
        for function in self._functions:
            for name, value in options.items():
                (function / name).write_text(f"{value}\n")
            (config / function.name).symlink_to(function)


@contextmanager
def plugged(device: Device, slot: int, options: Mapping[str, str] | None = None) -> Iterator[Gadget]:
    """Yield *device*, plugged in at *slot*; afterwards it is gone."""
    gadget = Gadget(device, slot, options)
    try:
        gadget.plug()
        yield gadget
    finally:
        gadget.remove()
