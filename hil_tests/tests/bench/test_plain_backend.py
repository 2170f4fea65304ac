"""The hardware backend by itself: what stands behind a port by evidence, and what is missing."""

import pytest

from hil_tests.bench.backends.plain import PlainBackend
from hil_tests.bench.errors import BenchIncomplete, InjectFailed
from hil_tests.bench.load import parse_bench
from hil_tests.bench.power import CommandPower
from modem_drivers.discovery.directory import PortKind, UsbPort

BENCH = """name = "b"
backend = "plain"
tier = "usb-vm"
[[modem]]
slot = "one"
usb_path = "1-1"
imei = "490154203237518"
model = "EC25"
netns = "pantau-not-there"
"""


class Plugged:
    """A directory of four ports of an EC25 under names and on a controller of the test's choice."""

    def __init__(self, controller, first=0):
        self._controller, self._first = controller, first

    def ports(self):
        return [
            UsbPort(
                name=f"ttyUSB{self._first + number}",
                kind=PortKind.TTY,
                vid=0x2C7C,
                pid=0x0125,
                interface=number,
                interface_class=(0xFF, 0, 0),
                usb_path="1-1",
                controller=self._controller,
            )
            for number in range(4)
        ]


class Nothing:
    """A directory of a machine without USB modems."""

    def ports(self):
        return []


def backend_of(directory):
    bench = parse_bench(BENCH, where="b.toml")
    return PlainBackend(bench, directory), bench.modem[0]


@pytest.mark.parametrize(
    ("controller", "tier"),
    [  # the folder that holds usb1: of the kernel's dummy_hcd and USB/IP, of a Pi 4's VL805, of a Pi 3
        ("dummy_hcd.0", "usb-vm"),
        ("vhci_hcd.0", "usb-vm"),
        ("0000:01:00.0", "hardware"),
        ("3f980000.usb", "hardware"),
    ],
)
def test_what_stands_behind_a_usb_port_is_seen_by_its_controller(controller, tier):
    backend, row = backend_of(Plugged(controller))
    assert backend.tier(row) == tier


def test_the_port_is_looked_up_each_time_whatever_its_name():
    for first in (0, 3):
        backend, row = backend_of(Plugged("dummy_hcd.0", first))
        assert str(backend.port(row)) == f"/dev/ttyUSB{first + 2}"


def test_a_place_without_a_modem_is_named():
    backend, row = backend_of(Nothing())
    with pytest.raises(BenchIncomplete, match="no AT port at usb_path 1-1; no USB modem"):
        backend.port(row)
    assert backend.missing() == [
        "modem one: no AT port at usb_path 1-1; no USB modem is plugged in at all",
    ]


def test_what_only_simulators_can_suffer_is_refused():
    backend, row = backend_of(Nothing())
    with pytest.raises(InjectFailed, match="fault hang cannot be caused through a plain port"):
        backend.suffer(row, "hang")
    with pytest.raises(InjectFailed, match="faults of the network are injected on simulated benches"):
        backend.wire()
    assert backend.truth(row) is None
    assert backend.power(row) is None


def test_power_commands_are_filled_in_and_their_failure_is_told(tmp_path):
    said = tmp_path / "said"
    facts = {"slot": "one", "usb_path": "1-1"}
    off = ["sh", "-c", f"echo {{slot}} {{usb_path}} >{said}"]
    power = CommandPower(off, ["sh", "-c", "echo no hub >&2; exit 3"], facts, deadline_s=10)
    power.off()
    assert said.read_text() == "one 1-1\n"
    with pytest.raises(InjectFailed, match=r"power on of one: sh -c .* ended with 3: no hub"):
        power.on()
    with pytest.raises(InjectFailed, match="power off of one: /nonexistent"):
        CommandPower(["/nonexistent"], ["true"], facts, deadline_s=10).off()


def test_the_report_counts_the_sources_of_the_drivers_tables():
    backend, _ = backend_of(Nothing())
    counted = backend.provenance()
    assert counted["drivers: usb ports"] == {
        "recorded": 0,
        "manual": 0,
        "public-driver": 36,  # 29 layouts and 7 class rules of ModemManager's rules files
        "thread": 5,
        "memory": 6,
    }
    assert {"drivers: replies of the standard", "drivers: questions of quectel-lte"} <= set(counted)
