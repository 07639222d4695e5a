"""A course that an older version made is carried over, with a copy of what it was."""

import sqlite3

import pytest
from autograder.course import CourseError
from autograder.records.gradebook import is_of_this_version, open_gradebook
from autograder.release import release
from autograder.upgrading import upgrade
from rooms import Room
from unroll.checks import frozen


def make_old(room: Room) -> None:
    """The gradebook as nbgrader 0.5 had it, without courses and the platform's ids."""
    with sqlite3.connect(room.course.gradebook_file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.executescript(
            """
            CREATE TABLE older (id VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL UNIQUE, duedate DATETIME);
            INSERT INTO older SELECT id, name, duedate FROM assignment;
            DROP TABLE assignment;
            ALTER TABLE older RENAME TO assignment;
            DROP TABLE course;
            ALTER TABLE student DROP COLUMN lms_user_id;
            UPDATE alembic_version SET version_num = '167914646830';
            """
        )
    database.close()


@pytest.mark.slow  # alembic runs in a process of its own
def test_an_old_gradebook_keeps_its_points(tmp_path):
    room = Room.build(tmp_path)
    room.graded("ada")
    make_old(room)
    with pytest.raises(CourseError, match="`autograder upgrade` carries it over"), open_gradebook(room.course):
        pass
    found = upgrade(room.course)
    assert found.done == ["The gradebook has the tables of this nbgrader, with its 1 assignments."] and found.left == []
    with open_gradebook(room.course) as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == 25
    assert not is_of_this_version(f"sqlite:///{found.backup}/gradebook.db")
    again = upgrade(room.course)
    assert (again.done, again.left, again.backup) == ([], [], None)


def test_public_cases_of_another_version_are_released_again(small_course, monkeypatch):
    course = small_course.course
    path = course.folder("release", "ps1") / "ps1.npz"
    with monkeypatch.context() as patch:
        patch.setattr(frozen, "_FORMAT", 1)
        release(course, "ps1")
    old = path.read_bytes()
    course.journal.write_text('{"student": "ada", "verdict": "from a later version"}\n')
    found = upgrade(course)
    assert found.done == ["ps1: released again, because its public cases had the form of another version."]
    assert (found.backup / "release" / "ps1" / "ps1.npz").read_bytes() == old
    assert set(frozen.load(path).questions) == {"rnn_step", "scale"}
    assert len(found.left) == 1 and found.left[0].startswith("1 lines of ")


@pytest.mark.slow
def test_a_gradebook_that_nbgrader_cannot_carry_over_stays(tmp_path):
    room = Room.build(tmp_path)
    room.graded("ada")
    with sqlite3.connect(room.course.gradebook_file) as database:
        database.execute("ALTER TABLE student DROP COLUMN lms_user_id")  # and yet it says that it is of this version
    database.close()
    before = room.course.gradebook_file.read_bytes()
    with pytest.raises(CourseError, match=r"cannot be carried over: .* It is as it was"):
        upgrade(room.course)
    assert room.course.gradebook_file.read_bytes() == before
