"""`grade --undo` restores what a run has changed; `verify` says whether a grade can be repeated."""

import contextlib
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from autograder.course import CourseError
from autograder.export import write_csv
from autograder.grading import grade
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.records import backup
from autograder.records.backup import undo
from autograder.records.journal import Journal
from autograder.verify import verify

WRONG = "def scale(x):\n    return 2 * x"


@pytest.fixture
def graded(jail, small_course):
    """A function that hands in for a student, grades, and returns the course's state."""

    def run(student: str, **work: str) -> dict:
        small_course.hand_in(student, small_course.notebook(**work))
        grade(small_course.course, "ps1", jobs=1)
        return state(small_course.course)

    return run


def state(course) -> dict:
    """Everything a run writes: scores, journal, autograded notebooks."""
    gradebook = Path(course.root, "gradebook.db")
    scores = []
    if gradebook.exists():
        with sqlite3.connect(gradebook) as database:
            query = "select s.student_id, g.auto_score from grade g, submitted_notebook n, submitted_assignment s"
            scores = sorted(
                database.execute(f"{query} where g.notebook_id = n.id and n.assignment_id = s.id").fetchall(), key=str
            )
    notebooks = {str(path): path.read_bytes() for path in Path(course.root, "autograded").rglob("*") if path.is_file()}
    journal = course.journal.read_bytes() if course.journal.exists() else b""
    return {"scores": scores, "journal": journal, "notebooks": notebooks}


@pytest.mark.slow
def test_undo_brings_back_the_state_before_the_last_run(graded, small_course):
    nothing = state(small_course.course)
    first = graded("ada")
    second = graded("ada", scale=WRONG)
    third = graded("bob")
    assert len({str(each["scores"]) for each in (nothing, first, second, third)}) == 4
    for before in (second, first, nothing):
        undo(small_course.course)
        assert state(small_course.course) == before
    with pytest.raises(CourseError, match="no run"):
        undo(small_course.course)


@pytest.mark.slow
def test_a_run_that_changes_nothing_is_not_one_to_undo(graded, small_course):
    first = graded("ada")
    second = graded("bob")
    grade(small_course.course, "ps1", jobs=1)
    assert state(small_course.course) == second
    undo(small_course.course)
    assert state(small_course.course) == first


@pytest.mark.slow
def test_after_undo_the_same_command_grades_again(graded, small_course):
    first = graded("ada")
    undo(small_course.course)
    grade(small_course.course, "ps1", jobs=1)
    assert state(small_course.course)["scores"] == first["scores"]


@pytest.mark.slow
def test_verify_repeats_a_grade(graded, small_course):
    graded("ada", scale=WRONG)
    found = verify(small_course.course, "ada", "ps1")
    assert found.same and not found.differences and found.points == 10


@pytest.mark.slow
def test_verify_says_what_has_changed(graded, small_course):
    graded("ada", scale=WRONG)
    small_course.hand_in("ada")
    found = verify(small_course.course, "ada", "ps1")
    assert not found.same
    assert any("submission differs" in text for text in found.differences)
    assert "scale-check: 5 points now, 0 on record" in found.differences


@pytest.mark.slow
def test_verify_notices_a_forged_record(graded, small_course):
    graded("ada", scale=WRONG)
    journal = Journal(small_course.course.journal)
    entry = journal.latest("ps1")["ada"]
    entry.points["scale-check"] = 5.0
    journal.write(entry)
    found = verify(small_course.course, "ada", "ps1")
    assert not found.same and found.differences == ["scale-check: 0 points now, 5 on record"]


def test_verify_without_a_record(small_course):
    with pytest.raises(CourseError, match="no recorded grade of 'ada'"):
        verify(small_course.course, "ada", "ps1")


@pytest.fixture
def class_of_two(small_course, without_kernels):
    """A course with two runs of grade."""
    for student in ("ada", "bob"):
        small_course.hand_in(student)
        grade(small_course.course, "ps1", jobs=1)
    return small_course


def test_a_damaged_backup_is_named_and_changes_nothing(class_of_two):
    course = class_of_two.course
    backups = course.records / "backups"
    (backups / "notes").mkdir()
    *_, last = sorted(backups.glob("2*"))
    whole = (last / "gradebook.db").read_bytes()
    (last / "gradebook.db").write_bytes(whole[:5000] + b"\xff" * (len(whole) - 5000))
    before = state(course)
    with pytest.raises(CourseError, match="backup .* is damaged.*Nothing was changed.*the one before it"):
        undo(course)
    assert state(course) == before
    shutil.rmtree(last)
    undo(course)
    assert state(course)["scores"] == []


