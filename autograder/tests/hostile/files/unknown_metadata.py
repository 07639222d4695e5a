# tries:    unknown keys in nbgrader's metadata
# attack:   unknown metadata
# course:   judged
# vanilla:  aborts [V]
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return notebook.replace(b'"schema_version": 3', b'"schema_version": 3, "extra": {"a": [1, null]}, "__class__": "x"')
