"""The guest's first root: busybox, modules in loading order, settings, init."""

import gzip
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from hil_tests.usb_lab import cpio
from hil_tests.usb_lab.errors import MissingPart
from hil_tests.usb_lab.modules import WANTED, ModuleFolder, plan_loading

INIT = Path(__file__).with_name("init.sh")
FAST = 1  # gzip level: unpacked once


def only_one(folder: Path, pattern: str) -> Path:
    """Return the one path of *folder* that fits *pattern*. Raises MissingPart."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise MissingPart(f"{folder} holds {len(found)} of {pattern}, not 1: remove it, `make usb-lab` again")
    return found[0]


def module_entries(modules: ModuleFolder) -> list[cpio.Entry]:
    """Return the modules wanted, and the file "order" that names them with their parameters."""
    parameters = {row.name: row.parameters for row in WANTED}
    order = plan_loading(parameters, modules.depends)
    lines = "".join(f"{name} {parameters.get(name, '')}\n" for name in order)
    files = [cpio.Entry(f"modules/{name}.ko", cpio.DATA, modules.read(name)) for name in order]
    return [
        cpio.Entry("modules", cpio.FOLDER),
        cpio.Entry("modules/order", cpio.DATA, lines.encode()),
        *files,
    ]


def settings(python: Path, folder: Path, environ: Mapping[str, str], checks: Sequence[str]) -> str:
    """Return the shell lines that tell init which Python to run, where, with what, and which *checks*."""
    values = {
        "LAB_PYTHON": str(python),
        "LAB_FOLDER": str(folder),
        "LAB_ENVIRONMENT": " ".join(shlex.quote(f"{name}={value}") for name, value in environ.items()),
        "LAB_CHECKS": shlex.join(checks),
    }
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def build_image(root: Path, init_settings: str) -> bytes:
    """Return the compressed archive the kernel starts from; *root* holds kernel, modules and busybox.

    Raises: MissingPart.
    """
    modules = ModuleFolder(only_one(root / "lib/modules", "*"))
    entries = [
        cpio.Entry("bin", cpio.FOLDER),
        cpio.Entry("bin/busybox", cpio.PROGRAM, only_one(root, "bin/busybox").read_bytes()),
        cpio.Entry("dev", cpio.FOLDER),
        cpio.Entry("dev/console", cpio.CONSOLE, device=cpio.CONSOLE_DEVICE),
        cpio.Entry("init", cpio.PROGRAM, INIT.read_bytes()),
        cpio.Entry("settings", cpio.DATA, init_settings.encode()),
        *module_entries(modules),
    ]
    return gzip.compress(cpio.encode_archive(entries), FAST, mtime=0)
