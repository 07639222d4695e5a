# tries:    half a notebook
# attack:   malformed JSON
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   ps1.ipynb is not a notebook: line
def make(notebook: bytes) -> bytes:
    return notebook[: len(notebook) // 2]
