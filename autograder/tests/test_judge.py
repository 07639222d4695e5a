"""Judges: hidden questions by key, authors' mistakes reported in sentences, checks found in cells."""

from pathlib import Path

import numpy as np
import pytest
from autograder.check import Case, Check, Requirements
from autograder.course import CourseError
from autograder.judging.judge import checks_called, load_judge, read_judge, submission_key
from autograder.kernels.packages import EVERYTHING
from hypothesis import given
from hypothesis import strategies as st
from unroll.checks import Raised, wire


@pytest.fixture
def judge(small_course):
    return small_course.assignment.judge


def as_bytes(questions) -> list[bytes]:
    return [wire.pack((q.label, q.arguments, q.expected)) for q in questions]


def test_the_same_key_draws_the_same_questions(judge):
    key = submission_key(bytes(32), "ps1", "ada", "digest")
    assert as_bytes(judge.hidden_questions("rnn_step", key)) == as_bytes(judge.hidden_questions("rnn_step", key))
    assert as_bytes(judge.public_questions("rnn_step")) == as_bytes(judge.public_questions("rnn_step"))


@pytest.mark.parametrize(
    "other",
    [
        (b"1" * 32, "ps1", "ada", "d"),
        (bytes(32), "ps2", "ada", "d"),
        (bytes(32), "ps1", "bob", "d"),
        (bytes(32), "ps1", "ada", "e"),
    ],
)
def test_anything_else_draws_others(judge, other):
    ours = as_bytes(judge.hidden_questions("rnn_step", submission_key(bytes(32), "ps1", "ada", "d")))
    theirs = as_bytes(judge.hidden_questions("rnn_step", submission_key(*other)))
    public = as_bytes(judge.public_questions("rnn_step"))
    assert all(a != b for a, b in zip(ours, theirs, strict=True))
    assert all(a != b for a, b in zip(ours, public, strict=True))


_NAMES = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # a folder's name holds no NUL


@given(st.text(_NAMES, min_size=1, max_size=4), st.integers(0, 4), st.integers(0, 4))
def test_keys_do_not_run_into_one_another(text, one, other):
    """The same characters, split differently into assignment and student, give two keys."""
    first, second = ((text[:place], text[place:]) for place in (one, other))
    assert (submission_key(b"s", *first, "d") == submission_key(b"s", *second, "d")) == (first == second)


def test_questions_carry_the_mistakes(judge):
    for question in judge.public_questions("rnn_step"):
        ((sentence, answer),) = question.mistakes
        assert sentence == "The bias b_a is never added."
        assert np.allclose(answer.value, question.expected) == (question.label == "no bias")
        assert question.names == ("x", "a", "W_ax", "W_aa", "b_a")


def draw(check: Check):
    return check.questions(np.random.default_rng(0))


def make(cases, reference=lambda x: x + 1) -> Check:
    check = Check("c")
    check.reference(reference)
    check.cases(lambda rng: iter(cases))
    return check


def broken(x):
    raise ValueError("no")


def in_place(x):
    x += 1
    return x


ONE = Case("one", x=np.ones(2), basic=True)


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (make([Case("one", x=np.ones(2))]), "check 'c' has no basic case; mark an ordinary one with basic=True"),
        (make([]), "check 'c' has no basic case; mark an ordinary one with basic=True"),
        (make([Case("one", y=1, basic=True)]), "check 'c', case 'one': inputs and parameters differ in x, y"),
        (make([Case("one", basic=True)]), "check 'c', case 'one': inputs and parameters differ in x"),
        (make([ONE], broken), "check 'c', case 'one': the reference raises ValueError: no"),
        (make([ONE], in_place), "check 'c', case 'one': the reference changes its inputs"),
        (Check("empty"), "check 'empty' has no cases"),
    ],
)
def test_an_authors_mistake_is_a_sentence(check, sentence):
    with pytest.raises(ValueError) as raised:
        draw(check)
    assert str(raised.value).partition(" (line ")[0] == sentence


