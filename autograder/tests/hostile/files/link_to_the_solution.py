# tries:    a link to the instructor's solution instead of the notebook, and a link to the judges next to it
# attack:   a link to the solution
# course:   both
# vanilla:  brings the solution into feedback [V]
# verdict:  rejected
# score:    none
# reason:   is a link or a device
from pathlib import Path


def make(notebook: bytes) -> dict[str, bytes | Path]:
    return {"ps1.ipynb": Path("../../../source/ps1/ps1.ipynb"), "judges": Path("../../../judges")}
