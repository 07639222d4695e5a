"""Checks: comparisons, marking, public cases, the student's desk."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questions import QUESTIONS, marked, question
from unroll.checks import Answer, Comparison, Question, ask, mark

# Comparison


def said(expected, answer, **settings) -> tuple[bool, str]:
    outcome = Comparison(**settings).compare(expected, answer)
    return outcome.same, outcome.detail


A = np.arange(20.0).reshape(4, 5)


def test_sentences_about_arrays():
    assert said(A, A.copy()) == (True, "shape (4, 5), largest difference 0")
    other = A.copy()
    other[1, 2] += 0.5
    other[2, 0] += 2
    assert said(A, other) == (False, "differs first at [1, 2]: yours 7.5, expected 7; largest difference 2")
    assert said(A, A[0]) == (False, "shape (5,), expected (4, 5)")
    assert said(A, None) == (False, "returns None; is a return missing?")
    assert said(A, A.astype(str)) == (False, "returns an array of dtype <U32, expected numbers")
    assert said(A, A.astype(np.float16))[0] is False
    assert said(A, [[1], [2, 3]]) == (False, "returns a list whose rows differ in length")
    assert said(A, ["a", "b"]) == (False, "returns a list with text in it, expected numbers")
    assert said(A, {"a": 1})[1].startswith("returns a dict")
    assert said(3.0, 4.0) == (False, "yours 4, expected 3")
    assert said(3.0, 3) == (True, "largest difference 0")
    assert said(A > 3, (A > 3).astype(int)) == (False, "dtype int64, expected bool")
    assert said(A > 3, A > 3)[0] and said(A, A.tolist())[0] and said(A, A.astype(np.float32))[0]


def test_tolerances():
    assert said(A, A * (1 + 1e-7))[0] and not said(A, A * (1 + 1e-5))[0]
    single = A.astype(np.float32)
    assert said(A, single * np.float32(1 + 5e-5))[0] and not said(A, single * np.float32(1 + 5e-4))[0]
    assert said(A, A + 0.05, atol=0.1)[0]
    assert said(A, single * np.float32(1.05), rtol=0.1)[0]  # never stricter than the author's


def test_infinite_and_missing_numbers():
    odd = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert said(odd, odd.copy())[0]
    assert said(odd, np.array([0, np.inf, -np.inf, 1.0])) == (False, "differs first at [0]: yours 0, expected nan")
    assert said(np.array([np.inf]), np.array([5.0])) == (
        False,
        "differs first at [0]: yours 5, expected inf; largest difference 0",
    )
    assert said(odd, -odd)[1].startswith("differs first at [1]: yours -inf, expected inf")


def test_several_values():
    both = {"returns": ("a", "y")}
    assert said((A, 1.0), (A, 1.0), **both)[0]
    assert said((A, 1.0), (A, 2.0), **both) == (False, "y: yours 2, expected 1")
    assert said((A, 1.0), A, **both) == (False, "returns an array, expected 2 values: a, y")
    assert said((A, 2 * A), np.array([A, 2 * A]), **both)[0] and said((1.0, 2.0), np.array([1.0, 2.0]))[0]
    assert said((A, 2 * A), np.array([A, A]), **both)[1].startswith("y: differs first at")
    assert said((A, 1.0), (A,), **both) == (False, "returns 1 values, expected 2 values: a, y")
    assert said((A, 1.0, 2.0), (A, 1.0, 2.0), **both)[0]  # a misconception that returns another number of values
    assert said((A, 1.0), (A, None))[1] == "value 2: returns None; is a return missing?"
    assert said(None, None)[0] and not said(None, A)[0]


def test_draws_are_counted_and_not_compared_one_by_one():
    shares = [0.4, 0.3, 0.2, 0.1, 0.0]
    wanted, other = (np.random.default_rng(seed).choice(5, size=4000, p=shares) for seed in (0, 1))
    assert not said(wanted, other)[0]
    assert said(wanted, other, draws=True) == (True, "4,000 draws, each value as often as expected")
    assert said(wanted, np.sort(other).astype(float).tolist(), draws=True)[0]
    often = f"expected about {np.sum(wanted == 0):,}"
    assert said(wanted, np.zeros(4000), draws=True) == (False, f"0 comes 4,000 times in 4,000 draws, {often}")
    assert said(wanted, np.where(np.arange(4000) < 40, 4, other), draws=True)[1].startswith("4 comes 40 times")
    assert said(wanted, other[:3999], draws=True) == (False, "shape (3999,), expected (4000,)")
    assert not said(wanted, other + 0.5, draws=True)[0] and not said(wanted, np.full(4000, np.nan), draws=True)[0]


def test_chance_alone_never_fails_draws():
    rng = np.random.default_rng(0)
    pairs = rng.choice(8, size=(2, 500, 1000), p=np.array([40, 25, 15, 10, 5, 3, 1.5, 0.5]) / 100)
    assert all(said(one, other, draws=True)[0] for one, other in zip(*pairs, strict=True))


def test_text_takes_no_memory():
    """NumPy would make every element as large as the longest."""
    tracemalloc.start()
    try:
        assert not said(A, ["x" * 100_000] + [""] * 10_000)[0]
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


_answers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.builds(np.zeros, st.integers(0, 3)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([np.zeros(2), np.float64(1.5), A, A > 3, (A, 1.0), [1.0, 2.0], None]), _answers)
def test_comparing_never_raises_and_changes_nothing(expected, answer):
    before = repr(answer)
    for comparison in (Comparison(returns=("a", "y")), Comparison(draws=True)):
        outcome = comparison.compare(expected, answer)
        assert outcome.detail and "\n" not in outcome.detail
    assert repr(answer) == before


# Marking


def test_right_answers():
    report = marked(lambda x: 2 * x + 1)
    assert report.passed and report.share == 1.0 and report.hints == ()


def test_edge_cases_count_only_with_the_basic_one():
    assert marked(lambda x: np.ones_like(x)).share == 0.0  # right where x is zero
    assert marked(lambda x: 2 * x + (x[0] != 5)).share == 0.75  # three of four
    rows = marked(lambda x: np.ones_like(x)).rows
    assert [row.passed for row in rows] == [True, False, False]


def test_a_hint_that_fits_everywhere_comes_first_and_once():
    report = marked(lambda x: 2 * x)
    assert report.hints == ("The 1 is left out.",)
    assert [row.hint for row in report.rows] == ["The 1 is left out.", None, None]
    # Squaring is right at 0; elsewhere it is named, and not what fits the second case alone.
    assert marked(lambda x: x**2 + 1).hints == ("It is squared.",)


def test_a_hint_for_half_of_the_failing_cases():
    assert marked(lambda x: 2 * x if len(x) == 3 else np.zeros(7)).hints == ()  # one of three
    report = marked(lambda x: np.zeros(7) if x[0] == 5 else 2 * x)
    assert [row.hint for row in report.rows] == ["The 1 is left out.", None, None]  # two of three


def test_no_hint_that_would_fail_a_passed_case():
    right_at_zero = marked(lambda x: 2 * x + (x[0] == 0))
    assert [row.passed for row in right_at_zero.rows] == [True, False, False] and right_at_zero.hints == ()


def test_mistakes_with_the_same_numbers_are_named_together():
    twins = [
        replace(q, mistakes=(("W_x is left out.", q.mistakes[0][1]), ("It is squared.", q.mistakes[0][1]))) for q in QUESTIONS
    ]
    assert marked(lambda x: 2 * x, twins).hints == ("W_x is left out, or it is squared.",)
    many = [replace(q, mistakes=tuple((f"Mistake {n}.", q.mistakes[0][1]) for n in range(4))) for q in QUESTIONS]
    assert marked(lambda x: 2 * x, many).hints == ()


def test_what_is_wrong_in_form_alone_is_not_explained_by_its_content():
    def form(x):
        return (2 * x + 1)[None] if len(x) == 3 else 2 * x

    report = marked(form)
    assert report.rows[1].detail == "the right numbers: shape (1, 3), expected (3,)" and report.hints == ()
    assert said(A, A.T) == (False, "the right numbers, transposed: shape (5, 4), expected (4, 5)")
    assert said((A, 1.0), (A, [1.0]), returns=("a", "y"))[1] == "y: the right numbers: shape (1,), expected ()"
    flat = [replace(q, mistakes=(("It has an axis too many.", Answer((2 * q.arguments[0] + 1)[None])),)) for q in QUESTIONS]
    assert marked(lambda x: (2 * x + 1)[None], flat).hints == ("It has an axis too many.",)


def test_another_input_changed_in_place_is_another_mistake():
    first = Question("one", (A, A), ("x", "y"), A, (("x is written into.", Answer(A, touched=(0,))),), basic=True)
    for touched, hints in (((0,), ("x is written into.",)), ((1,), ()), ((0, 1), ())):
        assert mark("same", [first], [Answer(A, touched=touched)], Comparison()).hints == hints


def test_errors_match_misconceptions_by_what_is_said():
    def raises(x):
        raise ValueError("no")

    assert marked(raises).hints == ("It raises.",)
    assert marked(raises).rows[0].detail.startswith("raises ValueError: no")


def test_touched_inputs():
    def in_place(x):
        x *= 2
        x += 1
        return x

    report = marked(in_place)
    assert report.share == 0.0
    assert report.rows[0].detail == "right, but it changes x in place; work on a copy"


@pytest.mark.parametrize("returned", [lambda x: x, lambda x: x[:], lambda x: [x.T.T], lambda x: [0.0, [x]]])
def test_what_is_returned_may_have_to_be_new(returned):
    expected = returned(A)
    asked = [
        Question(
            "one", (2 * A, A), ("y", "x"), expected, (("It is x itself.", ask(lambda y, x: returned(x), (2 * A, A))),), True
        )
    ]
    own, copied = ask(lambda y, x: returned(x), (2 * A, A)), ask(lambda y, x: returned(x.copy()), (2 * A, A))
    assert (own.shared, copied.shared) == ((1,), ())
    report = mark("same", asked, [own], Comparison(new=True))
    assert report.rows[0].detail == "right, but not new: it returns memory of x itself; return copies"
    assert report.hints == ("It is x itself.",) and report.share == 0
    assert mark("same", asked, [copied], Comparison(new=True)).passed and mark("same", asked, [own], Comparison()).passed


def test_called_twice_with_the_same_objects():
    questions = [question("twice", [1.0, 2.0], basic=True, calls=2)]
    state = []

    def remembers(x):
        state.append(1)
        return 2 * x + len(state)

    report = marked(remembers, questions)
    assert report.rows[0].detail.startswith("called 2 times with the same arrays: differs first at [0]: yours 4, expected 3")


def test_missing_answers():
    report = mark("double", QUESTIONS, [Answer(2 * QUESTIONS[0].arguments[0] + 1)], Comparison())
    assert report.share == 0.0 and [row.detail for row in report.rows[1:]] == ["no answer"] * 2


@pytest.mark.parametrize("touched", [(-100,), (99,), (2**70,), (-1, 0)])
def test_what_a_kernel_says_of_touched_inputs_is_not_believed_to_be_there(touched):
    report = mark("double", QUESTIONS, [Answer(q.expected, None, touched) for q in QUESTIONS], Comparison())
    assert report.share == 0.0 and "in place" in report.rows[0].detail


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_nested_arguments(kind):
    """Arrays in lists and dicts are copied and watched too."""
    inside = {"W": np.ones(3), "b": np.zeros(2)}
    argument = inside if kind is dict else kind(inside.values())
    first = "W" if kind is dict else 0
    assert ask(lambda p: p[first].sum(), (argument,)).touched == ()

    def change(p):
        p[first][0] = 7
        return 1

    assert ask(change, (argument,)).touched == (0,)
    assert argument[first].tolist() == [1, 1, 1]


def test_errors_are_one_line_with_their_place():
    def long(x):
        raise KeyError("a\n" * 400)

    answer = ask(long, (1,))
    assert "\n" not in str(answer.error) and len(str(answer.error)) < 800


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_answers_of_any_number_of_parts(count):
    assert Comparison().compare((1.0,) * count, (1.0,) * count).same
    if count:
        assert not Comparison().compare((1.0,) * count, (2.0,) * count).same
