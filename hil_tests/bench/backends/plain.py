"""Ports that somebody else provides: real modems, a USB lab's, or a simulator started by hand.

What stands behind a port is judged by what this machine shows of it, never by the bench file's word.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from hil_tests.bench.backends.protocol import DataPath
from hil_tests.bench.errors import BenchIncomplete, InjectFailed
from hil_tests.bench.model import BenchFile, ModemRow, Tier
from hil_tests.bench.power import CommandPower, PowerPort
from hil_tests.bench.waiting import await_that
from hil_tests.bench.wire import Wire
from modem_drivers.discovery import PortDirectory, UsbPort, find_at_port
from modem_drivers.discovery.holders import find_holders
from modem_drivers.families.sources import count_sources

PSEUDO_TERMINAL = re.compile(r"/dev/(pts/\d+|tty[p-za-e][0-9a-f])")
SIMULATED_BUS = re.compile(r"dummy_hcd|vhci_hcd|dummy_udc")
NETNS_FOLDER = Path("/run/netns")
DEVICES = Path("/sys/dev/char")


class PlainBackend:
    """Modems behind ports of this machine; *directory* knows what is plugged in."""

    def __init__(self, bench: BenchFile, directory: PortDirectory) -> None:
        """Look at nothing yet."""
        self._bench = bench
        self._directory = directory

    def missing(self) -> Sequence[str]:
        """Return what the file names and this machine has not; a port that somebody holds is missing too."""
        return [sentence for row in self._bench.modem for sentence in self._missing_of(row)]

    def tier(self, row: ModemRow) -> Tier:
        """Return what stands behind the port: a pseudo-terminal, a simulated USB bus, or hardware."""
        device = os.path.realpath(self.port(row))
        if PSEUDO_TERMINAL.fullmatch(device):
            return "sim"
        usb = next((port for port in self._directory.ports() if port.device == device), None)
        if usb is not None and SIMULATED_BUS.search(usb.controller):
            return "usb-vm"
        return "hardware"

    def open(self) -> None:
        """Do nothing: the modems are there."""

    def close(self) -> None:
        """Do nothing: the modems stay."""

    def port(self, row: ModemRow) -> Path:
        """Return the AT port's path; of a USB place the name it has today. Raises: BenchIncomplete."""
        if row.at_port:
            return Path(row.at_port)
        found = find_at_port(self._directory.ports(), row.usb_path)
        if found is None:
            raise BenchIncomplete(self._bench.name, [self._nothing_at(row)])
        return Path(found.device)

    def truth(self, row: ModemRow) -> Path | None:
        """Return None: only the modem knows."""
        return None

    def power(self, row: ModemRow) -> PowerPort | None:
        """Return the commands of the bench file, or None."""
        if not row.power_off:
            return None
        facts = {"slot": row.slot, "usb_path": row.usb_path}
        return CommandPower(row.power_off, row.power_on, facts, deadline_s=self._bench.wait_s)

    @contextmanager
    def data_path(self, row: ModemRow) -> Iterator[DataPath]:
        """Yield the namespace and the server of the bench file; somebody set them up."""
        yield DataPath(row.netns, row.server)

    def suffer(self, row: ModemRow, fault: str) -> AbstractContextManager[None]:
        """Cut the power for `unplug`. Raises: InjectFailed, for what only a simulator can be told."""
        power = self.power(row)
        if fault != "unplug" or power is None:
            raise InjectFailed(
                f"modem {row.slot}: fault {fault} cannot be caused through a plain port; take its "
                f'inject capability out of the bench file, or give power_off and power_on for "unplug"'
            )
        return self._without_power(row, power)

    def wire(self) -> AbstractContextManager[Wire]:
        """Raises: InjectFailed: a real network is not broken here."""
        raise InjectFailed(
            f"bench {self._bench.name}: faults of the network are injected on simulated benches"
        )

    @contextmanager
    def _without_power(self, row: ModemRow, power: PowerPort) -> Iterator[None]:
        power.off()
        with contextlib.ExitStack() as undo:
            undo.callback(self._back, row)
            undo.callback(power.on)
            yield

    def _back(self, row: ModemRow) -> None:
        await_that(
            f"{row.slot}: the port is back", lambda: self._is_there(row), deadline_s=self._bench.wait_s
        )

    def _is_there(self, row: ModemRow) -> bool:
        try:
            return self.port(row).exists()
        except BenchIncomplete:
            return False

    def provenance(self) -> Mapping[str, Mapping[str, int]]:
        """Return the sources of the drivers' tables: what speaks here is not ours."""
        return {f"drivers: {table}": counts for table, counts in count_sources().items()}

    def _nothing_at(self, row: ModemRow) -> str:
        seen = sorted({_in_words(port) for port in self._directory.ports()})
        there = f"plugged in are: {', '.join(seen)}" if seen else "no USB modem is plugged in at all"
        return f"modem {row.slot}: no AT port at usb_path {row.usb_path}; {there}"

    def _missing_of(self, row: ModemRow) -> Iterator[str]:
        try:
            port = self.port(row)
        except BenchIncomplete as exc:
            yield from exc.missing
            return
        if not port.exists():
            yield (
                f"modem {row.slot}: no port {port}; plug the modem in, and compare with "
                "`ls -l /dev/serial/by-path`"
            )
            return
        if not is_terminal(port):
            yield f"modem {row.slot}: {port} is no terminal; name an AT port (`ls -l /dev/serial/by-path`)"
            return
        if not os.access(port, os.R_OK | os.W_OK):
            yield f"modem {row.slot}: no right to use {port}; run `sudo adduser $USER dialout`, log in again"
        for holder in find_holders(port):
            yield (
                f"modem {row.slot}: {port} is held by {holder.command} (process {holder.pid}); end it "
                "(ModemManager: `sudo systemctl mask --now ModemManager`)"
            )
        if row.netns and not (NETNS_FOLDER / row.netns).exists():
            yield f"modem {row.slot}: no network namespace {row.netns} (`ip netns list`); make it first"


def is_terminal(port: Path) -> bool:
    """Return whether *port* is a terminal by sysfs, without opening it; pseudo-terminals are not in sysfs."""
    found = port.stat()
    if not stat.S_ISCHR(found.st_mode):
        return False
    if PSEUDO_TERMINAL.fullmatch(os.path.realpath(port)) or not DEVICES.is_dir():
        return True
    device = DEVICES / f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    return (device / "subsystem").resolve().name == "tty"


def _in_words(port: UsbPort) -> str:
    return f"{port.vid:04x}:{port.pid:04x} at {port.usb_path}"
