# tries:    a student named ada, with a Cyrillic letter, next to the real one
# attack:   names of students
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
STUDENT = "\u0430da"


def make(notebook: bytes) -> bytes:
    return notebook
