"""A site's two papers: truth.json for the judge, site.json for the box (docs/interfaces.md section 5)."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hil_tests.sims.operator_net.lab import CLIENT_ADDRESS, GATEWAY, SERVER_ADDRESS
from hil_tests.sims.site.draw import OPERATORS_AS_OF, Line

SERVER = f"{SERVER_ADDRESS}:8620"
RADIO_KEYS = ("rsrp_dbm", "rsrq_db", "sinr_db", "band", "earfcn", "pci", "tac", "cell_id")


class BoxLine(msgspec.Struct, frozen=True):
    """What a box may know of a line."""

    slot: str
    at_port: str
    interface: str
    address: str
    gateway: str


class BoxSite(msgspec.Struct, frozen=True):
    """What a box may know of the site."""

    server: str
    lines: tuple[BoxLine, ...]


def write_truth(path: Path, seed: int, lines: Sequence[Line]) -> None:
    """Write what the site is told to do: per line numbers, name, radio's starting points, link settings."""
    described = [_describe(line) for line in lines]
    truth = {
        "v": 1,
        "seed": seed,
        "commit": _commit(),
        "operators_as_of": OPERATORS_AS_OF,
        "lines": described,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(truth)) + b"\n")


def _describe(line: Line) -> dict[str, object]:
    modem = msgspec.to_builtins(line.modem)
    link = msgspec.to_builtins(line.link)
    return {
        "slot": line.slot,
        "role": line.role,
        "plmn": line.modem.plmn,
        "brand": line.modem.brand,
        "operator": line.operator,
        "imei": line.modem.imei,
        "number": line.modem.number,
        "name_shown": line.modem.name_full,
        "link": {"up": link["up"], "down": link["down"]},
        "radio": {key: modem[key] for key in RADIO_KEYS},
    }


def _commit() -> str:
    """Return the checkout's commit, "unknown" where there is no git or no checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def box_site(lines: Sequence[Line], folder: Path, interfaces: Sequence[str]) -> BoxSite:
    """Return what a box may know; its serial ports are links in *folder*."""
    named = zip(lines, interfaces, strict=True)
    return BoxSite(
        SERVER,
        tuple(
            BoxLine(line.slot, str(modem_link(folder, k)), interface, CLIENT_ADDRESS, GATEWAY)
            for k, (line, interface) in enumerate(named)
        ),
    )


def modem_link(folder: Path, k: int) -> Path:
    """Return where line k's serial port is found."""
    return folder / f"ttyM{k}"
