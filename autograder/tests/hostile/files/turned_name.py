# tries:    a student's name with a character that reverses the text
# attack:   names of students; control characters
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   invisible characters
STUDENT = "ada\u202eipynb"


def make(notebook: bytes) -> bytes:
    return notebook
