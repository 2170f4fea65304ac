"""The entry point of `pantau`: nothing is imported before Ctrl-C has its place, for imports take half a
second.
"""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the program and leave with its exit status."""
    try:
        from edge.cli.app import program

        status = program()
    except KeyboardInterrupt:
        status = INTERRUPTED
    sys.exit(status)


if __name__ == "__main__":
    main()
