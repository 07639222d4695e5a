"""The kernel's side of a judged check: answer the judge's questions and learn nothing.

The channel is a socket that the grader left open. Questions come in, answers go out, and no verdict comes back.
"""

import os
import socket
import threading
from dataclasses import asdict
from typing import Any

from unroll.checks import wire
from unroll.checks.marking import Answer, Question, Raised, ask, examine

_SECONDS = 600  # longer than any cell may run, because ending a cell is up to the grader
_lock = threading.Lock()
_channel: socket.socket | None = None


def channel() -> socket.socket | None:
    """The judge's channel, or None outside of grading."""
    global _channel
    number = os.environ.get("UNROLL_JUDGE")
    if number is None:
        return None
    if _channel is None:
        _channel = socket.socket(fileno=os.dup(int(number)))
        _channel.settimeout(_SECONDS)
    return _channel


def _open_channel() -> socket.socket:
    found = channel()
    if found is None:
        raise ConnectionError("there is no grader to answer")
    return found


def sit(name: str, thing: object) -> None:
    """Announce a check, and answer questions until the judge has no more."""
    with _lock:
        _send({"check": name})
        while (question := _receive()) is not None:
            answer = ask(thing, question["arguments"], question["calls"])
            try:
                _send_answer(answer)
            except wire.WireError as error:
                _send_answer(Answer(error=Raised("TypeError", f"a {type(answer.value).__name__} was returned: {error}")))


def examine_models() -> None:
    """Answer questions about models, in the jail where they are rebuilt, until the judge has no more."""
    while (request := _receive()) is not None:
        asked = Question("", (), (), None, facts=tuple(request["facts"]), given=request["given"])
        _send_answer(examine(Answer(value=request["model"]), asked))


def _send_answer(answer: Answer) -> None:
    _send({**vars(answer), "error": answer.error and asdict(answer.error)})


def _send(value: object) -> None:
    _open_channel().sendall(wire.pack(value))


def _receive() -> Any:
    header, blob = wire.frame_lengths(_exactly(8))
    return wire.unpack(_exactly(header), _exactly(blob))


def _exactly(count: int) -> bytes:
    parts = []
    while count:
        part = _open_channel().recv(min(count, 1 << 20))
        if not part:
            raise ConnectionError("the grader has closed the connection")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
