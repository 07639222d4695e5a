"""Try what a student wrote on the questions of a check, at the desk: nothing it does may leave the student without an answer."""

import _thread
import contextlib
import inspect
import io
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unroll.checks.marking import Answer, Question, Raised, ask, examine, place_in_cell

_LINES, _CHARACTERS = 10, 1000  # shown of what a function prints


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Parameters
    ----------
    answers
        One for each question; after the time is over, the rest say so too.
    printed
        What the function printed, the first time that it printed anything, cut.
    warned
        The warnings that it raised, each once, with the line of the student's that did.
    """

    answers: list[Answer]
    printed: str = ""
    warned: tuple[str, ...] = ()


class OutOfTime(Exception):
    """The time is over; the argument is the line that was running then."""


def try_out(thing: object, questions: Sequence[Question], seconds: float | None) -> Trial:
    """Ask all questions, for no longer than `seconds` together; None is for as long as it takes."""
    answers: list[Answer] = []
    printed, warned = "", dict[str, None]()
    try:
        with within(seconds) if seconds else contextlib.nullcontext():
            for question in questions:
                with _noting_warnings(warned), _printing_to(_Head()) as head:
                    answers.append(examine(ask(thing, question.arguments, question.calls), question))
                printed = printed or head.shown()
    except OutOfTime as stop:
        late = Raised("TimeoutError", f"it was stopped after {seconds:g} s; is there a loop that never ends?", str(stop))
        answers += [Answer(error=late)] * (len(questions) - len(answers))
    return Trial(answers, printed, tuple(warned))


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt the block when the time is over, as Jupyter's stop button would.

    Raises
    ------
    OutOfTime
        If that happened. Where there are no threads (in the browser), or outside the main one, there is no limit.
    """
    main = threading.main_thread()
    if sys.platform == "emscripten" or threading.current_thread() is not main:
        yield
        return
    places: list[str] = []

    def stop() -> None:
        frame = sys._current_frames().get(main.ident or 0)
        place = ""
        while frame is not None and not place:
            place = place_in_cell(frame.f_code.co_filename, frame.f_lineno)
            frame = frame.f_back
        places.append(place)
        if hasattr(signal, "pthread_kill") and main.ident:
            signal.pthread_kill(main.ident, signal.SIGINT)  # wakes it even while it sleeps
        else:
            _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background begins with none
    timer.start()
    try:
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
    except KeyboardInterrupt:
        if not places:
            raise  # the student's own
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
    if places:
        raise OutOfTime(places[0])


def advice(thing: object, names: tuple[str, ...]) -> str:
    """What is wrong with a function's parameters; empty if nothing is.

    Parameters
    ----------
    names
        Those of the arguments, in order.
    """
    if not callable(thing):
        return ""
    try:
        parameters = list(inspect.signature(thing).parameters.values())
    except (TypeError, ValueError):  # written in C, without a signature
        return ""
    given = tuple(each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD))
    needed = sum(each.default is each.empty for each in parameters if each.name in given)
    asked = f"It is called with ({', '.join(names)}), in this order; yours takes ({', '.join(given)})."
    if sorted(given) == sorted(names) and given != names:
        return f"{asked} Put the parameters back in order."
    takes_more = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    if needed > len(names) or (len(given) < len(names) and not takes_more):
        return asked
    return ""


class _Head(io.TextIOBase):
    """The beginning of what is written to it."""

    def __init__(self) -> None:
        self._text = ""
        self._more = False

    def write(self, text: str) -> int:
        self._more = self._more or len(self._text) + len(text) > _CHARACTERS
        self._text = (self._text + text)[:_CHARACTERS]
        return len(text)

    def shown(self) -> str:
        lines = self._text.rstrip().splitlines()
        cut = self._more or len(lines) > _LINES
        return "\n".join([*lines[:_LINES], *(["…"] if cut else [])])


@contextlib.contextmanager
def _printing_to(head: _Head) -> Iterator[_Head]:
    with contextlib.redirect_stdout(head), contextlib.redirect_stderr(head):
        yield head


@contextlib.contextmanager
def _noting_warnings(noted: dict[str, None]) -> Iterator[None]:
    """Write down the warnings that are raised in a cell, instead of showing them."""
    with warnings.catch_warnings(record=True) as caught:
        try:
            yield
        finally:
            for each in caught:
                place = place_in_cell(each.filename, each.lineno)
                if place:
                    noted[f"{each.category.__name__}: {str(each.message).splitlines()[0]} ({place})"] = None
