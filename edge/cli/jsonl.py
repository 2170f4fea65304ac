"""JSON lines in, JSON lines out: exactly one answer a line, in order, whatever the line holds."""

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

Question = TypeVar("Question")
LINE_BYTES = 1 << 20  # a longer line is no question of ours


def answers(
    lines: Iterator[bytes],
    kind: type[Question],
    answer: Callable[[Question], object],
    refuse: Callable[[str], object],
) -> Iterator[bytes]:
    """Yield the answer to each line that is not blank; what is no *kind* gets refuse(what is wrong)."""
    decoder = msgspec.json.Decoder(kind)
    for line in lines:
        if not line.strip():
            continue
        try:
            if len(line) > LINE_BYTES:
                raise msgspec.ValidationError(f"longer than {LINE_BYTES} bytes")
            yield msgspec.json.encode(answer(decoder.decode(line)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refusal:
            yield msgspec.json.encode(refuse(str(refusal)))


def serve(
    kind: type[Question], answer: Callable[[Question], object], refuse: Callable[[str], object]
) -> None:
    """Answer standard input on standard output, each line at once."""
    for line in answers(iter(sys.stdin.buffer), kind, answer, refuse):
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
