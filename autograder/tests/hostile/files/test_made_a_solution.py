# tries:    the test is marked as an unlocked solution, and its source is "pass"
# attack:   flags changed
# course:   both
# vanilla:  full marks [V]
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "step-check":
            cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False, "checksum": "0"}
            cell["source"] = "pass"
    return json.dumps(content).encode()
