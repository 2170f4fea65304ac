"""Foreign programs as processes: their words, their deadlines, and nothing left of them afterwards."""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hil_tests.interop.rows import InteropError

END_S = 5.0
AGAIN_S = 0.2


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, both streams; `ended` is whether it ended before its deadline."""

    text: str
    ended: bool


def bound(words: Sequence[str], path: str) -> list[str]:
    """Return the command *words* as one that gets SIGTERM when this process dies. Raises InteropError."""
    program = shutil.which(words[0], path=path)
    if program is None:
        raise InteropError(
            f"{words[0]} is not on PATH: `python -m tools.judge.programs interop` fetches it into build/apt"
        )
    return ["setpriv", "--pdeathsig", "TERM", program, *words[1:]]


def _signal_group(process: Process, number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


async def end(process: Process) -> None:
    """End *process* and its group: SIGTERM, and SIGKILL for what is left when it is gone or END_S later."""
    if process.returncode is None:
        _signal_group(process, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), END_S)
    _signal_group(process, signal.SIGKILL)
    await process.wait()


async def say(words: Sequence[str], env: Mapping[str, str], folder: Path, limit_s: float) -> Said:
    """Run a command in *folder*; return what it printed until its end, or until *limit_s*, which ends it."""
    process = await asyncio.create_subprocess_exec(
        *bound(words, env["PATH"]), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
        env=env, cwd=folder, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    heard, ended = bytearray(), True
    try:
        async with asyncio.timeout(limit_s):
            while data := await process.stdout.read(4096):
                heard += data
            await process.wait()
    except TimeoutError:
        ended = False
    finally:
        await end(process)
    return Said(heard.decode("utf-8", "replace"), ended)


@asynccontextmanager
async def running(words: Sequence[str], env: Mapping[str, str], folder: Path) -> AsyncIterator[Path]:
    """Run a daemon in *folder* while the context lasts; yield the file its words go to."""
    heard = folder / f"{Path(words[0]).name}.words"
    with heard.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *bound(words, env["PATH"]), stdin=DEVNULL, stdout=file, stderr=STDOUT,
            env=env, cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        yield heard
    finally:
        await end(process)


async def appears(sign: str, file: Path, limit_s: float) -> None:
    """Wait until *sign* stands in *file*. Raises InteropError, with the file's last words."""
    try:
        async with asyncio.timeout(limit_s):
            while sign not in (text := text_of(file)):
                await asyncio.sleep(AGAIN_S)
    except TimeoutError:
        raise InteropError(f"no {sign!r} in {file.name} within {limit_s:g} s: {text[-400:]}") from None


def text_of(file: Path) -> str:
    """Return the text of *file* so far; nothing if it is not there."""
    return file.read_text("utf-8", "replace") if file.exists() else ""
