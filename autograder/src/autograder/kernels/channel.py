"""The grader's side of a kernel's sockets. It speaks ZMTP 3.0, ZeroMQ's protocol, itself, because ZeroMQ takes messages without bound.

ZeroMQ limits the size of a part, but a message may have any number of them, all of which it keeps until the last has come.
Specification: https://rfc.zeromq.org/spec/23
"""

import asyncio
from collections import deque
from hmac import compare_digest
from queue import Empty
from typing import Any, cast

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.session import Session

MESSAGE_BYTES = 64 << 20
_PART_BYTES = 64  # what Python takes for each part
_WAITING = 1000  # messages that wait for a reader before we let the kernel wait
# Version 3.0, no encryption, a client.
_GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\3\0" + b"NULL".ljust(20, b"\0") + bytes(32)
_MORE, _LONG, _COMMAND = 1, 2, 4
_SUBSCRIBE_TO_ALL = b"\1"


class TooLong(Exception):
    """A kernel has sent a message of more than MESSAGE_BYTES, and we listen no more."""


class Channel(asyncio.Protocol):
    """A connection to one socket of a kernel, as jupyter_client's channels are.

    Parameters
    ----------
    kind
        ``DEALER`` for the shell, or ``SUB`` for what is published.
    session
        Makes and reads messages.
    """

    def __init__(self, kind: str, session: Session) -> None:
        self._kind, self.session = kind, session
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._greeted = False
        self._unsent = b""
        self._parts: list[bytes] = []
        self._size = 0  # of these parts
        self._arrived: deque[tuple[list[bytes], int]] = deque()  # whole messages with their sizes
        self._held = 0  # the sum of these
        self._too_long = False
        self._waiter: asyncio.Future[None] | None = None

    # As a protocol of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while not self._too_long and self._take_frame():
            pass
        if self._transport is not None and (len(self._arrived) >= _WAITING or self._held > MESSAGE_BYTES):
            self._transport.pause_reading()  # `get_msg` goes on
        if (self._arrived or self._too_long) and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take_frame(self) -> bool:
        """Take one frame from what was received; return whether there was a whole one."""
        received = self._received
        if not self._greeted:
            if len(received) < len(_GREETING):
                return False
            del received[: len(_GREETING)]
            self._greeted = True
            self._introduce()
        if not received:
            return False
        flags, first = received[0], 9 if received[0] & _LONG else 2
        if len(received) < first:
            return False
        length = int.from_bytes(received[1:first], "big")
        if self._size + length + _PART_BYTES > MESSAGE_BYTES:
            self._too_long = True
            self.close()
            return False
        if len(received) < first + length:
            return False
        if not flags & _COMMAND:
            self._parts.append(bytes(received[first : first + length]))
            self._size += length + _PART_BYTES
            if not flags & _MORE:
                self._arrived.append((self._parts, self._size))
                self._held += self._size
                self._parts, self._size = [], 0
        del received[: first + length]
        return True

    def _introduce(self) -> None:
        """Say who we are. ZeroMQ overlooks what comes before it has read our greeting."""
        own = {"Socket-Type": self._kind.encode(), "Identity": self.session.bsession}
        known = b"".join(_short(name.encode()) + len(value).to_bytes(4, "big") + value for name, value in own.items())
        first = _frame(_short(b"READY") + known, _COMMAND) + (_frame(_SUBSCRIBE_TO_ALL) if self._kind == "SUB" else b"")
        if self._transport is not None:
            self._transport.write(first + self._unsent)
        self._unsent = b""

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    # As a channel of jupyter_client

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message. There is at most one reader at a time.

        Raises
        ------
        Empty
            If none comes within `timeout` seconds.
        TooLong
            If the kernel has sent more than fits a message.
        ValueError, TypeError, KeyError
            If it is not one.
        """
        if not self._arrived and not self._too_long:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._waiter
            except TimeoutError:
                raise Empty from None
        if not self._arrived:
            raise TooLong
        parts, size = self._arrived.popleft()
        self._held -= size
        if self._transport is not None and len(self._arrived) < _WAITING and self._held <= MESSAGE_BYTES:
            self._transport.resume_reading()
        _, message = self.session.feed_identities(parts)
        return self._read(cast(list[bytes], message))

    def _read(self, parts: list[bytes]) -> dict[str, Any]:
        """Read a message as `Session.deserialize` does, which also looks for dates in its headers; nothing here asks for them."""
        signature, *known = parts[:5]
        if not compare_digest(signature, self.session.sign(known)):
            raise ValueError("a message with a wrong signature")
        header, parent, metadata, content = map(self.session.unpack, known)
        return {
            "header": header,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "metadata": metadata,
            "content": content,
            "buffers": [memoryview(part) for part in parts[5:]],
        }

    def send(self, message: dict[str, Any]) -> None:
        *parts, last = self.session.serialize(message)
        frames = b"".join(_frame(part, _MORE) for part in parts) + _frame(last)
        if not self._greeted:
            self._unsent += frames
        elif self._transport is not None:
            self._transport.write(frames)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            self._transport = None


class Client(AsyncKernelClient):
    """A client of a kernel that listens on Unix sockets, with two channels: the shell and what is published."""

    allow_stdin = False  # there is no one to answer `input()`

    async def connect(self) -> None:
        self._iopub_channel = await self._channel("SUB", self.iopub_port)
        self._shell_channel = await self._channel("DEALER", self.shell_port)

    async def _channel(self, kind: str, port: int) -> Any:
        connecting = asyncio.get_running_loop().create_unix_connection(lambda: Channel(kind, self.session), f"{self.ip}-{port}")
        return (await connecting)[1]

    def stop_channels(self) -> None:
        for channel in (self._iopub_channel, self._shell_channel):
            if channel is not None:
                channel.close()


def _frame(content: bytes, flags: int = 0) -> bytes:
    if len(content) < 256:
        return bytes([flags, len(content)]) + content
    return bytes([flags | _LONG]) + len(content).to_bytes(8, "big") + content


def _short(text: bytes) -> bytes:
    return bytes([len(text)]) + text
