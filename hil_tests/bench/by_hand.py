"""What somebody does by hand beside a bench: start a simulated modem, run pytest on a bench file."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED, IMEI = 4711, "864612043981239"  # what this seed draws; `AT+CGSN` on it says the same


@contextmanager
def simulator(link: Path, *words: str, seed: int = SEED) -> Iterator[subprocess.Popen[str]]:
    """Yield a running EC25 at *link*."""
    command = [sys.executable, "-m", "hil_tests.sims.at_modem", "--personality", "quectel-ec25"]
    with subprocess.Popen(
        [*command, "--seed", str(seed), "--link", str(link), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"READY {link}\n"
            yield process
        finally:
            process.terminate()


def run_pytest(
    *words: str, deadline_s: float = 60.0, in_ci: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run a pytest of its own in the checkout, as in CI or not; return status and words."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *words],
        cwd=ROOT,
        env={**kept, **({"CI": "true"} if in_ci else {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=deadline_s,
        stdin=subprocess.DEVNULL,
    )
