"""Frames of the wire format on a socket, for the side that trusts nobody: measured first, then read."""

import asyncio
import socket

from unroll.checks import wire

_SEND_SECONDS = 10


async def receive(channel: socket.socket) -> tuple[object, int]:
    """Read one value, and how many bytes it took.

    Raises
    ------
    WireError
        If what arrives is no frame, or a larger one than there may be.
    EOFError
        If the other side has gone.
    """
    header, blob = wire.frame_lengths(await _exactly(channel, 8))
    return wire.unpack(await _exactly(channel, header), await _exactly(channel, blob)), header + blob


async def send(channel: socket.socket, value) -> None:
    """Write one value. Raises TimeoutError if the other side does not read."""
    await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(channel, wire.pack(value)), _SEND_SECONDS)


async def _exactly(channel: socket.socket, count: int) -> bytes:
    loop, parts = asyncio.get_running_loop(), []
    while count:
        part = await loop.sock_recv(channel, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
