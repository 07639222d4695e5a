"""The whole term: weights, the lowest dropped, extra credit, and what is not final."""

import csv
import shutil

import pytest
from autograder.course import Course, CourseError
from autograder.platforms import FORMS
from autograder.records.gradebook import open_gradebook
from autograder.term import percent_of_term, term, write_term
from hypothesis import given
from hypothesis import strategies as st
from rooms import HALF, RIGHT, Room

SHARES = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), min_size=1)
WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 9))


@pytest.mark.parametrize(
    ("settings", "expected", "dropped"),
    [
        ({}, 60.0, []),
        ({"drop_lowest": 1}, 75.0, ["a"]),
        ({"drop_lowest": 9}, 90.0, ["a", "b"]),
        ({"weights": {"c": 2}}, 67.5, []),
        ({"weights": {"a": 2}, "drop_lowest": 1}, 75.0, ["a"]),
        ({"extra_credit": ["c"]}, 90.0, []),
        ({"extra_credit": ["a"], "weights": {"a": 0.5}}, 82.5, []),
        ({"extra_credit": ["a", "b", "c"]}, 0.0, []),
    ],
)
def test_what_counts(settings, expected, dropped):
    shares = {"a": 0.3, "b": 0.6, "c": 0.9}
    assert percent_of_term(shares, settings.pop("weights", {}), **settings) == (expected, dropped)


def test_of_equals_the_heaviest_is_dropped():
    assert percent_of_term({"a": 0.0, "b": 0.0, "c": 1.0}, {"b": 4}, drop_lowest=1) == (50.0, ["b"])


@given(SHARES, WEIGHTS, st.integers(0, 3), st.sets(st.sampled_from("abcdef")))
def test_dropping_and_extra_credit_never_cost_anything(shares, weights, drop, extra):
    plain, _ = percent_of_term(shares, weights)
    assert percent_of_term(shares, weights, drop_lowest=drop)[0] >= plain - 0.01
    without = {name: share for name, share in shares.items() if name not in extra}
    assert percent_of_term(shares, weights, extra, drop)[0] >= percent_of_term(without, weights, (), drop)[0] - 0.01
    more = {name: min(share + 0.1, 1.0) for name, share in shares.items()}
    assert percent_of_term(more, weights, extra, drop)[0] >= percent_of_term(shares, weights, extra, drop)[0] - 0.01


@pytest.fixture
def room(tmp_path) -> Room:
    """A course whose first assignment was graded by hand in every cell; the second has no submissions."""
    room = Room.build(tmp_path)
    shutil.copytree(tmp_path / "source" / "ps1", tmp_path / "source" / "ps2")
    room.graded("ada")
    room.graded("bob", reports={"step-check": [HALF], "late-check": [RIGHT]})
    room.rejected("eve")
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada King\nbob,=Bob\nquiet,Quiet One\n")
    return room


def test_a_row_for_everyone_and_what_is_not_final(room):
    with open_gradebook(room.course) as gradebook:
        grade = gradebook.find_grade("words", "ps1", "ps1", "ada")
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    rows = {row.student: row for row in term(room.course)}
    assert list(rows) == ["ada", "bob", "eve", "quiet"]
    assert {student: (row.percent, row.open) for student, row in rows.items()} == {
        "ada": (100.0, {}),
        "bob": (66.67, {"ps1": "waits for a person"}),
        "eve": (0.0, {"ps1": "rejected"}),
        "quiet": (0.0, {}),
    }
    assert list(rows["ada"].shares) == ["ps1"], "what has not been graded is not part of the term yet"


def test_the_file_is_safe_and_a_platform_takes_it(room):
    path = room.path / "term.csv"
    write_term(room.course, path)
    with open(path, encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["student", "name", "term", "ps1", "dropped", "open"]
    assert found[2] == ["bob", "'=Bob", "66.67", "66.67", "", "ps1: waits for a person"]
    (room.path / "roster.csv").write_text("id,name,lms_id\nada,Ada King,7\nbob,Bob,8\neve,Eve,9\n")
    for form in FORMS:
        write_term(room.course, path, form)
        assert "83.33" in path.read_text("utf-8-sig")


def test_settings_that_name_nothing_are_refused(room):
    for option in ('weights = {"ps9": 1}', 'extra_credit = ["ps9"]', 'weights = {"ps1": -1}'):
        (room.path / "nbgrader_config.py").write_text(f"c = get_config()\nc.Course.{option}\n")
        with pytest.raises(CourseError, match=r"nbgrader_config\.py: c\.Course\."):
            term(Course.load(room.path))


def test_before_anything_is_graded_it_says_so(tmp_path):
    room = Room.build(tmp_path)
    with pytest.raises(CourseError, match="No assignment has been graded yet"):
        term(room.course)


def test_an_assignment_of_weight_0_is_left_out(room):
    (room.path / "nbgrader_config.py").write_text('c = get_config()\nc.Course.weights = {"ps1": 0}\n')
    with pytest.raises(CourseError, match="No assignment has been graded yet"):
        term(Course.load(room.path))
