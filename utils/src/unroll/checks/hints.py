"""Find the misconception that explains wrong answers. A hint is right, or there is none.

A misconception is named only if it gives the student's answers to all failing cases, or to at least half of them, and the
student passes no case in which it would fail; and no other explains as much. An answer that is wrong in form alone says nothing about how its numbers came
about: where there is one, a misconception has to explain every failing case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unroll.checks.comparison import Comparison
from unroll.checks.sentences import said

if TYPE_CHECKING:
    from unroll.checks.marking import Answer, Question, Raised

_MOST = 3  # equally good explanations that are named together; if there are more, the numbers tell nothing


@dataclass(frozen=True)
class Explanation:
    """Misconceptions to name.

    Parameters
    ----------
    sentences
        Of the misconceptions; several give the same numbers.
    questions
        The failing questions that they explain, by number; at the first, they are named.
    """

    sentences: tuple[str, ...]
    questions: tuple[int, ...]


def explanations(
    questions: Sequence["Question"],
    answers: Sequence["Answer"],
    passed: Sequence[bool],
    in_form_only: Sequence[bool],
    comparison: Comparison,
) -> list[Explanation]:
    """Find the misconceptions to name: those that explain most.

    Parameters
    ----------
    questions, answers
        The questions and answers of one check; answers may be missing at the end.
    passed, in_form_only
        For each question: whether its answer is right, and whether only its form is wrong.
    comparison
        That of the check.
    """
    failing = [number for number, right in enumerate(passed) if not right]
    if not failing or any(map(_is_unwritten, answers)):
        return []
    needed = len(failing) if any(in_form_only) else (len(failing) + 1) // 2
    found = [_explained(index, failing, needed, questions, answers, comparison) for index in range(_known(questions))]
    most = max(map(len, found), default=0)
    best = [index for index, explained in enumerate(found) if explained and len(explained) == most]
    fair = [index for index in best if not _fails_where_passed(index, questions, passed, comparison)]
    if fair != best and most < len(failing):
        return []  # another mistake explains as much, and what passes speaks against it: both, or neither, may have been made
    places: dict[int, list[int]] = {}
    for index in fair:
        places.setdefault(found[index][0], []).append(index)
    return [
        Explanation(tuple(questions[0].mistakes[index][0] for index in indices), tuple(found[indices[0]]))
        for indices in places.values()
        if len(indices) <= _MOST
    ]


def either(sentences: Sequence[str]) -> str:
    """Join several sentences into one, with "or" between them.

    Examples
    --------
    >>> either(("The mask is not used.", "Padding is not marked."))
    'The mask is not used, or padding is not marked.'
    """
    first, *others = sentences
    parts = [first.rstrip("."), *(begun_small(other).rstrip(".") for other in others)]
    for other in reversed(parts[:-1]):
        parts[-1] = said("%(one)s, or %(other)s", one=other, other=parts[-1])
    return f"{parts[-1]}." if others else first


def begun_small(sentence: str) -> str:
    """Start a sentence in lower case, to continue another one. A name at its start, such as W_ax, stays as it is.

    Examples
    --------
    >>> begun_small("The bias is missing."), begun_small("W_ax is not transposed.")
    ('the bias is missing.', 'W_ax is not transposed.')
    """
    first, _, rest = sentence.partition(" ")
    plain = first.isalpha() and first[0].isupper() and first[1:] in ("", first[1:].lower())
    return f"{first.lower()} {rest}" if plain else sentence


def _known(questions: Sequence["Question"]) -> int:
    """How many misconceptions there are."""
    return min(len(question.mistakes) for question in questions)


def _explained(
    index: int,
    failing: list[int],
    needed: int,
    questions: Sequence["Question"],
    answers: Sequence["Answer"],
    comparison: Comparison,
) -> list[int]:
    """The failing questions where a misconception gives the student's answers; none if there are fewer than needed."""
    explained: list[int] = []
    for seen, number in enumerate(failing):
        if len(explained) + len(failing) - seen < needed:
            return []  # a misconception's answer can be expensive to compute
        if number < len(answers) and _alike(questions[number], answers[number], index, comparison):
            explained.append(number)
    return explained if len(explained) >= needed else []


def _alike(question: "Question", answer: "Answer", index: int, comparison: Comparison) -> bool:
    mistake = question.mistakes[index][1]
    if answer.error is not None or mistake.error is not None:
        return _without_line(answer.error) == _without_line(mistake.error)
    if set(answer.touched) != set(mistake.touched) or (comparison.new and set(answer.shared) != set(mistake.shared)):
        return False
    return comparison.same(mistake.value, answer.value, question.single)


def _fails_where_passed(index: int, questions: Sequence["Question"], passed: Sequence[bool], comparison: Comparison) -> bool:
    for question, right in zip(questions, passed, strict=True):
        if right:
            mistake = question.mistakes[index][1]
            if mistake.error is not None or mistake.touched or (comparison.new and mistake.shared):
                return True
            if not comparison.same(question.expected, mistake.value, question.single):
                return True
    return False


def _is_unwritten(answer: "Answer") -> bool:
    """Still as released, which no misconception explains; skipping them saves most of an examination's time."""
    return answer.error is not None and answer.error.type == "NotImplementedError"


def _without_line(error: "Raised | None") -> "Raised | None":
    return error and replace(error, line="")
