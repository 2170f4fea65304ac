"""A timing test runs while no other test of this checkout does: one lock that all tests share.

Two files: whoever enters passes the gate; a timing test keeps the gate while it waits for the room to empty,
else the others would never let it in. A pytest that a test starts is inside already and takes no lock; nor
does one in a checkout that cannot be written to.
"""

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSIDE = "PANTAU_TEST_ROOM"


@contextmanager
def lock(path: Path, how: int) -> Iterator[None]:
    """Hold an flock(2) on *path*."""
    with path.open("ab") as file:
        fcntl.flock(file, how)
        yield


@contextmanager
def room(folder: Path, *, alone: bool) -> Iterator[None]:
    """Be in the room with the others, or *alone*."""
    gate, inside = folder / "test-gate.lock", folder / "test-room.lock"
    with lock(gate, fcntl.LOCK_EX):
        entered = lock(inside, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        entered.__enter__()
    try:
        yield
    finally:
        entered.__exit__(None, None, None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run each test in the room; one marked `timing` alone."""
    folder = item.config.rootpath / "build"
    if INSIDE in os.environ or not os.access(item.config.rootpath, os.W_OK):
        return (yield)
    folder.mkdir(exist_ok=True)
    with room(folder, alone=item.get_closest_marker("timing") is not None):
        os.environ[INSIDE] = str(os.getpid())
        try:
            return (yield)
        finally:
            del os.environ[INSIDE]
