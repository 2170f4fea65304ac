"""Nothing of a foreign program is left: not its children, not after its deadline."""

import asyncio
import os
from pathlib import Path

from hil_tests.interop.processes import AGAIN_S, running, say

ENV = {"PATH": os.environ["PATH"]}
DEADLINE_S = 10.0


async def gone(pid: int) -> bool:
    """Return whether process *pid* is gone, or dead and not yet reaped, before DEADLINE_S."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):  # the latter: gone between opening and reading
                return True
            if state == "Z":
                return True
            await asyncio.sleep(AGAIN_S)


def test_command_past_its_deadline_ends_with_its_children(tmp_path: Path) -> None:
    """A shell and the child it waits for: both gone, and what they printed is kept."""

    async def run() -> None:
        said = await say(["sh", "-c", "sleep 300 & echo $!; wait"], ENV, tmp_path, 0.5)
        assert not said.ended
        assert await gone(int(said.text))

    asyncio.run(run())


def test_daemon_that_will_not_end_is_killed(tmp_path: Path) -> None:
    """A daemon whose child ignores SIGTERM leaves nothing."""
    stubborn = "(trap '' TERM; while :; do read -t 1 x; done) & echo $!; wait"

    async def run() -> None:
        async with running(["bash", "-c", stubborn], ENV, tmp_path) as heard:
            async with asyncio.timeout(DEADLINE_S):
                while not (text := heard.read_text()).endswith("\n"):
                    await asyncio.sleep(AGAIN_S)
        assert await gone(int(text))

    asyncio.run(run())
