"""The judge's side of the channel: ask the running cell's questions and mark the answers.

Whatever arrives is untrusted. Which questions are asked, and how often, is decided here, from the source only.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from unroll.checks import Answer, Question, Report, mark, wire

from autograder.check import Check
from autograder.course import CourseError
from autograder.judging import frames
from autograder.judging.answers import asked_digest, pack_answers

_CELL_BYTES = 2 * wire.ARRAY_BYTES  # received while one cell runs, because answers are kept until it ends


class Examiner:
    """Conduct the examination of one submission.

    Parameters
    ----------
    checks
        The judge's checks, by name.
    draw
        Returns the hidden questions of a check, by name.
    channel
        Our end of the socket to the kernel.
    examine
        Replaces a model in an answer by the facts about it, and returns any other answer unchanged.
    """

    def __init__(
        self,
        checks: dict[str, Check],
        draw: Callable[[str], list[Question]],
        channel: socket.socket,
        examine: Callable[[Answer, Question], Awaitable[Answer]],
    ) -> None:
        self._checks, self._draw, self._examine = checks, draw, examine
        self._channel = channel
        self._channel.setblocking(False)
        self._open: dict[str, list[Question]] = {}
        self._answers: dict[str, list[Answer]] = {}
        self._asking: str | None = None
        self.asked: dict[str, str] = {}  # of the last cell, by check: a digest of its questions
        self.packed: dict[str, str] = {}  # and the answers, unless they are too large
        self._room = _CELL_BYTES
        self._failed: Exception | None = None
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def begin(self, names: tuple[str, ...]) -> None:
        """Start a grade cell with these checks, each of which may be answered once.

        Raises
        ------
        CourseError
            If a check fails to draw its cases.
        """
        self._open = {name: self._cases(name) for name in names}
        self._answers = {}
        self._asking = None
        self._room = _CELL_BYTES

    def _cases(self, name: str) -> list[Question]:
        try:
            return self._draw(name)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise CourseError(f"the judge's check {name!r} failed to draw its cases for this submission: {said}") from error

    async def finish(self) -> list[Report]:
        """End the cell, after which no answers count, and return a report for each of its checks.

        Raises
        ------
        Exception
            What our own code has raised since the cell began, whatever the student sent: no one earns or loses points by that.
        """
        if self._failed is not None:
            raise self._failed
        questions, answers = self._open, self._answers
        self._open, self._answers, self._asking = {}, {}, None
        self.asked, self.packed = {}, {}
        reports = []
        for name, asked in questions.items():
            given = answers.get(name, [])
            given = [await self._examine(answer, question) for answer, question in zip(given, asked, strict=False)]
            packed = pack_answers(given)
            if packed is not None:
                self.asked[name], self.packed[name] = asked_digest(asked), packed
            reports.append(mark(name, asked, given, self._checks[name].compare))
        return reports

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        """Reply to messages until one is invalid; then the channel is closed and later checks go unanswered."""
        try:
            while True:
                reply = self._hear(await self._receive())
                await frames.send(self._channel, reply)
        except (wire.WireError, OSError, TimeoutError, EOFError):
            pass
        except Exception as error:
            self._failed = error
        self._asking = None
        self._channel.close()

    def _hear(self, message: object) -> dict[str, object] | None:
        """Process one message; the reply is the next question, or None if there is none."""
        if not isinstance(message, dict):
            raise wire.WireError("not a message")
        if "check" in message:
            name = message["check"]
            fresh = isinstance(name, str) and name in self._open and name not in self._answers
            self._asking = name if fresh else None
            if fresh:
                self._answers[name] = []
        elif self._asking is not None:
            self._answers[self._asking].append(frames.answer_in(message))
        if self._asking is None:
            return None
        questions, answers = self._open[self._asking], self._answers[self._asking]
        if len(answers) == len(questions):
            self._asking = None
            return None
        question = questions[len(answers)]
        return {"arguments": question.arguments, "calls": question.calls}

    async def _receive(self) -> object:
        message, size = await frames.receive(self._channel)
        if self._asking is not None:
            self._room -= size
        if self._room < 0 and isinstance(message, dict) and "check" not in message:
            return {"error": {"type": "ValueError", "message": "the answers of this cell are too large together"}}
        return message
