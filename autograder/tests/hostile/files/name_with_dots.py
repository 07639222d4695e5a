# tries:    a student's name that escapes the folder when used in a path
# attack:   names of students; path traversal
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   begins with a dot
STUDENT = "..\\..\\ada"


def make(notebook: bytes) -> bytes:
    return notebook
