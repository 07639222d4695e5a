"""Both ends of the channel between a kernel and its judge, without a kernel: send frames, and see what the judge reports."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable

from autograder.check import Check
from autograder.judging.examiner import Examiner
from hypothesis import strategies as st
from unroll.checks import Answer, Question, Report


async def as_it_is(answer: Answer, question: Question) -> Answer:
    return answer


def examine(
    frames: list[bytes], checks: dict[str, Check], draw: Callable[[str], list[Question]], facts=as_it_is
) -> tuple[list[Report], bool]:
    """Send frames while the checks are open; return their reports, and whether the channel survived."""

    async def conduct():
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        holder = Examiner(checks, draw, ours, facts)
        loop = asyncio.get_running_loop()

        async def swallow():
            while await loop.sock_recv(theirs, 1 << 16):
                pass

        swallowing = loop.create_task(swallow())
        holder.begin(tuple(checks))
        try:
            for frame in frames:
                await asyncio.wait_for(loop.sock_sendall(theirs, frame), 5)
        except OSError:
            pass  # cut off
        # One more exchange tells that all before it was heard.
        for _ in range(50):
            await asyncio.sleep(0)
        await asyncio.wait({holder._task}, timeout=0.02)
        reports = await holder.finish()
        alive = not holder._task.done()
        await holder.close()
        swallowing.cancel()
        await asyncio.gather(swallowing, return_exceptions=True)
        theirs.close()
        ours.close()
        return reports, alive

    return asyncio.run(conduct())


def frame(header: bytes, blob: bytes = b"") -> bytes:
    return struct.pack("<II", len(header), len(blob)) + header + blob


def frame_of(tree: object, zeros: int, where: str) -> bytes:
    """A message with this tree as one of its parts, and an array of zeros."""
    return frame(json.dumps({"d": {where: tree}}).encode(), bytes(zeros))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # that can be sent
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.floats() | st.text(max_size=3) | st.just("\ud800"),
    lambda inner: (
        st.builds(lambda tag, items: {tag: items}, st.sampled_from(["l", "t", "m"]), st.lists(inner, max_size=5))
        | st.builds(lambda items: {"d": items}, st.dictionaries(st.text(max_size=2) | st.just("\ud800"), inner, max_size=3))
        | st.builds(
            lambda dtype, shape, order: {"a": [dtype, shape, order]},
            st.sampled_from(["<f8", "<f4", "<f2", "|b1", "<i8", "<u8", "<c16", "|O", "<U9"]),
            st.lists(st.sampled_from([0, 0, 1, 3, 10**30]), max_size=3),
            st.sampled_from(["C", "F", 7]),
        )
        | st.builds(lambda name: {"f": name}, st.sampled_from(["tanh", "leaky", 3]))
    ),
    max_leaves=8,
)  # of a header, honest or not
parts = st.sampled_from(["value", "error", "touched", "shared"])
