"""The port belongs to the USB device at the place that the bench file names."""

import pytest

from hil_tests.bench.session import BenchModem
from modem_drivers.discovery import SysfsDirectory, find_at_port, group_slots


@pytest.mark.needs("usb.identity", "modem.identity")
def test_place_on_the_bus(modem: BenchModem) -> None:
    """sysfs shows the device at its place with a port for AT; who answers there is the bench's modem."""
    ports = SysfsDirectory().ports()
    slots = {slot.usb_path: slot for slot in group_slots(ports)}
    assert modem.row.usb_path in slots
    found = find_at_port(ports, modem.row.usb_path)
    assert found is not None
    assert found.device == str(modem.port)
    assert modem.check_identity().imei == modem.row.imei
