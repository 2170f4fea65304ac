"""JSON lines in, JSON lines out: exactly one answer a line, in order, whatever the line holds."""

import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

import msgspec

Question = TypeVar("Question")
LINE_BYTES = 1 << 20  # a longer line is no question of ours


def answers(
    lines: Iterator[bytes],
    kind: type[Question],
    answer: Callable[[Question], object],
    refuse: Callable[[str], object],
) -> Iterator[bytes]:
    """Yield the answer to each line; what is no *kind*, a blank line too, gets refuse(what is wrong)."""
    decoder = msgspec.json.Decoder(kind)
    for line in lines:
        try:
            if len(line) > LINE_BYTES:
                raise msgspec.ValidationError(f"longer than {LINE_BYTES} bytes")
            yield msgspec.json.encode(answer(decoder.decode(line)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refusal:
            yield msgspec.json.encode(refuse(str(refusal)))


def bounded_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of *stream*, of a longer one than LINE_BYTES its first octets: never more in memory."""
    while line := stream.readline(LINE_BYTES + 1):
        rest = line
        while len(rest) > LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES + 1)
        yield line


def serve(
    kind: type[Question], answer: Callable[[Question], object], refuse: Callable[[str], object]
) -> None:
    """Answer standard input on standard output, each line at once."""
    for line in answers(bounded_lines(sys.stdin.buffer), kind, answer, refuse):
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
