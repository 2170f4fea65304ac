"""Runs every compiled function once, on a made-up frame: machine code is there before real ones come."""

import random
import socket

import numpy as np

from hil_tests.sims.operator_net import code_cache
from hil_tests.sims.operator_net.carry import carry
from hil_tests.sims.operator_net.fates import Fate
from hil_tests.sims.operator_net.lateness import Lateness
from hil_tests.sims.operator_net.links import Links
from hil_tests.sims.operator_net.rings import FRAME_BYTES, TP_STATUS_USER, Rings, make_rings
from hil_tests.sims.operator_net.settings import DirectionSetting
from hil_tests.sims.operator_net.store import finish, make_store, next_due_ns, put
from hil_tests.sims.operator_net.tables import USES

MAC_OFFSET = 66  # of the frame in a ring's slot; any


def lay(rings: Rings, port: int, place: int, frame: bytes, t_ns: int) -> None:
    """Lay *frame* into a ring as the kernel does."""
    rings.frames[port, place, MAC_OFFSET : MAC_OFFSET + len(frame)] = np.frombuffer(frame, np.uint8)
    stamp = (t_ns // 1_000_000_000, t_ns % 1_000_000_000)
    rings.words[port, place, :6] = (TP_STATUS_USER, len(frame), len(frame), MAC_OFFSET, *stamp)


def warm() -> None:
    """Compile, or load from the cache, everything that works on packets. Raises: OSError."""
    with code_cache.filling(code_cache.folder()):
        _run_all()


def _run_all() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        memory = np.zeros((2, 4, FRAME_BYTES), np.uint8)
        rngs = [{use: random.Random(0) for use in (*USES, "users")} for _ in range(2)]
        links = Links([DirectionSetting()] * 2, rngs, start_ns=0, begin_ns=0)
        rings, store = make_rings(memory, [ours.fileno()] * 2), make_store(2, 16)
        lay(rings, 0, 0, bytes(12) + b"\x08\x00\x45" + bytes(60), 1_000_000_000)
        carry(links.tables, rings, store, 0)
        next_due_ns(store)
        links.admit(0, 1_000_000_000, 100)
        slot = int(store.free[0])
        put(store, 0, 0, slot)
        finish(store, 0, Fate.EMULATOR_FAILURE.value, 0)
        Lateness(store.late).add(0)
