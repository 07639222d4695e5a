"""Answers kept as text, so that a changed comparison can judge them again without a kernel."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict

from unroll.checks import Answer, Question, wire

from autograder.judging.frames import answer_in

_MOST_BYTES = 1 << 20  # of one check's answers; larger ones are asked for again


def asked_digest(questions: Sequence[Question]) -> str:
    """A digest of everything about questions that an answer depends on."""
    asked = [[question.arguments, question.calls, list(question.facts), dict(question.given)] for question in questions]
    return hashlib.sha256(wire.pack(asked)).hexdigest()


def pack_answers(answers: Sequence[Answer]) -> str | None:
    """Answers as text; None if they are too large, or have a value that cannot be kept."""
    try:
        packed = wire.pack([_plain(answer) for answer in answers])
    except wire.WireError:
        return None
    return base64.b64encode(packed).decode() if len(packed) <= _MOST_BYTES else None


def _plain(answer: Answer) -> dict[str, object]:
    error = asdict(answer.error) if answer.error else None
    return {"value": answer.value, "error": error, "touched": answer.touched, "shared": answer.shared}


def unpack_answers(text: str) -> list[Answer]:
    """Answers from their text. Raises ValueError if they are damaged."""
    packed = base64.b64decode(text)
    if len(packed) < 8:
        raise wire.WireError("no frame")
    header, _ = wire.frame_lengths(packed[:8])
    answers = wire.unpack(packed[8 : 8 + header], packed[8 + header :])
    if not isinstance(answers, list):
        raise wire.WireError("not a list of answers")
    return [answer_in(answer) for answer in answers]
