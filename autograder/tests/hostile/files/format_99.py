# tries:    a notebook in format 99
# attack:   wrong nbformat
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is not a notebook
def make(notebook: bytes) -> bytes:
    return notebook.replace(b'"nbformat": 4', b'"nbformat": 99')
