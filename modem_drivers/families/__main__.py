"""`python -m modem_drivers.families --provenance`: how many rows of each table have which kind of source."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from modem_drivers.families.sources import count_sources


def main(argv: Sequence[str]) -> int:
    """Write a JSON object {table: {kind: rows}}, a table a line; return 0."""
    parser = argparse.ArgumentParser(prog="python -m modem_drivers.families", description=__doc__)
    parser.add_argument("--provenance", action="store_true", required=True, help="count the tables' sources")
    parser.parse_args(argv)
    rows = (f"{json.dumps(table)}: {json.dumps(counts)}" for table, counts in count_sources().items())
    sys.stdout.write("{" + ",\n ".join(rows) + "}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
