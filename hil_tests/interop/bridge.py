"""Carries bytes between an abstract Unix socket and a terminal: to ModemManager a port without kernel."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

READ_BYTES = 4096


async def _carry(port: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be one opening of *port*: from the client's connect to its close."""
    terminal = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    loop = asyncio.get_running_loop()
    loop.add_reader(terminal, lambda: writer.write(os.read(terminal, READ_BYTES)))
    try:
        while data := await reader.read(READ_BYTES):
            os.write(terminal, data)
    finally:
        loop.remove_reader(terminal)
        os.close(terminal)
        writer.close()


@asynccontextmanager
async def bridged(port: Path, name: str) -> AsyncIterator[None]:
    """Let clients of the abstract socket *name* open the terminal *port* while the context lasts."""
    server = await asyncio.start_unix_server(lambda reader, writer: _carry(port, reader, writer), f"\0{name}")
    try:
        yield
    finally:
        server.close()
