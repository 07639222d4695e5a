# tries:    an upload whose name is a pattern matching other students' names
# attack:   names of students
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   nbgrader takes for a pattern
def upload(notebook: bytes) -> dict[str, bytes]:
    return {"*.ipynb": notebook, "[a-z]*_ps1.ipynb": notebook}
