# tries:    two uploads by one student: the earlier one right, the later one wrong
# attack:   two submissions of one student
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
STUDENT = "two-of-one"


def upload(notebook: bytes) -> dict[str, bytes]:
    right = notebook.replace(b"return x", b"return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)", 1)
    return {"two-of-one (1).ipynb": right, "two-of-one.ipynb": notebook}
