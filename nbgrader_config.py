"""Where nbgrader and the autograder find the course. Both read this file when they are started here."""

import os

c = get_config()  # noqa: F821, traitlets provides it

root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.root = root
c.CourseDirectory.course_id = "unroll"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# What comes from students, and what is made of it, lies outside the tree (git ignores course/).
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.feedback_directory = "course/feedback"
c.CourseDirectory.db_url = f"sqlite:///{root}/course/gradebook.db"
os.makedirs(os.path.join(root, "course"), exist_ok=True)

c.Course.judges_directory = "judges"
c.Course.work_directory = "course"
c.Course.public_directory = "utils/src/unroll/public"

# What counts how much in `autograder term`: all the same, unless c.Course.weights says so, as in {"10_translation_bleu": 2}.
c.Course.drop_lowest = 1

# What `autograder publish` writes for students, besides the released assignments; the files of student/ go to the top.
c.Course.published = ["START.md", "LICENSE", "lectures", "utils/pyproject.toml", "utils/src"]
c.Course.student_directory = "student"
