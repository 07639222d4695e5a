"""Cells that were added, split or dropped after students handed in: nbgrader refuses them, the gradebook can follow."""

from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, GradeCell, MissingEntry, Notebook, SolutionCell, SourceCell, TaskCell

from autograder.assignment import Source
from autograder.course import CourseError
from autograder.notebook import grade_id_of

_KINDS = {
    GradeCell: utils.is_grade,
    SolutionCell: utils.is_solution,
    TaskCell: utils.is_task,
    SourceCell: lambda cell: utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell) or utils.is_task(cell),
}
_WITH_GRADE, _WITH_COMMENT = (GradeCell, TaskCell), (SolutionCell, TaskCell)


def follow_source(gradebook: Gradebook, assignment: str, source: Source) -> None:
    """Bring a notebook's cells in the gradebook to those of its source, if there are submissions; without any, nbgrader does.

    New cells have no points until the submissions are graded again; dropped ones take their automatic points with them.

    Raises
    ------
    CourseError
        If points or comments that a person gave would be lost with a cell.
    """
    try:
        notebook = gradebook.find_notebook(source.name, assignment)
    except MissingEntry:
        return
    if not notebook.submissions:
        return
    for kind, is_such in _KINDS.items():
        wanted = {name: cell for cell in source.graded.cells if is_such(cell) and (name := grade_id_of(cell))}
        there = {cell.name: cell for cell in gradebook.db.query(kind).filter(kind.notebook_id == notebook.id)}
        for name in there.keys() - wanted.keys():
            _drop(gradebook, assignment, notebook, there[name])
        for name in wanted.keys() - there.keys():
            _add(gradebook, notebook, kind, name, wanted[name])
    gradebook.db.commit()


def _drop(gradebook: Gradebook, assignment: str, notebook: Notebook, cell) -> None:
    grades = gradebook.db.query(Grade).filter(Grade.cell_id == cell.id).all()
    comments = gradebook.db.query(Comment).filter(Comment.cell_id == cell.id).all()
    by_hand = sum(grade.manual_score is not None or bool(grade.extra_credit) for grade in grades)
    by_hand += sum(bool(comment.manual_comment) for comment in comments)
    if by_hand:
        gradebook.db.rollback()
        raise CourseError(
            f"The cell {cell.name!r} is no longer in the source of {assignment}, {notebook.name}.ipynb, but people have graded or "
            f"commented on it {by_hand} times. Put it back, or delete those points and comments in formgrader first."
        )
    for each in (*grades, *comments, cell):
        gradebook.db.delete(each)
    gradebook.db.flush()


def _add(gradebook: Gradebook, notebook: Notebook, kind: type, name: str, cell) -> None:
    known: dict[str, object] = {"name": name, "notebook_id": notebook.id}
    if kind in _WITH_GRADE:
        known |= {"max_score": float(cell.metadata.nbgrader.points), "cell_type": cell.cell_type}
    if kind is SourceCell:
        known |= {"cell_type": cell.cell_type}
    new = kind(**known)
    gradebook.db.add(new)
    gradebook.db.flush()
    for submitted in notebook.submissions:
        if kind in _WITH_GRADE:
            gradebook.db.add(Grade(cell_id=new.id, notebook_id=submitted.id))
        if kind in _WITH_COMMENT:
            gradebook.db.add(Comment(cell_id=new.id, notebook_id=submitted.id))
    gradebook.db.flush()
