"""Claims can fail: each has a range that a wrong implementation misses, and says so where its number is a stored one."""

import inspect
import runpy

import pytest

from tests import variants
from tests.executed import variants_not_told_apart
from tests.lessons import IDS, LECTURES, assigned, claims_by_source, read, strings, unfinished


def described(call) -> str:
    return "".join(strings(call.args[0]))


def stored_by(call) -> set[str]:
    return {text for keyword in call.keywords if keyword.arg == "stored" for text in strings(keyword.value)}


def variants_of(path) -> list:
    """The claims of a lecture that have a variant, and the functions."""
    file = variants.file_of(path.stem)
    if not file.exists():
        return []
    variants.variants.clear()
    runpy.run_path(str(file))
    return list(variants.variants)


@pytest.mark.parametrize("path", LECTURES, ids=IDS)
def test_a_value_from_a_stored_result_is_marked_and_no_other(path):
    found = list(claims_by_source(read(path)))
    assert [(described(call), stored_by(call)) for call, _ in found] == [(described(call), stored) for call, stored in found]


@pytest.mark.parametrize("path", LECTURES, ids=IDS)
def test_no_two_claims_of_a_lecture_have_one_name(path):
    names = [described(call) for call, _ in claims_by_source(read(path))]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", unfinished("variants"))
def test_every_measured_claim_has_a_wrong_variant(path):
    measured = {described(call) for call, _ in claims_by_source(read(path)) if not stored_by(call)}
    assert sorted(measured - {claim for claim, _ in variants_of(path)}) == []


@pytest.mark.parametrize(
    "path", [path for path in LECTURES if variants.file_of(path.stem).exists()], ids=lambda path: path.stem
)
def test_variants_name_claims_and_what_the_lecture_has(path):
    cells = read(path)
    claims = {described(call) for call, _ in claims_by_source(cells)}
    for claim, function in variants_of(path):
        assert claim in claims
        assert inspect.getdoc(function), claim
        assert set(inspect.signature(function).parameters) <= assigned(cells), claim


def test_variants_miss_the_ranges(lecture):
    assert variants_not_told_apart(lecture) == []
