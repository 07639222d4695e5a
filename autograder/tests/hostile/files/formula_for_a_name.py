# tries:    a student's name that a spreadsheet would execute
# attack:   formulas in names
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
STUDENT = "=cmd|' -C calc'!A0"


def make(notebook: bytes) -> bytes:
    return notebook
