"""The seam to numba: functions marked here run as machine code, and read and test as plain Python.

With NUMBA_DISABLE_JIT=1 they stay plain Python.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
from numba import types

from hil_tests.sims.operator_net import code_cache

Function = TypeVar("Function", bound=Callable[..., object])
vars(numba.config)["CACHE_DIR"] = str(code_cache.folder())


def compiled(function: Function) -> Function:
    """Return *function* as machine code, compiled at its first call and kept (code_cache)."""
    return cast("Function", numba.njit(cache=True)(function))


# Symbols of the C library, for compiled functions only: send(2), clock_gettime(2), nanosleep(2).
send = cast(
    "Callable[[int, object, int, int], int]",
    types.ExternalFunction("send", types.intp(types.int32, types.voidptr, types.uintp, types.int32)),
)
clock_gettime = cast(
    "Callable[[int, object], int]",
    types.ExternalFunction("clock_gettime", types.int32(types.int32, types.voidptr)),
)
nanosleep = cast(
    "Callable[[object, object], int]",
    types.ExternalFunction("nanosleep", types.int32(types.voidptr, types.voidptr)),
)
