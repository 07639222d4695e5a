# tries:    right work first, then a later submission with wrong work and without the test
# attack:   test cell deleted; two submissions of one student
# course:   both
# vanilla:  keeps the old score [V]
# verdict:  graded
# score:    honest
# reason:
import json

RIGHT = "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)"


def before(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "step":
            cell["source"] = RIGHT
    return json.dumps(content).encode()


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["cells"] = [c for c in content["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "step-check"]
    return json.dumps(content).encode()
