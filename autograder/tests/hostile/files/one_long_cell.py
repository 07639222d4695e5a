# tries:    a solution with one line of a megabyte
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b"    return x", b"    return x  # " + b"x" * (1 << 20), 1)
