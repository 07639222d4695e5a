# tries:    a NUL in the solution cell
# attack:   NUL, BOM, CRLF, lone surrogates
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b"    return x", rb"    return '\u0000'", 1)
