# tries:    the solution is split: two cells with the same grade id, the second one wrong
# attack:   cell copied or split
# course:   judged
# vanilla:  aborts [V]
# verdict:  graded
# score:    honest
# reason:
import copy
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    first = next(c for c in content["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "step")
    second = copy.deepcopy(first)
    first["source"] = "rnn_step = lambda x, a, W_ax, W_aa, b_a: np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)"
    content["cells"].insert(content["cells"].index(first) + 1, second)
    return json.dumps(content).encode()
