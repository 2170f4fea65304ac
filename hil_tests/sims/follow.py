"""Let a link do what the network does to its modem: `python -m hil_tests.sims.follow --hook FIFO ...`.

Reads the lines of a modem's `--hook` and asks the emulator, over its control socket, for the lower of the
link's own rate (which must be a plain rate_bps) and the subscription's (AMBR), and for a blackhole while no
context is up.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hil_tests.sims.operator_net.control import ControlError, Request, ask
from hil_tests.sims.operator_net.held_signals import termination_as_exit


class FollowError(ValueError):
    """A line of the hook cannot be used; the text says which and why."""


class Told(msgspec.Struct, frozen=True):
    """A line of the hook (docs/modem.md)."""

    event: str
    down_bps: int | None = None
    up_bps: int | None = None
    cid: int | None = None
    up: bool | None = None


class Follower:
    """Turns what a modem's network tells into what its link must do."""

    def __init__(self, link: int, *, down_bps: int, up_bps: int) -> None:
        """Begin with the link as it is set: its own rates in bit/s, open."""
        self._link = link
        self._own_bps = {"down": down_bps, "up": up_bps}
        self._contexts: set[int] = set()
        self._open = True

    def requests(self, line: bytes) -> tuple[Request, ...]:
        """Return what to ask of the emulator after *line*. Raises: FollowError."""
        try:
            told = msgspec.json.decode(line, type=Told)
        except msgspec.MsgspecError as error:
            raise FollowError(f"{line!r}: {error}; a modem's --hook writes such lines") from error
        if told.down_bps is not None and told.up_bps is not None:
            return (self._rate("down", told.down_bps), self._rate("up", told.up_bps))
        if told.cid is not None and told.up is not None:
            return self._context(told.cid, up=told.up)
        raise FollowError(f"{line!r}: neither rates nor a context; a modem's --hook writes such lines")

    def _rate(self, way: str, ambr_bps: int) -> Request:
        return Request(self._link, way, rate_bps=min(self._own_bps[way], ambr_bps))

    def _context(self, cid: int, *, up: bool) -> tuple[Request, ...]:
        (self._contexts.add if up else self._contexts.discard)(cid)
        was_open, self._open = self._open, bool(self._contexts)
        return () if was_open is self._open else (Request(self._link, blackhole=not self._open),)


@contextlib.contextmanager
def fifo(path: Path) -> Iterator[Path]:
    """Make a FIFO at *path*; it is gone afterwards. Raises: FileExistsError."""
    os.mkfifo(path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hil_tests.sims.follow", description=__doc__)
    parser.add_argument("--hook", type=Path, required=True, help="FIFO to make; the modem's --hook")
    parser.add_argument("--control", type=Path, required=True, help="the emulator's --control")
    parser.add_argument("--link", type=int, default=0, help="number of the link")
    for way in ("down", "up"):
        parser.add_argument(f"--{way}-bps", type=int, required=True, help=f"the link's own rate {way}")
    return parser


def main() -> int:
    """Follow until the modem ends; 1 if the emulator refuses or a line cannot be used."""
    args = _parser().parse_args()
    follower = Follower(args.link, down_bps=args.down_bps, up_bps=args.up_bps)
    try:
        with termination_as_exit(), fifo(args.hook):
            print(f"READY {args.hook}", flush=True)
            with args.hook.open("rb", buffering=0) as lines:
                for line in lines:
                    for request in follower.requests(line):
                        ask(args.control, request)
    except (OSError, FollowError, ControlError) as error:
        print(f"follow: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
