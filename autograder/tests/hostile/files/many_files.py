# tries:    a folder of thousands of files next to the notebook
# attack:   a million tiny files
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   more than 500 files
def make(notebook: bytes) -> dict[str, bytes]:
    return {"ps1.ipynb": notebook} | {f"data/{number}": b"" for number in range(3_000)}
