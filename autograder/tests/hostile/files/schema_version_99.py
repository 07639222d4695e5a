# tries:    the graded cells say schema_version 99
# attack:   schema version 99
# course:   both
# vanilla:  aborts [V]
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b'"schema_version": 3', b'"schema_version": 99')
