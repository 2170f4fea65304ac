"""JSON lines over a stream: the one framing that service and workers share."""

import asyncio
import socket
from typing import Generic, TypeVar

import msgspec

MAX_LINE = 4 * 1024 * 1024
"""A result with its bins and probes is some 10 kB; this bounds a mad peer."""

Incoming = TypeVar("Incoming")


class Peer(Generic[Incoming]):
    """One end of a socketpair: send() structs, receive() structs of the other end's union."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, incoming: object) -> None:
        self._reader, self._writer = reader, writer
        self._decoder: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(incoming)

    def send(self, message: msgspec.Struct) -> None:
        """Queue one message; a peer that is gone is noticed by receive()."""
        if not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(message) + b"\n")

    async def receive(self) -> Incoming | None:
        """Return the next message; None when the other end is gone, or says what is no message: then it is
        not listened to any more.
        """
        try:
            return self._decoder.decode(await self._reader.readuntil(b"\n"))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        except (asyncio.LimitOverrunError, msgspec.DecodeError):
            self.close()
            return None

    def close(self) -> None:
        """Close this end."""
        self._writer.close()


async def connect(sock: socket.socket, incoming: object) -> "Peer[Incoming]":
    """Return the Peer on *sock*; *incoming* is the union of structs that the other end sends."""
    reader, writer = await asyncio.open_connection(sock=sock, limit=MAX_LINE)
    return Peer(reader, writer, incoming)
