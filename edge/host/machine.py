"""The machine's own health beside the measurements; the one file that knows psutil."""

from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MODEL = Path("/proc/device-tree/model")


def boot_id() -> str:
    """Return the kernel's random number of this boot, shortened to 8 digits."""
    return BOOT_ID.read_text(encoding="ascii")[:8]


def hardware() -> str:
    """Return the board's model, "" where there is no device tree (a PC)."""
    try:
        return MODEL.read_text(encoding="utf-8").rstrip("\0\n")
    except OSError:
        return ""


def health() -> dict[str, float | int]:
    """Return values for `state` of line box: load, CPU since the last call, memory; temperature where there
    is a sensor.
    """
    memory = psutil.virtual_memory()
    values: dict[str, float | int] = {
        "load1": round(psutil.getloadavg()[0], 2),
        "cpu_pct": psutil.cpu_percent(interval=None),
        "memory_used_bytes": int(memory.total - memory.available),
    }
    hottest = [sensor.current for sensors in psutil.sensors_temperatures().values() for sensor in sensors]
    if hottest:
        values["temperature_c"] = max(hottest)
    return values
