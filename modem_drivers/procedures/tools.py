"""The one seam to foreign programs: qmicli and mbimcli, which speak QMI and MBIM for us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping, Sequence

from modem_drivers.errors import CommandTimeout, ToolFailed

ADDRESS = (
    re.compile(r"IPv4 address: (?P<address>[0-9.]+)"),  # qmicli --wds-get-current-settings
    re.compile(r"IP \[0\]: '(?P<address>[0-9.]+)(?:/\d+)?'"),  # mbimcli --query-ip-configuration
)
SAID_CHARS = 150


async def run_tool(argv: Sequence[str], timeout_s: float, *, environ: Mapping[str, str] | None = None) -> str:
    """Run *argv* and return what it printed; *environ*: its environment, None for this program's own.

    Secrets have no place in *argv*: anyone may read it.

    Raises: ToolFailed, with its exit status and last words; CommandTimeout.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**(os.environ if environ is None else environ), "LC_ALL": "C"},
        )
    except OSError as reason:
        raise ToolFailed(argv[0], None, reason.strerror or str(reason)) from reason
    try:
        async with asyncio.timeout(timeout_s):
            said, _ = await process.communicate()
    except TimeoutError:
        raise CommandTimeout(argv[0], " ".join(argv[1:]), timeout_s, "") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    text = said.decode("utf-8", "replace")
    if process.returncode:
        raise ToolFailed(argv[0], process.returncode, last_words(text))
    return text


def last_words(text: str) -> str:
    """Return the end of what a program said, on one line."""
    return " ".join(text.split())[-SAID_CHARS:]


def find_address(text: str) -> str | None:
    """Return the address in the output of one of the programs, None if there is none."""
    return next((match["address"] for pattern in ADDRESS if (match := pattern.search(text))), None)
