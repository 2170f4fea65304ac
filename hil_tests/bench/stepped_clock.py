"""A wall clock that jumps for one program: libfaketime, preloaded, steered by a file while the program runs.

Source: libfaketime README, "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "DONT_FAKE_MONOTONIC". The
monotonic clock stays true. A program that sleeps (clock_nanosleep) under it may get EINVAL: it is for
programs that answer when asked.
"""

import os
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from hil_tests.bench.errors import InjectFailed

FOLDERS = (Path("/"), Path(__file__).resolve().parents[2] / "build" / "apt" / "root")
LIBRARY = "usr/lib/*/faketime/libfaketime.so.1"


def find_library() -> Path:
    """Return the library. Raises: InjectFailed, with what to install."""
    found = next(chain.from_iterable(folder.glob(LIBRARY) for folder in FOLDERS), None)
    if found is None:
        raise InjectFailed("no libfaketime here: `make programs` puts it in build/apt (package libfaketime)")
    return found


class SteppedClock:
    """A program's wall clock, true until `step`."""

    def __init__(self, folder: Path) -> None:
        """*folder* gets the file that steers it."""
        self._file = folder / "clock-offset"
        self.step(0)

    def environment(self) -> Mapping[str, str]:
        """Return the environment for the program. Raises: InjectFailed."""
        return {
            **os.environ,
            "LD_PRELOAD": str(find_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, seconds: float) -> None:
        """Set the clock off by *seconds* from now on."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.3f}\n", encoding="ascii")
        fresh.replace(self._file)
