# tries:    the notebook under another name
# attack:   renamed file
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   there is 'ps1 (1).ipynb' instead
def make(notebook: bytes) -> dict[str, bytes]:
    return {"ps1 (1).ipynb": notebook}
