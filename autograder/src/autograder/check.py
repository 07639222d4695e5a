"""Write a judge: checks with a reference, cases, a comparison and misconceptions.

A judge is a module ``NN_name.py`` with one :class:`Check` for each thing a student writes. See CONTRIBUTING.md.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, overload

import numpy as np
from unroll.checks import Answer, Comparison, Question, ask, examine

from autograder.requirements import Requirements as Requirements  # judges take it from here

_P = ParamSpec("_P")
_T = TypeVar("_T")

_FORMS: dict[str, Callable[[Any], Any]] = {
    "lists": lambda array: np.asarray(array).tolist(),
    "float32": np.float32,
    "a transposed view": lambda array: np.asarray(array).T.copy().T,
}


class Case:
    """Inputs for one call, by the names of the reference's parameters.

    Parameters
    ----------
    label
        A few words that tell the student what this case is about.
    basic
        True for an ordinary case. The other cases count only if all basic ones are right.
    weight
        Its share of the check's points, relative to the other cases.
    calls
        How often the function is called with the same objects.
    given
        For a Keras model: the inputs used to find the facts about it (:mod:`unroll.checks.facts`).
    inputs
        The arguments.
    """

    def __init__(
        self,
        label: str,
        *,
        basic: bool = False,
        weight: float = 1.0,
        calls: int = 1,
        given: dict[str, Any] | None = None,
        **inputs: Any,
    ) -> None:
        self.label, self.basic, self.weight, self.calls, self.inputs = label, basic, weight, calls, inputs
        self.given = given or {}


class Check:
    """A contract for one thing a student writes.

    Parameters
    ----------
    name
        As in the student's ``check(name, thing)``; unique in the course.

    Attributes
    ----------
    compare : Comparison
        Decides when two answers are the same; set with :func:`close`.
    facts : tuple of str
        For a Keras model: what is asked about it in every case; set with :meth:`ask_for`.
    basic_facts : tuple of str
        What is asked about it in basic cases alone.
    misconceptions : dict of str to callable
        Wrong implementations, by the sentence a teacher would say.
    alternatives : dict of str to callable
        Right implementations in other styles, which must pass too.
    equivalents : dict of str to str
        Changes to the reference that make no difference, and why; see :meth:`equivalent`.

    Examples
    --------
    >>> import numpy as np
    >>> softmax = Check("softmax")
    >>> @softmax.reference
    ... def _(z):
    ...     e = np.exp(z - z.max())
    ...     return e / e.sum()
    >>> @softmax.cases
    ... def _(rng):
    ...     yield Case("three numbers", basic=True, z=rng.normal(size=3))
    >>> @softmax.misconception("The exponentials are never divided by their sum.")
    ... def _(z):
    ...     return np.exp(z)
    >>> softmax.compare = close(rtol=1e-6)
    >>> [question.label for question in softmax.questions(np.random.default_rng(0))]
    ['three numbers']
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.compare = Comparison()
        self.facts: tuple[str, ...] = ()
        self.basic_facts: tuple[str, ...] = ()
        self.misconceptions: dict[str, Callable[..., Any]] = {}
        self.alternatives: dict[str, Callable[..., Any]] = {}
        self.equivalents: dict[str, str] = {}
        self._reference: Callable[..., Any] | None = None
        self._cases: Callable[[np.random.Generator], Iterator[Case]] | None = None

    def reference(self, function: Callable[_P, _T]) -> Callable[_P, _T]:
        """Decorator: the right answer. Its parameters are those of the student's function, in order.

        Keyword-only ones are not the student's: they are switches, for :meth:`mistakes`.
        """
        self._reference = function
        return function

    def cases(
        self, generator: Callable[[np.random.Generator], Iterator[Case]]
    ) -> Callable[[np.random.Generator], Iterator[Case]]:
        """Decorator: a generator that draws cases from a random generator, always with the same labels in the same order."""
        self._cases = generator
        return generator

    def misconception(self, sentence: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
        """Decorator: an implementation with one mistake, and the sentence that names it."""

        def add(function: Callable[_P, _T]) -> Callable[_P, _T]:
            if sentence in self.misconceptions:
                raise ValueError(f"check {self.name!r} has the misconception {sentence!r} twice")
            self.misconceptions[sentence] = function
            return function

        return add

    def mistakes(self, made: Mapping[str, Callable[..., Any] | Mapping[str, Any]]) -> None:
        """Add misconceptions, by their sentences: functions, or what :func:`changed` is to change in the reference."""
        for sentence, how in made.items():
            self.misconception(sentence)(how if callable(how) else changed(self.solution, **how))

    def alternative(self, style: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
        """Decorator: a right answer in another style, such as with lists, in float32 or with loops."""

        def add(function: Callable[_P, _T]) -> Callable[_P, _T]:
            self.alternatives[style] = function
            return function

        return add

    def equivalent(self, *changes: str, reason: str) -> None:
        """Mark mutants of the reference that may keep full points, because they are right as well.

        Parameters
        ----------
        changes
            As `autograder rehearse` lists them; the name of a function stands for all changes in it.
        reason
            Why no case can tell them from the reference.
        """
        self.equivalents |= dict.fromkeys(changes, reason)

    def ask_for(self, *facts: str, basic: tuple[str, ...] = ()) -> None:
        """Ask for a Keras model, and compare these facts (:mod:`unroll.checks.facts`) about it.

        Parameters
        ----------
        facts
            Asked in every case.
        basic
            Asked in basic cases alone, because they take long and hold for models of any size.
        """
        self.facts, self.basic_facts = facts, basic
        self.compare = close(returns=(*facts, *basic))

    def accept_other_forms(self) -> None:
        """Add alternatives: the right answer as lists, in float32, and as a view with reversed strides."""
        for style, change in _FORMS.items():
            self.alternative(style)(self._in_form(change))

    def _in_form(self, change: Callable[[Any], Any]) -> Callable[..., Any]:
        def answer(*inputs: Any) -> Any:
            result = self.solution(*inputs)
            return [change(each) for each in result] if isinstance(result, (tuple, list)) else change(result)

        return answer

    @property
    def solution(self) -> Callable[..., Any]:
        """The reference, as a function."""
        if self._reference is None:
            raise ValueError(f"check {self.name!r} has no reference")
        return self._reference

    def questions(self, rng: np.random.Generator) -> list[Question]:
        """Draw the cases from `rng`, and compute the right and the mistaken answers.

        Raises
        ------
        ValueError
            If the check is incomplete, a case lacks an argument, or no case is basic.
        """
        questions = [self._question(case) for case in self.draw_cases(rng)]
        if not any(question.basic for question in questions):
            raise ValueError(f"check {self.name!r} has no basic case; mark an ordinary one with basic=True")
        return questions

    def draw_cases(self, rng: np.random.Generator) -> list[Case]:
        """Draw only the cases from `rng`. Raises ValueError if there are none."""
        if self._cases is None:
            raise ValueError(f"check {self.name!r} has no cases")
        return list(self._cases(rng))

    def _question(self, case: Case) -> Question:
        names = _inputs(self.solution)
        if set(case.inputs) != set(names):
            wrong = ", ".join(sorted(set(case.inputs) ^ set(names)))
            raise ValueError(f"check {self.name!r}, case {case.label!r}: inputs and parameters differ in {wrong}")
        arguments = tuple(case.inputs[name] for name in names)
        asked = Question(
            label=case.label,
            arguments=arguments,
            names=names,
            expected=None,
            basic=case.basic,
            weight=case.weight,
            calls=case.calls,
            facts=(*self.facts, *self.basic_facts) if case.basic else self.facts,
            given=case.given,
        )
        right = answer(self.solution, asked)
        if right.error or right.touched:
            wrong = f"raises {right.error}" if right.error else "changes its inputs"
            raise ValueError(f"check {self.name!r}, case {case.label!r}: the reference {wrong}")
        return replace(asked, expected=right.value, mistakes=_Mistakes(self.misconceptions, asked))


def answer(thing: object, question: Question) -> Answer:
    """Answer a question with our own code, which needs no jail."""
    return examine(ask(thing, question.arguments, question.calls), question)


class _Mistakes(Sequence[tuple[str, Answer]]):
    """The misconceptions' answers to one question, computed when first read, because a right submission needs none."""

    def __init__(self, misconceptions: dict[str, Callable[..., Any]], question: Question) -> None:
        self._misconceptions, self._question = list(misconceptions.items()), question
        self._answers: dict[int, tuple[str, Answer]] = {}

    def __len__(self) -> int:
        return len(self._misconceptions)

    @overload
    def __getitem__(self, index: int) -> tuple[str, Answer]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[str, Answer]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, Answer] | list[tuple[str, Answer]]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        if index not in self._answers:
            sentence, function = self._misconceptions[index]
            with np.errstate(all="ignore"):
                self._answers[index] = sentence, _plain(answer(function, self._question))
        return self._answers[index]


def _plain(answer: Answer) -> Answer:
    """Remove the line of the judge's source, which students must not see."""
    if answer.error is None:
        return answer
    return replace(answer, error=replace(answer.error, line=""))


def close(rtol: float = 1e-6, atol: float = 1e-9, returns: tuple[str, ...] = (), new: bool = False) -> Comparison:
    """Compare numbers within ``atol + rtol * |expected|``; `returns` names several returned values.

    With `new` the caller's own arrays, and views of them, must not be returned.

    Examples
    --------
    >>> close(rtol=1e-3).compare(expected=1.0, answer=1.0005).same
    True
    """
    return Comparison(rtol=rtol, atol=atol, returns=returns, new=new)


def changed(function: Callable[..., Any], **changes: Any) -> Callable[..., Any]:
    """Change what goes into a function; with a mistake, the right function becomes a wrong one.

    Parameters
    ----------
    changes
        By the name of an input: a function that turns it into another. By the name of a switch, which is a keyword-only
        parameter: its value.

    Examples
    --------
    >>> power = changed(lambda x, y, *, then=abs: then(x) ** y, y=lambda y: y + 1, then=lambda x: -x)
    >>> power(2, 2)
    -8
    """
    inputs = _inputs(function)
    switches = {name: value for name, value in changes.items() if name not in inputs}

    def mistake(*given: Any) -> Any:
        return function(
            *(changes[n](value) if n in changes else value for n, value in zip(inputs, given, strict=True)), **switches
        )

    return mistake


def overwriting(function: Callable[..., Any], name: str, change: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function overwrite the input `name`, when it is done, with what `change` makes of its result and its inputs."""
    position = _inputs(function).index(name)

    def mistake(*given: Any) -> Any:
        result = function(*given)
        given[position][...] = change(result, *given)
        return result

    return mistake


@lru_cache(maxsize=1000)  # asked for each case of each submission
def _inputs(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters, without its switches."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD)