def test_a_check_without_a_reference():
    check = Check("c")
    check.cases(lambda rng: iter([ONE]))
    with pytest.raises(ValueError, match="check 'c' has no reference"):
        draw(check)


def test_the_same_misconception_twice():
    check = make([ONE])
    check.misconception("Wrong.")(lambda x: x)
    with pytest.raises(ValueError, match="has the misconception 'Wrong.' twice"):
        check.misconception("Wrong.")(lambda x: -x)


def test_a_misconception_that_raises_is_an_answer_without_the_judges_source():
    check = make([ONE])
    check.misconception("Broken.")(broken)
    ((_, answer),) = draw(check)[0].mistakes
    assert answer.error == Raised("ValueError", "no")


def test_misconceptions_get_their_own_copies():
    check = make([ONE])
    check.misconception("In place.")(in_place)
    check.misconception("Nothing.")(lambda x: x)
    first, second = draw(check)[0].mistakes
    assert first[1].touched == (0,) and second[1].value.tolist() == [1, 1]


REQUIRE = "from autograder.check import Requirements\nrequirements = Requirements("


def load(tmp_path, text: str):
    path = tmp_path / "01_x.py"
    path.write_text(text)
    return load_judge(path)


def test_no_judge_is_an_ordinary_course(tmp_path):
    judge = load_judge(tmp_path / "none.py")
    assert judge.path is None and judge.checks == {} and judge.requirements.packages == EVERYTHING


def test_a_judge_is_made_of_its_text_once(tmp_path):
    judge = load(tmp_path, "from autograder.check import Check\nx = Check('x')")
    assert list(judge.checks) == ["x"]
    assert load_judge(judge.path) is judge
    elsewhere = read_judge(judge.source, Path("01_x.py"))
    assert list(elsewhere.checks) == ["x"] and elsewhere.requirements == judge.requirements


def test_requirements_are_the_judges(tmp_path):
    text = "from autograder.check import Requirements\nrequirements = Requirements(packages=('numpy',))"
    assert load(tmp_path, text).requirements == Requirements(packages=("numpy",))
    assert load(tmp_path, "").requirements == Requirements()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 / 0", r"01_x.py fails: ZeroDivisionError: division by zero"),
        (f"{REQUIRE}gpu='maybe')", r"01_x.py fails: ValueError: gpu is 'maybe'; it must be one of 'no', 'if there', 'must'"),
        (f"{REQUIRE}threads=0)", r"01_x.py fails: ValueError: threads is 0; a submission needs at least one"),
        ("import no_such", "fails: ModuleNotFoundError"),
        ("def", "fails: SyntaxError"),
        ("from autograder.check import Check\na = Check('c')\nb = Check('c')", "has two checks named 'c'"),
    ],
)
def test_a_judge_that_cannot_be_loaded(tmp_path, text, sentence):
    with pytest.raises(CourseError, match=sentence):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('check("a", a)', ["a"]),
        ('check("a", a)\ncheck("b", b); check("a", a)', ["a", "b"]),
        ('x = 1\nif x:\n    check("a", lambda y: check("b", y))', ["a", "b"]),
        ("# check('a', a)\n'check(\"b\", b)'", []),
        ("assert f() == 1", []),
        ("check(name, a)", []),
        ("other.method('a')", []),
        ("def", []),
    ],
)
def test_checks_are_found_in_cells(source, names):
    assert checks_called(source) == names


@pytest.mark.parametrize(
    "source",
    [
        '%matplotlib inline\ncheck("a", a)',
        '%time check("a", a)',
        '!ls\ncheck("a", a)',
        'unroll.check("a", a)',
        'check(name="a", thing=a)',
    ],
)
def test_checks_are_found_however_they_are_written(source):
    """A check that is not found is not judged: the cell raises nothing, and everyone would get its points."""
    assert checks_called(source) == ["a"]
