"""A process that only waits, and tells when it waited too long: `python -m hil_tests.bench.pulse`.

A line a stall: "<from> <to>", seconds of CLOCK_MONOTONIC, which all processes share. What was late in such a
span was late for want of a processor.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator

BEAT_S, LATE_S = 0.05, 0.2


def main() -> None:
    """Beat until the pipe is closed."""
    due_s = time.monotonic() + BEAT_S
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while True:
            time.sleep(max(0.0, due_s - time.monotonic()))
            now_s = time.monotonic()
            if now_s - due_s > LATE_S:
                print(f"{due_s:.3f} {now_s:.3f}", flush=True)
            due_s = now_s + BEAT_S


@contextlib.contextmanager
def stalls() -> Iterator[list[tuple[float, float]]]:
    """Yield a list that holds the machine's stalls (from, to) once the block is left."""
    found: list[tuple[float, float]] = []
    command = [sys.executable, "-m", "hil_tests.bench.pulse"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield found
        finally:
            process.terminate()
            said, _ = process.communicate()
            pairs = (line.split() for line in said.splitlines())
            found += [(float(start), float(end)) for start, end in pairs]


if __name__ == "__main__":
    main()
