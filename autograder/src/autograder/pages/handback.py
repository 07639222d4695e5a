"""Feedback in one archive, to be uploaded to a learning platform or sent round."""

import re
import zipfile
from collections import defaultdict
from pathlib import Path

from autograder.course import ROSTER, Course, CourseError
from autograder.files import replacing
from autograder.intake.matching import moodles_number
from autograder.intake.receipts import receipts
from autograder.intake.roster import Person, course_roster, read_roster
from autograder.wording import named

FORMS = ("folder", "moodle")


def write_archive(
    course: Course, name: str, pages: list[Path], path: Path, form: str = "folder", roster: Path | None = None
) -> Path:
    """Put feedback pages of an assignment into a ZIP file, which is replaced if it exists.

    Parameters
    ----------
    pages
        As from :func:`autograder.pages.feedback.write_feedback`.
    form
        ``folder``: a folder for each student, by id. ``moodle``: as Moodle names what it takes as "feedback files in a zip"
        (mod/assign/feedback/file/importziplib.php): it goes by the number alone, which stands between the first two underscores.
    roster
        The list that has Moodle's numbers for this assignment; if None, the course's.

    Raises
    ------
    CourseError
        If a student has no Moodle number on the list, or another one than that under which the work was handed in.
    """
    folders = {page: page.parent.parent.name for page in pages}
    if form == "moodle":
        people = _with_numbers(course, name, set(folders.values()), roster)
        folders = {page: f"{_called(people[student])}_assignsubmission_file_" for page, student in folders.items()}
    with replacing(path) as fresh, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            archive.write(page, f"{folders[page]}/{page.name}")
    return path


def _with_numbers(course: Course, name: str, students: set[str], path: Path | None) -> dict[str, Person]:
    own = course_roster(course)
    roster = read_roster(path).with_ids_of(own) if path is not None else own
    known = {person.id: person for person in roster.people if person.lms_id} if roster is not None else {}
    say = "Say --roster FILE with Moodle's grading worksheet of this assignment."
    if missing := sorted(students - known.keys()):
        where = roster.source if roster is not None else ROSTER
        raise CourseError(
            f"{named(missing)}: without a Moodle number in {where}, so Moodle could not tell whose feedback this is. {say}"
        )
    collected = _numbers_collected(course, name)
    if others := sorted(
        student for student in students if collected.get(student, known[student].lms_id) != known[student].lms_id
    ):
        raise CourseError(
            f"{named(others)}: handed in under another Moodle number than the one in {roster.source if roster else ROSTER}, so others would "
            f"see this feedback. The numbers hold for one assignment only. {say}"
        )
    return known


def _numbers_collected(course: Course, name: str) -> dict[str, str]:
    """Under which number of Moodle's each student's work came; not those of groups, which have the group's."""
    students: dict[str, set[str]] = defaultdict(set)
    for receipt in receipts(course):
        if receipt.assignment == name and receipt.student:
            students[receipt.origin].add(receipt.student)
    alone = {origin: found for origin, found in students.items() if len(found) == 1}
    return {min(found): number for origin, found in alone.items() if (number := moodles_number(origin))}


def _called(person: Person) -> str:
    """A name without underscores, and without what Moodle does not allow in names of files."""
    words = re.sub(r"[^\w .-]|_", " ", person.name).split()
    return f"{' '.join(words) or 'Participant'}_{person.lms_id}"
