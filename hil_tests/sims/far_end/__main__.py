"""Command line: `python -m hil_tests.sims.far_end dhcp --interface IF`, `... server --listen HOST:PORT`."""

import argparse
import signal
import sys
from collections.abc import Sequence

from hil_tests.sims.far_end.servers import MODES, serve_dhcp, serve_measurements


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    line = argparse.ArgumentParser(prog="python -m hil_tests.sims.far_end", description=__doc__)
    verbs = line.add_subparsers(dest="verb", required=True)
    dhcp = verbs.add_parser("dhcp", help="give out 192.168.8.100, as a modem does")
    dhcp.add_argument("--interface", required=True)
    server = verbs.add_parser("server", help="; ".join(f"{mode.name}: {mode.sentence}" for mode in MODES))
    server.add_argument("--listen", required=True, metavar="HOST:PORT", help="port 0: any free one")
    server.add_argument("--mode", choices=[mode.name for mode in MODES], default="honest")
    return line


def main(words: Sequence[str] | None = None) -> int:
    """Serve until a signal; 2 with a text if that cannot be."""
    arguments = parser().parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if arguments.verb == "dhcp":
            serve_dhcp(arguments.interface)
        else:
            host, _, port = arguments.listen.rpartition(":")
            serve_measurements(host, int(port), arguments.mode)
    except (OSError, ValueError) as exc:
        print(f"far_end: {exc}; free that port, or name another interface or HOST:PORT", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
