"""After a check was fixed: whose score changes and why, without recording it; only what the change touches is executed."""

from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.grading import grade
from autograder.judging.answers import asked_digest, pack_answers
from autograder.judging.judge import read_judge
from autograder.notebook import grade_id_of, pack, unpack
from autograder.records.gradebook import open_gradebook, save_assignment, standings
from autograder.records.journal import Journal
from autograder.regrading import Change, regrade
from autograder.running import workers
from autograder.running.outputs import judged_outputs
from autograder.transcript import JudgedCell, Transcript, Verdict
from courses import SmallCourse, graded_cell
from nbformat.v4 import new_code_cell
from rooms import HALF, Room
from unroll.checks import ask, mark

DOUBLE = "def scale(x):\n    return 2 * x"


class Executed:
    """The students whose submissions were executed, written down in a file, because workers get copies of what is in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clear()

    def clear(self) -> None:
        self.path.write_text("")

    def students(self) -> list[str]:
        return sorted(self.path.read_text().split())


@pytest.fixture
def executed(monkeypatch, tmp_path) -> Executed:
    """Execute submissions in this process, which is quick."""
    path = tmp_path / "executed.txt"

    def run_job(job, gpu) -> Transcript:
        if not job.student.startswith(("rehearsal", "reference/")):  # the instructor's own notebooks
            with open(path, "a") as file:
                file.write(f"{job.student}\n")
        judge = read_judge(job.judge, Path("ps1.py"))
        transcript = Transcript(job.student, job.assignment, Verdict.GRADED)
        for name, text in job.notebooks.items():
            notebook, space = unpack(text), {"check": lambda *given: None}
            for cell in notebook.cells:
                checks = job.checks[name].get(grade_id_of(cell), ())
                if cell.cell_type == "code" and not checks:
                    exec(cell.source.replace("from unroll import check", ""), space)
                asked = {check: judge.hidden_questions(check, job.key) for check in checks}
                given = {c: [ask(space[c], q.arguments, q.calls) for q in questions] for c, questions in asked.items()}
                if checks:
                    reports = [mark(c, asked[c], given[c], judge.checks[c].compare) for c in checks]
                    kept = JudgedCell(
                        "", {c: asked_digest(q) for c, q in asked.items()}, {c: pack_answers(a) for c, a in given.items()}
                    )
                    transcript.reports.setdefault(name, {})[grade_id_of(cell)] = reports
                    transcript.judged.setdefault(name, {})[grade_id_of(cell)] = kept
                    cell.outputs = judged_outputs(cell.metadata.nbgrader.points, reports)
            transcript.notebooks[name] = pack(notebook)
        return transcript

    monkeypatch.setattr(workers, "run_job", run_job)
    return Executed(path)


@pytest.fixture
def graded(small_course, executed) -> SmallCourse:
    """Ada has the scale right, by the judge as it is at first; Bob doubles."""
    small_course.hand_in("ada")
    small_course.hand_in("bob", small_course.notebook(scale=DOUBLE))
    grade(small_course.course, "ps1")
    assert executed.students() == ["ada", "bob"]
    executed.clear()
    return small_course


def change_judge(course: SmallCourse, old: str, new: str) -> None:
    path = course.path / "judges" / "ps1.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def change_source(course: SmallCourse, change) -> None:
    path = course.path / "source" / "ps1" / "ps1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def totals(course: SmallCourse) -> dict[str, float]:
    """What each student has in the gradebook, with what people gave."""
    with open_gradebook(course.course) as gradebook:
        return {student: standing.score for student, standing in standings(gradebook, "ps1").items()}


def scores(course: SmallCourse) -> dict[str, float]:
    return {student: entry.score for student, entry in Journal(course.course.journal).latest("ps1").items()}


def test_a_fixed_reference_is_judged_from_kept_answers_first_without_recording(graded, executed):
    change_judge(graded, "return 3 * x", "return 2 * x")
    files = {path: path.read_bytes() for path in graded.path.rglob("*") if path.is_file() and "gradebook.db" not in path.name}
    found = regrade(graded.course, "ps1", dry_run=True)
    expected = [
        Change("ada", 15.0, 10.0, "scale-check: 5, now 0 (scale 100%, now 0%)"),
        Change("bob", 10.0, 15.0, "scale-check: 0, now 5 (scale 0%, now 100%)"),
    ]
    assert found.changes == expected
    assert {path: path.read_bytes() for path in files} == files and scores(graded) == {"ada": 15.0, "bob": 10.0}
    assert regrade(graded.course, "ps1").changes == expected
    assert scores(graded) == {"ada": 10.0, "bob": 15.0}
    assert executed.students() == []
    assert regrade(graded.course, "ps1").changes == []


def test_points_and_words_need_no_kernel(graded, executed):
    def change(notebook):
        notebook.cells[2].metadata.nbgrader.points = 20
        notebook.cells[0].source = notebook.cells[0].source
        notebook.cells[-1].source = "Say why, in two sentences."

    change_source(graded, change)
    found = regrade(graded.course, "ps1")
    assert [(c.student, c.before, c.after, c.why) for c in found.changes] == [
        ("ada", 15.0, 25.0, "step-check: 10, now 20"),
        ("bob", 10.0, 20.0, "step-check: 10, now 20"),
    ]
    assert executed.students() == [] and found.grading.judged_again == ["ada", "bob"]


@pytest.mark.parametrize("how", ["cases", "cell", "damaged"])
def test_what_a_kernel_would_do_differently_is_executed(graded, executed, how):
    if how == "cases":
        change_judge(graded, "rng.normal(size=5), basic", "rng.normal(size=6), basic")
    elif how == "cell":
        change_source(graded, lambda notebook: notebook.cells[2].update(source=notebook.cells[2].source + "\nx = 1"))
    else:
        change_judge(graded, "return 3 * x", "return 3.0 * x")
        for path in (graded.course.records / "answers" / "ps1").iterdir():
            path.write_bytes(path.read_bytes()[:-20])
    assert regrade(graded.course, "ps1").changes == []
    assert executed.students() == ["ada", "bob"]


def test_a_judge_that_fails_is_not_judged_from_kept_answers(graded, executed):
    change_judge(graded, 'yield Case("five numbers"', 'raise OSError\n    yield Case("five numbers"')
    assert len(regrade(graded.course, "ps1", dry_run=True).grading.ungraded) == 2
    assert set(executed.students()) == {"ada", "bob"}, "executing it says what is wrong"
    assert scores(graded) == {"ada": 15.0, "bob": 10.0}


def test_what_a_person_gave_stays(graded):
    with open_gradebook(graded.course) as gradebook:
        grade = gradebook.find_grade("words", "ps1", "ps1", "bob")
        grade.manual_score, grade.needs_manual_grade = 4, False
        gradebook.db.commit()
    change_judge(graded, "return 3 * x", "return 2 * x")
    found = {change.student: change for change in regrade(graded.course, "ps1").changes}
    assert (found["bob"].before, found["bob"].after) == (14.0, 19.0)


def test_more_time_takes_the_penalty_off_without_executing(graded, executed):
    (graded.path / "nbgrader_config.py").write_text('c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with open_gradebook(graded.course) as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-01-10 12:00:00")
    for student, day in (("ada", 11), ("bob", 13)):
        path = graded.course.folder("submitted", "ps1", student) / "timestamp.txt"
        path.write_text(f"2026-01-{day} 12:00:00 UTC")
    course = Course.load(graded.path)

    def scores_with(roster: str) -> list[float]:
        (graded.path / "roster.csv").write_text(roster)
        grade(course, "ps1")
        entries = Journal(course.journal).latest("ps1")
        with open_gradebook(course) as gradebook:
            known = standings(gradebook, "ps1")
        assert [round(known[student].score, 2) for student in ("ada", "bob")] == [
            entries[student].score for student in ("ada", "bob")
        ]
        return [entries[student].score for student in ("ada", "bob")]

    assert scores_with("id,extra_days\nada,\nbob,0\n") == [0.0, 0.0]
    executed.clear()  # a receipt is part of what was handed in
    assert scores_with("id,extra_days,extension ps1\nada,1,\nbob,1,2026-01-13\n") == [15.0, 10.0]
    assert scores_with("id,extra_days,extension ps1\nada,2,2026-01-10\nbob,2,\n") == [15.0, 0.0]
    assert executed.students() == []
    assert len(grade(course, "ps1").unchanged) == 2


def test_before_grading_it_says_so(small_course):
    with pytest.raises(CourseError, match="has not been graded yet"):
        regrade(small_course.course, "ps1", dry_run=True)


def test_tests_can_be_added_and_dropped_after_collecting(graded, executed):
    def change(notebook):
        del notebook.cells[4]
        added = new_code_cell('check("scale", scale)')
        notebook.cells.append(graded_cell(added, "scale-again", grade=True, locked=True, points=8))

    change_source(graded, change)
    found = regrade(graded.course, "ps1")
    assert [(c.student, c.before, c.after, c.why) for c in found.changes] == [
        ("ada", 15.0, 18.0, "scale-again: new, 8; scale-check: dropped, 5"),
        ("bob", 10.0, 10.0, "scale-again: new, 0; scale-check: dropped, 0"),
    ]
    assert executed.students() == ["ada", "bob"]


def test_a_test_can_be_split_after_collecting(graded, executed):
    """Five points for two things become two and three. Bob has one of them right; a person has given points, also in the split cell."""
    with open_gradebook(graded.course) as gradebook:
        words = gradebook.find_grade("words", "ps1", "ps1", "bob")
        words.manual_score, words.needs_manual_grade = 4, False
        gradebook.find_grade("scale-check", "ps1", "ps1", "bob").manual_score = 1.5
        gradebook.find_grade("scale-check", "ps1", "ps1", "ada").extra_credit = 0.5
        gradebook.db.commit()
    assert totals(graded) == {"ada": 15.5, "bob": 15.5}

    def split(notebook):
        notebook.cells[4].metadata.nbgrader.points = 2
        second = new_code_cell('check("rnn_step", rnn_step)')
        notebook.cells.insert(5, graded_cell(second, "scale-and-step", grade=True, locked=True, points=3))

    change_source(graded, split)
    foreseen = regrade(graded.course, "ps1", dry_run=True)
    assert totals(graded) == {"ada": 15.5, "bob": 15.5}, "nothing is recorded"
    found = regrade(graded.course, "ps1")
    assert found.changes == foreseen.changes
    assert {c.student: (c.before, c.after, c.why) for c in found.changes} == {
        "ada": (15.5, 15.5, "scale-and-step: new, 3; scale-check: 5, now 2"),
        "bob": (15.5, 18.5, "scale-and-step: new, 3"),
    }
    assert totals(graded) == {"ada": 15.5, "bob": 18.5}
    with open_gradebook(graded.course) as gradebook:
        assert gradebook.find_assignment("ps1").max_score == 20
    assert regrade(graded.course, "ps1").changes == []


def test_points_that_a_person_gave_are_not_dropped_with_a_cell(tmp_path):
    room = Room.build(tmp_path)
    room.graded("ada", reports={"step-check": [HALF], "late-check": [HALF]})
    with open_gradebook(room.course) as gradebook:
        gradebook.find_grade("words", "ps1", "ps1", "ada").manual_score = 4
        gradebook.db.commit()
    path = tmp_path / "source" / "ps1" / "ps1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if grade_id_of(cell) not in ("words", "open")]
    nbformat.write(notebook, path)
    with pytest.raises(CourseError, match=r"'words' is no longer in the source of ps1.*graded or commented on it 1 times"):
        save_assignment(room.course, Assignment(room.course, "ps1"))
    with open_gradebook(room.course) as gradebook:
        kept = {grade.name for grade in gradebook.find_submission("ps1", "ada").notebooks[0].grades}
        assert {"words", "open"} <= kept
