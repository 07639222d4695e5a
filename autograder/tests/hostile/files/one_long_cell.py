# tries:    a solution of a megabyte in a single line
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b"    return x", b"    return x  # " + b"x" * (1 << 20), 1)
