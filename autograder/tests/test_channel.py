"""What a kernel sends arrives once and in order, as ZeroMQ would bring it, and whatever it sends stays within bounds."""

import asyncio
import contextlib
import socket
import threading
import uuid
from queue import Empty

import pytest
import zmq
from autograder.kernels.channel import MESSAGE_BYTES, Channel, TooLong
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_client.session import Session

PATIENCE = 60
MB = 1 << 20
KINDS = {"DEALER": zmq.ROUTER, "SUB": zmq.XPUB}


class Kernel:
    """The other end of a channel, by ZeroMQ."""

    def __init__(self, address: str, kind: str) -> None:
        self.session = Session(key=b"shared")
        self._context = zmq.Context()
        self.socket = self._context.socket(KINDS[kind])
        self.socket.sndhwm = 0  # otherwise XPUB drops what we are slow to read
        self.socket.bind(f"ipc://{address}")
        self._to: bytes | None = None

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *_: object) -> None:
        self._context.destroy(linger=0)

    def meet(self) -> list[bytes]:
        """Receive the first message of the channel: a request, or that it subscribes."""
        assert self.socket.poll(PATIENCE * 1000)
        first = self.socket.recv_multipart()
        self._to = first[0] if self.socket.type == zmq.ROUTER else None
        return first

    def say(self, content: dict, buffers: tuple[bytes, ...] = ()) -> None:
        self.session.send(self.socket, "stream", content, ident=self._to, buffers=list(buffers))


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("c")


def connected(folder, kind: str, what):
    """Run a coroutine function with a channel and the kernel at its other end, once they know each other."""

    async def run(kernel: Kernel, address: str):
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_unix_connection(lambda: Channel(kind, Session(key=b"shared")), address)
        if kind == "DEALER":
            channel.send(channel.session.msg("kernel_info_request"))
        await asyncio.to_thread(kernel.meet)
        try:
            return await asyncio.wait_for(what(channel, kernel), PATIENCE)
        finally:
            channel.close()

    address = str(folder / uuid.uuid4().hex[:8])
    with Kernel(address, kind) as kernel:
        return asyncio.run(run(kernel, address))


async def numbers(channel: Channel, count: int) -> list[int]:
    return [(await channel.get_msg(timeout=PATIENCE))["content"]["number"] for _ in range(count)]


def talk(kernel: Kernel, count: int) -> threading.Thread:
    talking = threading.Thread(target=lambda: [kernel.say({"number": number}) for number in range(count)], daemon=True)
    talking.start()
    return talking


sizes = st.sampled_from([0, 1, 200, 255, 256, 70_000, MB])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([*KINDS]), messages=st.lists(st.tuples(st.text(max_size=300), st.lists(sizes, max_size=3)), max_size=8)
)
def test_what_zeromq_sends_arrives(folder, kind, messages):
    async def what(channel, kernel):
        for text, buffers in messages:
            kernel.say({"text": text}, tuple(map(bytes, buffers)))
        got = [await channel.get_msg(timeout=PATIENCE) for _ in messages]
        return [(each["content"]["text"], [len(buffer) for buffer in each["buffers"]]) for each in got]

    assert connected(folder, kind, what) == messages


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(st.text(max_size=300), st.just("x" * 70_000)), min_size=1, max_size=8))
def test_what_we_send_arrives_at_zeromq(folder, texts):
    async def what(channel, kernel):
        got = []
        for text in texts:
            channel.send(channel.session.msg("execute_request", {"code": text}))
        for _ in texts:
            sender, *parts = await asyncio.to_thread(kernel.meet)
            assert sender == channel.session.bsession
            got.append(kernel.session.deserialize(kernel.session.feed_identities(parts)[1])["content"]["code"])
        return got

    assert connected(folder, "DEALER", what) == texts


@pytest.mark.parametrize("kind", KINDS)
def test_messages_arrive_once_and_in_order_beside_other_work(folder, kind):
    async def what(channel, kernel):
        turns = 0

        async def other_work():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(other_work())
        talk(kernel, 5000)
        got = await numbers(channel, 5000)
        other.cancel()
        return got, turns

    got, turns = connected(folder, kind, what)
    assert got == list(range(5000))
    assert turns >= 2  # asyncio reads at most 256 kB, some thousand messages, before others have a turn


