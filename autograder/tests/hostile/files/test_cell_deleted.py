# tries:    the cell with the test is not in the notebook
# attack:   test cell deleted
# course:   both
# vanilla:  waits forever [V]
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["cells"] = [c for c in content["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "step-check"]
    return json.dumps(content).encode()
