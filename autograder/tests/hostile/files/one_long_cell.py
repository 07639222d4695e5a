# tries:    a solution of five megabytes in a single line
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b"    return x", b"    return x  # " + b"x" * (5 << 20), 1)
