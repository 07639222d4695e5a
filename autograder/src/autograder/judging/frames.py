"""Read and write frames of the wire format on a socket without trusting the sender: sizes are checked first."""

import asyncio
import socket

from unroll.checks import Answer, Raised, wire

_SEND_SECONDS = 10
_NAME, _TEXT, _POSITIONS = 100, 300, 20  # characters of a name and of a text; arguments


async def receive(channel: socket.socket) -> tuple[object, int]:
    """Read one value, and return it with its size in bytes.

    Raises
    ------
    WireError
        If the data are not a frame, or the frame is too large.
    EOFError
        If the other side has closed the connection.
    """
    header, blob = wire.frame_lengths(await _exactly(channel, 8))
    return wire.unpack(await _exactly(channel, header), await _exactly(channel, blob)), header + blob


def answer_in(message: object) -> Answer:
    """Read an answer from a message. Missing or malformed parts are left out, and texts are cut to one line."""
    if not isinstance(message, dict):
        return Answer()
    return Answer(
        value=message.get("value"),
        error=_raised(message.get("error")),
        touched=_positions(message.get("touched")),
        shared=_positions(message.get("shared")),
    )


def _positions(value: object) -> tuple[int, ...]:
    return tuple(each for each in value if isinstance(each, int))[:_POSITIONS] if isinstance(value, (list, tuple)) else ()


def _raised(error: object) -> Raised | None:
    if not isinstance(error, dict):
        return None
    return Raised(
        _one_line(error.get("type"), _NAME) or "Error",
        _one_line(error.get("message"), _TEXT),
        _one_line(error.get("line"), _TEXT),
    )


def _one_line(text: object, most: int) -> str:
    """Remove line ends, with which a student could fake ticks, and lone surrogates."""
    return " ".join(text[:most].split()).encode(errors="replace").decode() if isinstance(text, str) else ""


async def send(channel: socket.socket, value: object) -> None:
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
