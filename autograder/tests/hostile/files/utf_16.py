# tries:    nothing: an honest notebook in UTF-16, as an editor on Windows writes it
# attack:   NUL, BOM, CRLF, lone surrogates; malformed JSON
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.decode().encode("utf-16")
