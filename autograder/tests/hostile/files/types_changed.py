# tries:    the test becomes prose, the written answer code, the solution raw text
# attack:   cell type, order or kernel changed
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import json

TYPES = {"step-check": "markdown", "words": "code", "step": "raw"}


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    for cell in content["cells"]:
        cell["cell_type"] = TYPES.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["cell_type"])
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(content).encode()
