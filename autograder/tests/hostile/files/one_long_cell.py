# tries:    a solution of fifteen megabytes in a single line
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b"    return x", b"    return x  # " + b"x" * (15 << 20), 1)
