# tries:    half a notebook
# attack:   malformed JSON
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   cut_off
def make(notebook: bytes) -> bytes:
    return notebook[: len(notebook) // 2]
