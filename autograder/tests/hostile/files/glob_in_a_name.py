# tries:    a student's name that nbgrader treats as a pattern matching others
# attack:   names of students
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   nbgrader takes for a pattern
STUDENT = "[a-z]*"


def make(notebook: bytes) -> bytes:
    return notebook
