# tries:    a student called ada, with a Cyrillic letter, beside the honest one
# attack:   names of students
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
STUDENT = "\u0430da"


def make(notebook: bytes) -> bytes:
    return notebook
