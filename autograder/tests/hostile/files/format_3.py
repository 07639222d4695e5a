# tries:    a notebook in format 3, from before cells had ids
# attack:   wrong nbformat
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import nbformat


def make(notebook: bytes) -> bytes:
    return nbformat.writes(nbformat.reads(notebook.decode(), as_version=4), version=3).encode()
