"""The capture loop as the processor runs it: compiled once by a child that has numba, kept as a small file,
mapped by whoever captures. Without it the same loop runs as plain Python, a hundred times slower.

Code is mapped only from a file that nobody else could have written.
"""

import ctypes
import hashlib
import mmap
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edge.capture import blocks

COMPILER = "edge.capture.compile"
COMPILE_S = 120.0
OTHERS_MAY_WRITE = 0o022
MAP_FAILED = (1 << 8 * ctypes.sizeof(ctypes.c_void_p)) - 1

_FUNCTION = ctypes.CFUNCTYPE(  # compile.compile_loop
    ctypes.c_int32,
    *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64),
    *(ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p),
)

Copy = Callable[[int, int, int], tuple[int, int]]
"""(byte offset of the first packet, packets, words of room) -> (packets copied, words written)."""


def code_file(folder: Path) -> Path:
    """Return where the code for this machine, this loop and this compiler is kept in *folder*."""
    try:
        compiler = version("numba")
    except PackageNotFoundError:
        compiler = "none"
    sources = (Path(blocks.__file__), Path(__file__).with_name("compile.py"))
    digest = hashlib.sha256(repr((os.uname().machine, compiler)).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return folder / f"capture-{digest.hexdigest()[:16]}.code"


def usual_folder() -> Path:
    """Return the user's own folder for the code."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pantau"


def prepare(folder: Path) -> str:
    """Compile the loop into *folder* if it is not there yet, in a process of its own; return "", or why there
    is no machine code.
    """
    path = code_file(folder)
    if path.exists():
        return ""
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        command = [sys.executable, "-m", COMPILER, str(fresh)]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=COMPILE_S, umask=0o077)
        fresh.replace(path)
    except subprocess.CalledProcessError as exc:
        return f"the capture loop cannot be compiled: {exc.stderr.strip().splitlines()[-1:]}"
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"the capture loop cannot be compiled into {folder}: {exc}"
    return ""


def load(path: Path) -> int:
    """Map the code in *path* for the life of the process; return its address, 0 when there is none that can
    be trusted.
    """
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_uid not in (0, os.geteuid()) or facts.st_mode & OTHERS_MAY_WRITE or not facts.st_size:
                return 0
            return _map_code(file.fileno(), facts.st_size)
    except OSError:
        return 0


def _map_code(descriptor: int, size: int) -> int:
    """Return the address of a mapping that can be read and run, never written; 0 where that is forbidden."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    address = libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_EXEC, mmap.MAP_PRIVATE, descriptor, 0)
    return 0 if address in (None, MAP_FAILED) else int(address)


def bind(address: int, ring: mmap.mmap, out: bytearray) -> Copy:
    """Return the loop over *ring* and *out*: the machine code at *address*, plain Python if that is 0."""
    return _machine(address, ring, out) if address else _plain(ring, out)


def _machine(address: int, ring: mmap.mmap, out: bytearray) -> Copy:
    function = _FUNCTION(address)
    ring_bytes, out_bytes = ctypes.c_char.from_buffer(ring), ctypes.c_char.from_buffer(out)
    copied, none, told = ctypes.c_int64(), ctypes.c_void_p(), ctypes.c_int64()
    head = (ctypes.byref(copied), ctypes.byref(none), ctypes.byref(ring_bytes))
    written = ctypes.byref(told)
    target = ctypes.byref(out_bytes)

    def copy(at: int, packets: int, room: int) -> tuple[int, int]:
        function(*head, at, packets, target, room, written)
        return copied.value, told.value

    return copy


def _plain(ring: mmap.mmap, out: bytearray) -> Copy:
    words, target, told = memoryview(ring).cast("I"), memoryview(out).cast("I"), [0]

    def copy(at: int, packets: int, room: int) -> tuple[int, int]:
        return blocks.copy_packets(words, at, packets, target, room, told), told[0]

    return copy
