# tries:    a student's name that a web page would execute
# attack:   markup in outputs; names of students
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
STUDENT = "<img src=x onerror=alert(1)>"


def make(notebook: bytes) -> bytes:
    return notebook
