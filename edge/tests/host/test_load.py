"""Readings of the machine: literal files, and a moment between two of them."""

import pytest

from edge.host.load import Load, Machine, moment_of, parse_softnet, parse_stat
from edge.measure.device import Moment

STAT = """cpu  300 0 200 1000 20 10 30 0 0 0
cpu0 200 0 100 400 10 10 20 0 0 0
cpu1 100 0 100 600 10 0 10 0 0 0
intr 1 2 3
"""  # proc(5): user nice system idle iowait irq softirq steal guest guest_nice


def test_cores_are_read():
    assert parse_stat(STAT) == ((740, 410, 30), (820, 610, 10))


def test_dropped_packets_are_the_second_number_in_hexadecimal():
    assert parse_softnet("0000ffff 0000000a 00000000\n00000001 00000001 00000000\n") == 11


def load(mono_s, own_s, *cores):
    return Load(mono_s=mono_s, own_s=own_s, cores=cores, dropped=0)


def test_a_moment_lies_between_two_readings():
    before, after = (
        load(1.0, 0.5, (100, 90, 0), (100, 50, 10)),
        load(2.0, 0.75, (200, 120, 60), (200, 150, 10)),
    )
    assert moment_of(before, after) == Moment(idle=0.65, softirq=0.6, own=0.25)
    assert moment_of(before, before) is None


@pytest.fixture
def machine(tmp_path):
    def make(**files):
        for path, text in {"proc/stat": STAT, "proc/net/softnet_stat": "1 2 3\n", **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return Machine(tmp_path, mono_s=lambda: 7.0, own_s=lambda: 2.0)

    return make


def test_a_pi_tells_its_throttling_and_a_slot_its_speed(machine):
    pi = machine(**{
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        "sys/bus/usb/devices/1-1.2/speed": "480\n",
    })  # fmt: skip
    assert (pi.throttled(), pi.usb_bps("1-1.2"), pi.usb_bps("1-1.3")) == (0x50005, 480e6, None)
    assert pi.read() == Load(mono_s=7.0, own_s=2.0, cores=((740, 410, 30), (820, 610, 10)), dropped=2)


def test_another_machine_has_no_throttling(machine):
    assert machine().throttled() is None


def test_a_slot_is_no_path(machine, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "speed").write_text("1")
    assert machine().usb_bps("../../../../secret") is None