def test_a_full_disk_stops_a_run_before_it_changes_anything(class_of_two, monkeypatch):
    def full(source, target):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup, "copy_database", full)
    before = state(class_of_two.course)
    with pytest.raises(CourseError, match="cannot be copied.*disk is full.*Nothing was graded"):
        grade(class_of_two.course, "ps1", jobs=1)
    assert state(class_of_two.course) == before
    assert len(list((class_of_two.course.records / "backups").glob("2*"))) == 2


def test_a_gradebook_that_is_gone_is_made_again(class_of_two):
    """The journal says what need not be done again only as far as the gradebook has it."""
    course = class_of_two.course
    before = state(course)["scores"]
    for path in Path(course.root).glob("gradebook.db*"):
        path.unlink()
    with pytest.raises(CourseError, match="Run `autograder grade ps1` again"):
        write_report(course, "ps1")
    with pytest.raises(CourseError, match="Run `autograder grade ps1` again"):
        write_feedback(course, "ps1")
    assert grade(course, "ps1", jobs=1).unchanged == []
    assert state(course)["scores"] == before


def _damage(number: int, content: bytes, page: int) -> bytes:
    """What a disk may make of a database: a few bytes, or a page, that are not what was written, or an end that is missing."""
    chance, changed = random.Random(number), bytearray(content)
    what = chance.choice(["bytes", "bytes", "bytes", "page", "cut", "swap"])
    first, other = (page * chance.randrange(len(content) // page) for _ in range(2))
    if what == "bytes":
        for _ in range(chance.choice([1, 5, 50])):
            changed[first + chance.randrange(page)] = chance.randrange(256)
    elif what == "page":
        changed[first : first + page] = chance.choice([bytes(page), chance.randbytes(page)])
    elif what == "swap":
        changed[first : first + page], changed[other : other + page] = (
            content[other : other + page],
            content[first : first + page],
        )
    return bytes(changed[:first]) if what == "cut" else bytes(changed)


damages = [range(6), *(pytest.param(range(n, n + 100), marks=pytest.mark.soak) for n in range(1000, 2000, 100))]


@pytest.mark.slow
@pytest.mark.parametrize("numbers", damages, ids=lambda numbers: str(numbers.start))
def test_whatever_is_damaged_each_command_works_or_says_it_in_a_sentence(class_of_two, numbers):
    course = class_of_two.course
    gradebook = Path(course.root, "gradebook.db")
    with sqlite3.connect(gradebook) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = database.execute("PRAGMA page_size").fetchone()[0]
    intact, journal = gradebook.read_bytes(), course.journal.read_bytes()
    for number in numbers:
        for command in (
            lambda: write_feedback(course, "ps1"),
            lambda: write_report(course, "ps1"),
            lambda: write_csv(course, ["ps1"], Path(course.root, "grades.csv")),
            lambda: grade(course, "ps1", jobs=1),
        ):
            for path in gradebook.parent.glob("gradebook.db-*"):
                path.unlink()
            gradebook.write_bytes(_damage(number, intact, page))
            course.journal.write_bytes(journal)
            with contextlib.suppress(CourseError):
                command()


@pytest.mark.slow
def test_a_damaged_gradebook_is_named_with_the_way_back(class_of_two):
    """Whatever page is damaged (every eighth is tried): each command says so in a sentence or works, no backup is lost, and --undo mends it."""
    course = class_of_two.course
    gradebook = Path(course.root, "gradebook.db")
    with sqlite3.connect(gradebook) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = database.execute("PRAGMA page_size").fetchone()[0]
    intact, named = gradebook.read_bytes(), 0
    for number in range(0, len(intact) // page, 8):
        for path in gradebook.parent.glob("gradebook.db-*"):
            path.unlink()
        gradebook.write_bytes(intact[: number * page] + b"\xff" * page + intact[(number + 1) * page :])
        for command in (
            lambda: grade(course, "ps1", jobs=1),
            lambda: write_feedback(course, "ps1"),
            lambda: write_report(course, "ps1"),
            lambda: write_csv(course, ["ps1"], Path(course.root, "grades.csv")),
        ):
            try:
                command()
            except CourseError as error:
                named += 1
                assert "is damaged" in str(error) and "grade --undo" in str(error)
    assert named >= 4
    kept = sorted((course.records / "backups").glob("[!.]*"))
    assert len(kept) == 2
    gradebook.write_bytes(b"\xff" * len(intact))
    undo(course)
    grade(course, "ps1", jobs=1)
    assert {student for student, _ in state(course)["scores"]} == {"ada", "bob"}
