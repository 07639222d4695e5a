# tries:    ten thousand cells
# attack:   100 MB
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   more than 5,000 cells
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["cells"] = content["cells"] * 2_000
    return json.dumps(content).encode()
