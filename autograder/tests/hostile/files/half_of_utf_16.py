# tries:    a notebook in UTF-16 that was cut off within a character
# attack:   NUL, BOM, CRLF, lone surrogates; malformed JSON
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is not UTF-8 text
def make(notebook: bytes) -> bytes:
    return notebook.decode().encode("utf-16")[:-1]
