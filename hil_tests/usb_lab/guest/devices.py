"""The devices the lab can be: a row each. How to add one: docs/usb-lab.md.

What a gadget cannot be is left out of its row: a serial function is the class ff/00/00 with one bulk pair;
a modem's own subclass, protocol and interrupt endpoint are not shown.
"""

from typing import NamedTuple

SERIAL, ETHERNET = "gser", "ecm"  # functions of configfs: one interface each, the network two


class Device(NamedTuple):
    """What a device says of itself on the bus; *source* tells where the numbers are from."""

    name: str
    vendor_id: int
    product_id: int
    maker: str
    product: str
    serial: str
    functions: tuple[str, ...]
    source: str


EC25 = Device(
    "ec25", 0x2C7C, 0x0125, "Android", "Android", "0000", (SERIAL,) * 4,
    "public-driver: linux drivers/usb/serial/option.c, QUECTEL_PRODUCT_EC25 (ids); memory (texts)",
)  # fmt: skip
SIM7600 = Device(
    "sim7600", 0x1E0E, 0x9001, "SimTech, Incorporated", "SimTech, Incorporated", "0123456789ABCDEF",
    (SERIAL,) * 4,  # its fifth, audio, is left out: the kernel has eight serial functions in all
    "public-driver: linux drivers/usb/serial/option.c, 1e0e:9001 (ids); memory (texts)",
)  # fmt: skip
HILINK = Device(
    "hilink", 0x12D1, 0x14DC, "HUAWEI", "HUAWEI Mobile", "", (ETHERNET,),
    "thread: https://github.com/balena-os/balena-os/issues/445 (ids, texts, no serial number, cdc_ether)",
)  # fmt: skip
