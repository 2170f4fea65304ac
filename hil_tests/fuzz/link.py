"""The probe link under damage: `python -m hil_tests.fuzz.link [--seed N] [--bytes N] [--plant 1..4]`.

Every frame is made here, from zlib's CRC-32 and a table of limits of its own, so that the code under test
cannot agree with itself. Half of the damaged frames carry a correct CRC over contents that may not be.
Exit status 0: no wrong frame accepted and every whole one heard; with --plant, 0 means the bug was found.
"""

import argparse
import json
import secrets
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
from probelink import frame, messages

U16, U32 = 0xFFFF, 0xFFFFFFFF
LIMITS: dict[int, tuple[str, tuple[tuple[int, int], ...]]] = {  # kind: shape, limits of each value
    0x02: ("<BIB", ((0, 255), (0, U32), (0, 4))),
    0x10: ("<HHHHHH", ((0, U16),) * 6),
    0x11: ("<IIBH", ((1, U32), (0, U32), (0, 4), (1, 3600))),
    0x12: ("<IIB", ((1, U32), (0, U32), (0, 4))),
    0x13: ("<IIB", ((1, U32), (0, U32), (0, 4))),
    0x14: ("<IIBH", ((1, U32), (0, U32), (0, 2), (0, 3600))),
    0x20: (
        "<IBBHHhHB",
        ((0, U32), (0, 31), (0, 1), (0, 20000), (0, 20000), (-5500, 15000), (0, U16), (0, 1)),
    ),
    0x21: ("<IIBBi", ((0, U32), (0, U32), (1, 63), (0, 5), (-(2**31), 2**31 - 1))),
    0x22: ("<IH", ((0, U32), (0, 20000))),
    0x23: ("<IIIB", ((0, U32), (0, U32), (0, U32), (0, 8))),
}
WIDTHS = {"B": (0, 255), "H": (0, U16), "I": (0, U32), "h": (-(2**15), 2**15 - 1), "i": (-(2**31), 2**31 - 1)}


class Sent(NamedTuple):
    """What goes onto the wire, and the frame that must be heard from it (None: nothing may be)."""

    wire: bytes
    heard: tuple[int, int, bytes] | None
    what: str


class Outcome(msgspec.Struct):
    """Counts of one run; `lost_whole` are whole frames not heard, also right behind a damaged one."""

    sent_bytes: int = 0
    frames: int = 0
    whole: int = 0
    damaged: int = 0
    damaged_with_correct_crc: int = 0
    accepted_wrong: int = 0
    lost_whole: int = 0
    kinds: dict[str, int] = {}
    first_find: str = ""


def wire_of(body: bytes) -> bytes:
    """Return *body* with its CRC-32, stuffed, between zeros; for bodies shorter than 250 bytes."""
    body += struct.pack("<I", zlib.crc32(body))
    return b"\0" + b"".join(bytes([len(part) + 1]) + part for part in body.split(b"\0")) + b"\0"


def body_of(kind: int, seq: int, payload: bytes, *, version: int = 1, flags: int = 0) -> bytes:
    """Return head and payload."""
    return bytes((version, kind, flags, seq, len(payload))) + payload


def draw_values(rng: Random, kind: int) -> list[int]:
    """Return values within the limits, often on one of them."""
    return [
        rng.choice((low, high)) if rng.random() < 0.3 else rng.randint(low, high)
        for low, high in LIMITS[kind][1]
    ]


def draw_whole(rng: Random) -> Sent:
    """Return a frame that must be heard."""
    kind, seq = rng.choice(tuple(LIMITS)), rng.randrange(256)
    payload = struct.pack(LIMITS[kind][0], *draw_values(rng, kind))
    return Sent(wire_of(body_of(kind, seq, payload, flags=rng.randrange(2))), (kind, seq, payload), "whole")


def _outside(rng: Random, kind: int, seq: int) -> bytes | None:
    shape, limits = LIMITS[kind]
    values = draw_values(rng, kind)
    loose = [n for n, limit in enumerate(limits) if limit != WIDTHS[shape[n + 1]]]
    if not loose:
        return None
    spot = rng.choice(loose)
    low, high = limits[spot]
    widest_low, widest_high = WIDTHS[shape[spot + 1]]
    below, above = range(widest_low, low), range(high + 1, widest_high + 1)
    pick = rng.randrange(len(below) + len(above))
    values[spot] = below[pick] if pick < len(below) else above[pick - len(below)]
    return body_of(kind, seq, struct.pack(shape, *values))


def _resized(rng: Random, kind: int, seq: int) -> bytes:
    size = struct.calcsize(LIMITS[kind][0])
    other = rng.choice([n for n in range(70) if n != size])
    return body_of(kind, seq, rng.randbytes(other))


def _length_lies(rng: Random, kind: int, seq: int) -> bytes:
    body = bytearray(body_of(kind, seq, struct.pack(LIMITS[kind][0], *draw_values(rng, kind))))
    body[4] = (body[4] + rng.randint(1, 255)) % 256
    return bytes(body)


def _other_head(rng: Random, kind: int, seq: int) -> bytes:
    payload = struct.pack(LIMITS[kind][0], *draw_values(rng, kind))
    what = rng.randrange(3)
    if what == 0:
        return body_of(kind, seq, payload, version=rng.choice((0, rng.randint(2, 255))))
    if what == 1:
        return body_of(kind, seq, payload, flags=rng.randint(2, 255))
    unknown = [n for n in range(256) if n not in LIMITS and n != 1]
    return body_of(rng.choice(unknown), seq, payload)


CONTENTS: dict[str, Callable[[Random, int, int], bytes | None]] = {
    "value outside its limits": _outside,
    "payload of another size": _resized,
    "length lies": _length_lies,
    "version, flags or kind unknown": _other_head,
}


