"""The peers of modem_cpu: loops over pyserial alone that look at no answer.

`until` reads with read_until, which pyserial has for it; `waiting` takes whatever is there: the cheapest that
pyserial can do.
"""

import resource
import time
from collections.abc import Callable, Mapping, Sequence

import serial

EVERY_S = 1.0
ENDED = b"\r\nOK\r\n"
Exchange = Callable[[serial.Serial, bytes], None]


def cpu_s() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sample_bare(ports: Mapping[str, Sequence[str]], rounds: int, exchange: Exchange) -> float:
    """Say each port's commands *rounds* times, one second apart, and read to OK; return the CPU seconds."""
    lines = {serial.Serial(port, timeout=2): [f"{text}\r".encode() for text in ports[port]] for port in ports}
    for line in lines:
        exchange(line, b"ATE0\r")
    before_s, due_s = cpu_s(), time.monotonic()
    for _ in range(rounds):
        for line, commands in lines.items():
            for command in commands:
                exchange(line, command)
        due_s += EVERY_S
        time.sleep(max(due_s - time.monotonic(), 0))
    return cpu_s() - before_s


def exchange_until(line: serial.Serial, command: bytes) -> None:
    """Write *command* and read until OK."""
    line.write(command)
    if not line.read_until(ENDED).endswith(ENDED):
        raise TimeoutError(f"{line.name} did not say OK to {command!r}")


def exchange_waiting(line: serial.Serial, command: bytes) -> None:
    """Write *command* and read until OK or ERROR: whatever is there, waiting for one byte."""
    line.write(command)
    heard = b""
    while ENDED not in heard and b"ERROR" not in heard:
        data = line.read(line.in_waiting or 1)
        if not data:
            raise TimeoutError(f"{line.name} did not answer {command!r}")
        heard += data


EXCHANGES: Mapping[str, Exchange] = {"until": exchange_until, "waiting": exchange_waiting}
