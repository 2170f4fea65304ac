"""Simulated modems as programs, for a test's or a hold's event loop: each with its profile, all ended."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

READY_S = 20.0
PERSONALITY = "quectel-ec25"


async def _start(words: Sequence[str]) -> asyncio.subprocess.Process:
    program = [sys.executable, "-m", "hil_tests.sims.at_modem", *words]
    return await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


@contextlib.asynccontextmanager
async def running_modems(
    folder: Path,
    profiles: Sequence[Mapping[str, object]],
    *words: str,
    seed: int = 1,
    personality: str = PERSONALITY,
) -> AsyncIterator[list[Path]]:
    """Run a modem a profile, all on one exchange in *folder*; give their AT ports once all are ready."""
    ports, processes = [], []
    try:
        for k, profile in enumerate(profiles):
            port, paper = folder / f"modem{k}", folder / f"modem{k}.profile.json"
            paper.write_text(json.dumps(profile))
            given = ["--personality", personality, "--link", str(port), "--profile", str(paper)]
            given += ["--seed", str(seed + k), "--exchange", str(folder / "exchange")]
            given += ["--log", str(folder / f"modem{k}.jsonl"), *words]
            processes.append(await _start(given))
            ports.append(port)
        async with asyncio.timeout(READY_S):
            for process in processes:
                assert process.stdout is not None
                line = await process.stdout.readline()
                assert line.startswith(b"READY"), line
        yield ports
    finally:
        await asyncio.gather(*(_end(process) for process in processes))
