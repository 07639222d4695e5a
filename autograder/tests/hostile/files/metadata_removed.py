# tries:    nothing: a tool has stripped all metadata from an honest notebook
# attack:   metadata removed
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["metadata"] = {}
    for cell in content["cells"]:
        cell["metadata"] = {}
    return json.dumps(content).encode()
