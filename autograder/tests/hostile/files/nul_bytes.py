# tries:    a file of NUL bytes
# attack:   NUL, BOM, CRLF, lone surrogates
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is not a notebook
def make(notebook: bytes) -> bytes:
    return bytes(len(notebook))
