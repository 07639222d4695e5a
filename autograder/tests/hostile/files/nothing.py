# tries:    a folder without a notebook
# attack:   no file
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   ps1.ipynb is missing
def make(notebook: bytes) -> dict[str, bytes]:
    return {"notes.txt": b"my notebook is on my other machine"}
