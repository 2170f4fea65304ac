"""Small packet logs written by hand, in the emulator's documented record format."""

import numpy as np

DTYPE = np.dtype(
    [
        ("t_in_ns", "<i8"),
        ("t_due_ns", "<i8"),
        ("t_out_ns", "<i8"),
        ("link", "u1"),
        ("dir", "u1"),
        ("fate", "u1"),
        ("proto", "u1"),
        ("len", "<u2"),
        ("src", "<u4"),
        ("dst", "<u4"),
        ("sport", "<u2"),
        ("dport", "<u2"),
        ("payload", "<u2"),
        ("seq", "<u4"),
    ]
)
MS = 1_000_000
UP, DOWN, TCP, UDP = 0, 1, 6, 17


def packet(t_in_ms, t_out_ms, direction, proto, port, *, seq=0, length=1514, fate=0, link=0):
    """Return one record; `port` is the client's, `t_out_ms` None: never left."""
    out = 0 if t_out_ms is None else round(t_out_ms * MS)
    ends = (port, 8620) if direction == UP else (8620, port)
    return (round(t_in_ms * MS), out, out, link, direction, fate, proto, length, 1, 2, *ends, 100, seq)


def log(*records):
    """Return a packet log of these records."""
    return np.array(list(records), dtype=DTYPE)
