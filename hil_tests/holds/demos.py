"""Runs of the demo, and their verdicts, for the holds."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

NO_VERDICT_TRIES = 3


@dataclass(frozen=True, slots=True)
class Demo:
    """One run: its seed, wall-clock seconds, exit status, and the figures of verdict.json."""

    seed: int
    seconds: float
    status: int
    no_verdict: str
    figures: tuple[dict[str, object], ...]

    def errors(self, names: tuple[str, ...]) -> list[float]:
        """Return |error| of every judged figure of *names*; a missing or unequal one counts as infinite."""
        return [
            _error(figure) for figure in self.figures if figure["name"] in names and figure["ok"] is not None
        ]

    def failed(self, names: tuple[str, ...]) -> int:
        """Return how many figures of *names* are not in tolerance."""
        return sum(1 for figure in self.figures if figure["name"] in names and figure["ok"] is False)


def _error(figure: dict[str, object]) -> float:
    error = figure["error"]
    return abs(error) if isinstance(error, (int, float)) else float("inf")


def play(seed: int, folder: Path) -> Demo:
    """Run `python -m tools.demo` once; a run the emulator spoiled by its own log has `no_verdict`."""
    begun_s = time.monotonic()
    command = [sys.executable, "-m", "tools.demo", "--seed", str(seed), "--dir", str(folder)]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun_s
    paper = folder / "verdict.json"
    if not paper.exists():
        raise RuntimeError(
            f"demo of seed {seed}: status {told.returncode}, no verdict.json: {told.stdout[-800:]}"
        )
    said = json.loads(paper.read_text(encoding="utf-8"))
    return Demo(seed, seconds, told.returncode, said["no_verdict"], tuple(said["figures"]))
