"""Feedback in one archive, to be uploaded to a learning platform or sent round."""

import zipfile
from pathlib import Path

from autograder.course import ROSTER, Course, CourseError
from autograder.files import replacing
from autograder.intake.roster import course_roster

FORMS = ("folder", "moodle")


def write_archive(course: Course, pages: list[Path], path: Path, form: str = "folder") -> Path:
    """Put feedback pages into a ZIP file, which is replaced if it exists.

    Parameters
    ----------
    pages
        As from :func:`autograder.pages.feedback.write_feedback`.
    form
        ``folder``: a folder for each student, by id. ``moodle``: as Moodle names what it takes as "feedback files in a zip".

    Raises
    ------
    CourseError
        If a student has no name or no Moodle number on the roster.
    """
    folders = {page: page.parent.parent.name for page in pages}
    if form == "moodle":
        roster = course_roster(course)
        known = {person.id: person for person in roster.people if person.lms_id and person.name} if roster else {}
        missing = sorted(set(folders.values()) - known.keys())
        if missing:
            raise CourseError(
                f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}: without a name and a Moodle number in {ROSTER}, so Moodle could "
                f"not tell whose feedback this is. Put Moodle's grading worksheet into the course as {ROSTER}."
            )
        names = {student: f"{person.name.replace('/', ' ')}_{person.lms_id}" for student, person in known.items()}
        folders = {page: f"{names[student]}_assignsubmission_file_" for page, student in folders.items()}
    with replacing(path) as fresh, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            archive.write(page, f"{folders[page]}/{page.name}")
    return path
