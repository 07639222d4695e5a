# tries:    a receipt with an impossible time
# attack:   a dishonest timestamp
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> dict[str, bytes]:
    return {"ps1.ipynb": notebook, "timestamp.txt": b"9999999-99-99 25:61:61 UTC", "submission_secret.txt": b"\xff\x00"}
