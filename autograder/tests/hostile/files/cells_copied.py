# tries:    every cell is duplicated, with its metadata
# attack:   cell copied or split
# course:   both
# vanilla:  aborts [V]
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["cells"] = [cell for each in content["cells"] for cell in (each, each)]
    return json.dumps(content).encode()
