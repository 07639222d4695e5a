# tries:    set a billion points for the right cell, none for the wrong one, and unlock all cells
# attack:   flags changed
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    changed = notebook.replace(b'"points": 10', b'"points": 0').replace(b'"points": 5', b'"points": 1e9')
    return changed.replace(b'"locked": true', b'"locked": false')
