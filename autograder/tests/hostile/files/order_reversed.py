# tries:    the cells are in reverse order, tests before solutions
# attack:   cell type, order or kernel changed
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["cells"].reverse()
    return json.dumps(content).encode()
