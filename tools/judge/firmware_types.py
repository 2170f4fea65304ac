"""Checks the types of the firmware: `python -m tools.judge.firmware_types`, pyright in its strict mode.

Against the stubs of MicroPython's rp2 port and its own standard library, so that a name CPython has and the
board has not is an error too. mypy sees the pure modules (`make check`); this sees all.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools.judge import npm_programs

UNKNOWN_IN_THE_STUBS = (  # their own gaps, as of 1.29.0: what binascii.crc32, open() and tuple() return
    "reportUnknownVariableType", "reportUnknownMemberType",
    "reportUnknownArgumentType", "reportUnknownParameterType",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def settings(stubs: Path, board: str) -> dict[str, object]:
    """Return pyright's settings, for a file two folders below the root, with the pin table of *board*."""
    table = f"../../firmware/boards/{board}"
    return {
        "include": ["../../firmware/shared", "../../firmware/probe", table],
        "extraPaths": ["../../firmware/shared", "../../firmware", "../../firmware/probe/hal", table],
        "stubPath": str(stubs),
        "typeshedPath": str(stubs),
        "pythonVersion": "3.11",
        "typeCheckingMode": "strict",
        "reportMissingModuleSource": False,
        **dict.fromkeys(UNKNOWN_IN_THE_STUBS, False),
        "reportPrivateUsage": False,
    }


def check(board: str) -> tuple[int, list[str]]:
    """Return how many files pyright read, and its complaints."""
    place = ROOT / "build/firmware-types"
    place.mkdir(parents=True, exist_ok=True)
    stubs = Path(sysconfig.get_path("purelib"))
    (place / "pyrightconfig.json").write_text(json.dumps(settings(stubs, board), indent=1))
    node, pyright = Path(sys.executable).with_name("node"), npm_programs.PLACE / "pyright/index.js"
    words = [str(node), str(pyright), "--project", str(place), "--outputjson"]
    said = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    try:
        found = json.loads(said.stdout)
    except ValueError:
        return 0, [f"pyright said nothing that can be read: run `make programs` ({said.stderr.strip()})"]
    complaints = [
        f"{row.get('file', '')}:{row.get('range', {}).get('start', {}).get('line', 0) + 1}: {row['message']}"
        for row in found["generalDiagnostics"]
        if row["severity"] != "information"
    ]
    return found["summary"]["filesAnalyzed"], complaints


def main() -> int:
    """Check with the table of each board; return 1 if there is a complaint, or nothing was read."""
    status = 0
    for table in sorted((ROOT / "firmware/boards").glob("*/pins.py")):
        files, complaints = check(table.parent.name)
        print("\n".join(complaints) or f"firmware types: {table.parent.name}: {files} files, nothing to say")
        status |= bool(complaints) or files < 10
    return status


if __name__ == "__main__":
    sys.exit(main())
