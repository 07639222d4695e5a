# tries:    a notebook of a hundred megabytes
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   ps1.ipynb is larger than 50 MB
def make(notebook: bytes) -> bytes:
    return notebook + b" " * (100 << 20)
