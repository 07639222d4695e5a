"""The journal survives whatever a disk, an editor or a kill makes of its lines."""

import json
import resource
from dataclasses import asdict

import pytest
from autograder.course import Course, CourseError
from autograder.records.journal import Entry, Journal
from autograder.transcript import Verdict
from hypothesis import given, settings
from hypothesis import strategies as st

GOOD = Entry(
    "ada", "ps1", "digest", "digest", Verdict.GRADED, score=10.0, max_score=15.0, shares={"step": {"rnn_step": 1.0}},
    hints={"rnn_step": ["The bias is never added."]}, points={"step": 10.0},
)  # fmt: skip
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


def test_what_was_written_is_read(journal):
    journal.write(GOOD)
    assert journal.latest("ps1") == {"ada": GOOD}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(list(asdict(GOOD))), _values, min_size=1, max_size=3))
def test_a_line_is_an_entry_of_the_right_types_or_nothing(tmp_path_factory, changes):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    path.write_text(json.dumps(asdict(GOOD) | changes) + "\n" + json.dumps(asdict(GOOD) | {"student": "bob"}) + "\n")
    entries = Journal(path).latest("ps1")
    assert entries["bob"].score == 10.0
    for entry in entries.values():
        assert isinstance(entry.student, str) and isinstance(entry.reason, str)
        f"{entry.seconds:.1f} {entry.cpu:.1f} {entry.memory:,} {entry.late:.0f} {sum(entry.points.values()):g}"
        assert all(0 + share is not None for shares in entry.shares.values() for share in shares.values())
        assert all(isinstance(hint, str) for hints in entry.hints.values() for hint in hints)


@pytest.mark.parametrize("line", [b"[]", b"7", b"null", b'"x"', b"{}", b"\xff", b"[" * 9000, b'{"verdict": []}'])
def test_a_line_that_is_no_entry_is_skipped(journal, tmp_path, line):
    journal.write(GOOD)
    with open(tmp_path / "journal.jsonl", "ab") as file:
        file.write(line + b"\n")
    journal.write(GOOD)
    assert list(journal.latest("ps1")) == ["ada"]


def test_a_disk_that_is_full_at_first_use_leaves_no_secret(tmp_path):
    course, (soft, hard) = Course.load(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    assert course.records.is_dir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # as good as a full disk
    try:
        with pytest.raises(CourseError, match="secret cannot be written.*run this again"):
            _ = course.secret
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (course.records / "secret").exists() and len(course.secret) == 32


def test_an_empty_secret_is_named_and_never_used(tmp_path):
    """As a disk that was full at first use may leave it."""
    course = Course.load(tmp_path)
    assert len(course.secret) == 32 and course.secret == course.secret
    (course.records / "secret").write_bytes(b"")
    with pytest.raises(CourseError, match="holds 0 bytes instead of 32"):
        _ = course.secret
