# tries:    a student's name that leads out of a folder when it is put into a path
# attack:   names of students; path traversal
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   begins with a dot
STUDENT = "..\\..\\ada"


def make(notebook: bytes) -> bytes:
    return notebook