def draw_correct_crc(rng: Random) -> Sent:
    """Return a frame with a correct CRC that may not be accepted."""
    what = rng.choice(tuple(CONTENTS))
    body = None
    while body is None:
        body = CONTENTS[what](rng, rng.choice(tuple(LIMITS)), rng.randrange(256))
    return Sent(wire_of(body), None, what)


def draw_broken(rng: Random) -> Sent:
    """Return a whole frame with bits flipped, octets changed, lost, doubled, or cut; or plain noise."""
    wire = bytearray(draw_whole(rng).wire[1:-1])
    what = rng.choice(("bits", "octets", "cut", "doubled", "noise"))
    if what == "bits":
        for bit in rng.sample(range(8 * len(wire)), rng.randint(1, 3)):
            wire[bit // 8] ^= 1 << bit % 8
    elif what == "octets":
        spot = rng.randrange(len(wire))
        wire[spot] = (wire[spot] + rng.randint(1, 255)) % 256
    elif what == "cut":
        del wire[rng.randrange(1, len(wire)) :]
    elif what == "doubled":
        wire.insert(rng.randrange(len(wire)), rng.randint(1, 255))
    else:
        wire = bytearray(rng.randbytes(rng.randint(1, 200)))
    return Sent(b"\0" + bytes(wire) + rng.choice((b"", b"\0")), None, what)


def draw(rng: Random) -> Sent:
    """Return a whole frame, or one of the two sorts of damage, as often."""
    return rng.choice((draw_whole, draw_broken, draw_whole, draw_correct_crc))(rng)


def _accepted(decoder: frame.FrameDecoder, wire: bytes) -> list[tuple[int, int, bytes]]:
    found = []
    for byte in wire:
        if decoder.feed(byte):
            payload = bytes(decoder.payload[: decoder.length])
            if messages.decode_payload(decoder.kind, payload) is not None:
                found.append((decoder.kind, decoder.seq, payload))
    return found


def run(seed: int, wanted_bytes: int) -> Outcome:
    """Send *wanted_bytes* to one decoder, frame behind frame; compare what it accepts with what was sent."""
    rng, decoder, outcome, kinds = Random(f"link {seed}"), frame.FrameDecoder(), Outcome(), Counter[str]()
    while outcome.sent_bytes < wanted_bytes:
        sent = draw(rng)
        found = _accepted(decoder, sent.wire)
        wrong = [one for one in found if one != sent.heard]
        lost = sent.heard is not None and sent.heard not in found
        outcome.sent_bytes += len(sent.wire)
        outcome.frames += 1
        kinds[sent.what] += 1
        outcome.accepted_wrong += len(wrong)
        outcome.lost_whole += lost
        if (wrong or lost) and not outcome.first_find:
            outcome.first_find = f"{sent.what} {sent.wire.hex()}: heard {found}, wanted {sent.heard}"
    outcome.kinds = dict(kinds)
    outcome.whole = kinds["whole"]
    outcome.damaged_with_correct_crc = sum(kinds[name] for name in CONTENTS)
    outcome.damaged = outcome.frames - outcome.whole
    return outcome


def _replace(name: str, method: Callable[[frame.FrameDecoder], object]) -> None:
    setattr(frame.FrameDecoder, name, method)


def _no_limits() -> None:
    vars(messages)["_is_within"] = lambda _fields, _values: True


def _no_crc() -> None:
    def is_whole(self: frame.FrameDecoder) -> bool:
        return bool(vars(self)["_size"] >= frame.HEAD_BYTES + frame.CRC_BYTES)

    _replace("_is_whole", is_whole)


def _any_version() -> None:
    vars(frame)["VERSION_HIGH"] = 255


def _no_resync() -> None:
    """The decoder keeps what a broken frame left behind."""
    whole = vars(frame.FrameDecoder)["_restart"]

    def restart(self: frame.FrameDecoder) -> None:
        broken = vars(self).get("_broken", False)
        whole(self)
        vars(self)["_broken"] = broken

    _replace("_restart", restart)


PLANTS: dict[int, Callable[[], None]] = {1: _no_limits, 2: _no_crc, 3: _any_version, 4: _no_resync}


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.fuzz.link", description=__doc__)
    line.add_argument("--seed", type=int, help="repeats a run [drawn and printed]")
    line.add_argument("--bytes", type=int, default=10_000_000, help="bytes on the wire [%(default)d]")
    line.add_argument("--plant", type=int, choices=sorted(PLANTS), help="plant this bug: it must be found")
    line.add_argument("--json", type=Path, help="also write the figures there")
    return line


def main(words: Sequence[str] | None = None) -> int:
    """Run; see the module for the exit status."""
    arguments = parser().parse_args(words)
    seed = arguments.seed if arguments.seed is not None else secrets.randbelow(10**6)
    print(f"link: seed {seed}", flush=True)
    if arguments.plant is not None:
        PLANTS[arguments.plant]()
    outcome = run(seed, arguments.bytes)
    print(f"link: {outcome.sent_bytes:,} bytes, {outcome.frames:,} frames, {outcome.whole:,} whole ones")
    print(
        f"link: {outcome.damaged:,} damaged, {outcome.damaged_with_correct_crc:,} of them with a correct CRC"
    )
    print(f"link: {outcome.accepted_wrong} wrong accepted, {outcome.lost_whole} whole ones lost")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(msgspec.to_builtins(outcome)) + "\n", encoding="utf-8")
    found = bool(outcome.first_find)
    if found:
        print(f"link: first find: {outcome.first_find}")
    if arguments.plant is not None:
        print(f"link: planted bug {arguments.plant}: {'found' if found else 'NOT FOUND'}")
        return 0 if found else 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
