"""Sums and dates, as questions and answers in characters."""

import re
from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data


@given(seed=st.integers(0, 2**32), digits=st.integers(1, 5))
def test_answers_are_right_and_no_question_comes_again_in_either_order(seed, digits):
    drawn = data.sums(np.random.default_rng(seed), 27, digits)
    numbers = [tuple(map(int, question.split("+"))) for question, _ in drawn]
    assert [str(a + b) for a, b in numbers] == [answer for _, answer in drawn]
    assert all(f"{a}+{b}" == question for (a, b), (question, _) in zip(numbers, drawn, strict=True))
    assert len({(min(pair), max(pair)) for pair in numbers}) == 27
    assert max(max(pair) for pair in numbers) < 10**digits


def test_short_sums_are_as_frequent_at_the_end_as_at_the_start():
    drawn = data.sums(np.random.default_rng(0), 20_000)
    short = np.array([len(question) <= 5 for question, _ in drawn])
    assert abs(short[:10_000].mean() - short[10_000:].mean()) < 0.02
    assert Counter(len(number) for question, _ in drawn for number in question.split("+")).most_common(1)[0][0] == 3


def test_more_sums_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="There are 55 different sums of up to 1 digits, too few to draw 28 of them"):
        data.sums(np.random.default_rng(0), 28, digits=1)


@given(seed=st.integers(0, 2**32), terms=st.integers(2, 6))
def test_chains_have_so_many_digits_and_the_right_sums(seed, terms):
    drawn = data.chains(np.random.default_rng(seed), 80, terms)
    assert all(sum(map(int, re.findall(r"[+-]?\d", question))) == int(answer) for question, answer in drawn)
    assert all(re.fullmatch(r"\d([+-]\d)+", question) and len(question) < 2 * terms for question, _ in drawn)
    assert len(dict(drawn)) == 80
    assert {sign for question, _ in drawn for sign in question} == set("0123456789+-")


def test_more_chains_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="There are 200 different sums of up to 2 digits, too few to draw 101 of them"):
        data.chains(np.random.default_rng(0), 101, terms=2)


def test_every_date_is_read_back_from_its_iso_form():
    drawn = data.dates(np.random.default_rng(0), 2000)
    assert len({iso for _, iso in drawn}) == 2000
    for text, iso in drawn:
        day = date.fromisoformat(iso)
        assert str(day.year) in text and f"{day:%B}"[:3] in text and str(day.day) in text
        assert "," not in text or text.split(",")[0] in (f"{day:%A}", f"{day:%B} {day.day}", f"{day:%b} {day.day}")


def test_ordinals_and_all_forms_occur():
    texts = " | ".join(text for text, _ in data.dates(np.random.default_rng(1), 2000))
    assert all(
        part in texts
        for part in ("1st of", "2nd of", "3rd of", "4th of", "11th of", "12th of", "13th of", "22nd of", "Mon", "Jul ")
    )


def test_more_days_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="73,049 days"):
        data.dates(np.random.default_rng(0), 80_000)