def test_only_so_much_is_kept_for_a_reader_who_does_not_read(folder):
    async def what(channel, kernel):
        talk(kernel, 20_000)
        while len(channel._arrived) < 1000:
            await asyncio.sleep(0)
        held = [len(channel._arrived)]
        for _ in range(1000):
            await asyncio.sleep(0)
            held.append(len(channel._arrived))
        assert held[-1] == held[0] < 5000
        return await numbers(channel, 20_000)

    assert connected(folder, "SUB", what) == list(range(20_000))


def test_nothing_comes_is_said_in_time(folder):
    async def what(channel, kernel):
        with pytest.raises(Empty):
            await channel.get_msg(timeout=0.05)
        kernel.say({"number": 1})
        return await numbers(channel, 1)

    assert connected(folder, "SUB", what) == [1]


# A kernel that speaks no ZeroMQ


def hostile(folder, what_it_sends, then):
    """Run `then` with a channel to a peer that sends these bytes and hangs up."""

    async def run(address: str):
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_unix_connection(lambda: Channel("SUB", Session(key=b"shared")), address)
        try:
            return await asyncio.wait_for(then(channel), PATIENCE)
        finally:
            channel.close()

    def serve() -> None:
        peer, _ = listener.accept()
        with peer, contextlib.suppress(OSError):  # we do not listen to the end
            for part in what_it_sends:
                peer.sendall(part)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(MB):
                pass  # a socket that is closed with something unread takes back what it has sent

    address = str(folder / uuid.uuid4().hex[:8])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        serving = threading.Thread(target=serve)
        serving.start()
        found = asyncio.run(run(address))
        serving.join(PATIENCE)
        assert not serving.is_alive()
    return found


GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\3\0" + b"NULL".ljust(20, b"\0") + bytes(32)
ENDLESS = {
    "one part": [b"\2" + (1 << 62).to_bytes(8, "big")],
    "a part that is just too large": [b"\2" + (MESSAGE_BYTES + 1).to_bytes(8, "big")],
    "many parts": [b"\3" + MB.to_bytes(8, "big") + bytes(MB)] * 100,
    "many parts without content": [b"\1\0" * 100_000] * 100,
    "a command": [b"\6" + (1 << 40).to_bytes(8, "big")],
}


@pytest.mark.parametrize("which", ENDLESS)
def test_an_endless_message_is_too_long(folder, which):
    async def then(channel):
        with pytest.raises(TooLong):
            await channel.get_msg(timeout=PATIENCE)
        return channel._size, len(channel._received)

    kept, received = hostile(folder, [GREETING, *ENDLESS[which]], then)
    assert kept <= MESSAGE_BYTES and received <= MB


def test_endless_messages_wait(folder):
    """Each fits, and no one reads them."""

    async def then(channel):
        while channel._held <= MESSAGE_BYTES:
            await asyncio.sleep(0)
        for _ in range(1000):
            await asyncio.sleep(0)
        return channel._held

    message = b"\2" + (8 * MB).to_bytes(8, "big") + bytes(8 * MB)
    assert hostile(folder, [GREETING, *[message] * 100], then) < MESSAGE_BYTES + 9 * MB


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(st.binary(max_size=400), max_size=6), greets=st.booleans())
def test_whatever_bytes_come_there_is_a_message_or_a_reason(folder, chunks, greets):
    channel = Channel("SUB", Session(key=b"shared"))
    for chunk in [GREETING, *chunks] if greets else chunks:
        channel.data_received(chunk)

    async def read() -> None:
        while True:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                await channel.get_msg(timeout=0)

    with pytest.raises((Empty, TooLong)):
        asyncio.run(read())


def test_a_kernel_that_hung_up_is_silent(folder):
    async def then(channel):
        while channel._transport is not None:
            await asyncio.sleep(0)
        channel.send(channel.session.msg("execute_request"))
        with pytest.raises(Empty):
            await channel.get_msg(timeout=0.01)

    hostile(folder, [GREETING], then)
