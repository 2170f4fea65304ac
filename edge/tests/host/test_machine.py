"""The machine's own health: figures that are known, and absence where there is no sensor."""

import re
from pathlib import Path
from types import SimpleNamespace

import psutil

from edge.host import machine


def test_the_boot_is_the_kernel_s_number_shortened():
    whole = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    assert machine.boot_id() == whole[:8]
    assert re.fullmatch(r"[0-9a-f]{8}", machine.boot_id())


def test_the_model_is_the_device_tree_s_text(monkeypatch, tmp_path):
    model = tmp_path / "model"
    model.write_bytes(b"Raspberry Pi 4 Model B Rev 1.5\0")
    monkeypatch.setattr(machine, "MODEL", model)
    assert machine.hardware() == "Raspberry Pi 4 Model B Rev 1.5"
    model.unlink()
    assert machine.hardware() == ""


def test_memory_is_the_kernel_s_total_less_available():
    used = machine.health()["memory_used_bytes"]
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    total, available = (int(facts[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    assert isinstance(used, int)
    assert 0 < used < total
    assert abs(used - (total - available)) < total / 4  # other programs come and go meanwhile


def test_the_hottest_sensor_counts_and_without_one_the_key_is_absent(monkeypatch):
    sensors = {"cpu": [SimpleNamespace(current=51.5), SimpleNamespace(current=63.0)], "ssd": []}
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: sensors)
    assert machine.health()["temperature_c"] == 63.0
    monkeypatch.setattr(psutil, "sensors_temperatures", dict)
    assert "temperature_c" not in machine.health()
