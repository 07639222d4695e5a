# tries:    nothing: a tool has thrown away all metadata of an honest notebook
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
