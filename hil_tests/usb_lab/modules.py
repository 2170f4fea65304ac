"""Which kernel modules the guest loads, and in which order: each after those it depends on.

A module file tells its dependencies itself: "depends=a,b" between NULs in its section .modinfo (modinfo(8)).
"""

import lzma
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from hil_tests.usb_lab.errors import MissingPart

DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")
FILE_NAME = re.compile(r"(?P<name>[^/]+)\.ko(\.xz)?$")


class Wanted(NamedTuple):
    """A module by name, its parameters, and what for."""

    name: str
    what_for: str
    parameters: str = ""


UDC_COUNT = 6
WANTED = (
    Wanted("virtio_pci", "the bus the host's files come over"),
    Wanted("9pnet_virtio", "the host's files"),
    Wanted("9p", "the host's files"),
    Wanted("dummy_hcd", "USB host and device controllers wired to each other", f"num={UDC_COUNT}"),
    Wanted("libcomposite", "gadgets made through configfs"),
    Wanted("usb_f_serial", "the modem's end of a port: ttyGS"),
    Wanted("usb_f_ecm", "the stick's end of a HiLink network"),
    Wanted("option", "the driver of the modems' ports: ttyUSB"),
    Wanted("cdc_ether", "the driver of HiLink sticks"),
    Wanted("veth", "a link for netem"),
    Wanted("sch_netem", "the kernel's own emulation of delay and loss"),
)


def parse_depends(module: bytes) -> tuple[str, ...]:
    """Return the names in *module*'s .modinfo that must be loaded before it."""
    found = DEPENDS.search(module)
    return tuple(filter(None, found[1].decode().replace("-", "_").split(","))) if found else ()


def plan_loading(names: Iterable[str], depends: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Return *names* and all they depend on, each once and after its dependencies.

    The kernel's dependencies have no circle; one would end in RecursionError.
    """
    order: dict[str, None] = {}

    def add(name: str) -> None:
        for other in depends(name):
            if other not in order:
                add(other)
        order[name] = None

    for name in names:
        add(name)
    return list(order)


class ModuleFolder:
    """The modules of one kernel: <root>/lib/modules/<release>."""

    def __init__(self, folder: Path) -> None:
        """List *folder*; no file is read yet."""
        self._folder = folder
        found = ((FILE_NAME.search(path.name), path) for path in folder.rglob("*.ko*"))
        self._files = {match["name"].replace("-", "_"): path for match, path in found if match}

    def read(self, name: str) -> bytes:
        """Return module *name*, unpacked. Raises MissingPart, if this kernel has none of that name."""
        path = self._files.get(name)
        if path is None:
            raise MissingPart(f"{self._folder} has no module {name}: remove build/usb-lab and run again")
        data = path.read_bytes()
        return lzma.decompress(data) if path.suffix == ".xz" else data

    def depends(self, name: str) -> tuple[str, ...]:
        """Return the modules that *name* needs before it. Raises MissingPart."""
        return parse_depends(self.read(name))
