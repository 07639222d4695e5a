"""What the students of the demo class write: five right functions, and the mistakes in each.

A mistake is a replacement in the text of the right function. It is called by words of the sentence that the judge has for it.
"""

RIGHT = {
    "softmax": """\
def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
""",
    "rnn_step": """\
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)
    z = a_next @ W_ya.T + b_y
    y_hat = squash(z)
    return a_next, y_hat
""",
    "rnn_step_concat": """\
def rnn_step_concat(x, a, W_a, b_a):
    both = np.concatenate([a, x], axis=-1)
    return np.tanh(both @ W_a.T + b_a)
""",
    "rnn_forward": """\
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    a = np.array(a0)
    states, predictions = [], []
    for t in range(x.shape[1]):
        a_next = step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)[0]
        a = np.where(mask[:, t][:, None], a_next, a)
        states.append(a)
        predictions.append(squash(a @ W_ya.T + b_y))
    return np.stack(states, axis=1), np.stack(predictions, axis=1)
""",
    "loss_over_time": """\
def loss_over_time(y_hat, y, mask):
    losses = -np.sum(np.where(y > 0, y * np.log(np.where(y > 0, y_hat, 1)), 0), axis=-1)
    losses = np.where(mask, losses, 0)
    return losses, losses.sum() / mask.sum()
""",
}

SHIFT = " - np.max(z, axis=-1, keepdims=True)"
STATE = "a = np.where(mask[:, t][:, None], a_next, a)"
OWN_SOFTMAX = "(lambda e: e / e.sum(axis=-1, keepdims=True))(np.exp({}))"
MEAN = "losses.sum() / mask.sum()"

MISTAKES: dict[str, dict[str, list[tuple[str, str]]]] = {
    "softmax": {
        "first axis": [("axis=-1", "axis=0")],
        "axis 1": [("axis=-1", "axis=1")],
        "whole array, not": [(", axis=-1, keepdims=True", "")],
        "lose their axis": [(SHIFT, ""), ("axis=-1, keepdims=True", "axis=-1")],
        "exponentials overflow": [(SHIFT, "")],
        "largest number of the whole array": [("np.max(z, axis=-1, keepdims=True)", "np.max(z)")],
        "smallest number or the mean": [("np.max(z", "np.mean(z")],
        "zeros_like(z)": [
            ("    return e", "    p = np.zeros_like(z)\n    p[...] = e"),
            ("=-1, keepdims=True)\n", "=-1, keepdims=True)\n    return p\n"),
        ],
        "z itself is overwritten": [
            ("    e = np.exp(z" + SHIFT + ")", "    e = np.exp(z" + SHIFT + ", out=z)"),
            ("return e /", "e /="),
            ("True)\n", "True)\n    return e\n"),
        ],
    },
    "rnn_step": {
        "b_a is never": [(" + b_a", "")],
        "b_y is never": [(" + b_y", "")],
        "Neither bias": [(" + b_a", ""), (" + b_y", "")],
        "W_aa is not transposed": [("W_aa.T", "W_aa")],
        "W_ax is not transposed": [("W_ax.T", "W_ax")],
        "W_ax and W_aa are swapped": [("x @ W_ax.T + a @ W_aa.T", "x @ W_aa.T + a @ W_ax.T")],
        "two results are swapped": [("return a_next, y_hat", "return y_hat, a_next")],
        "sigmoid": [("np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)", "1 / (1 + np.exp(-(x @ W_ax.T + a @ W_aa.T + b_a)))")],
        "old state": [("z = a_next @", "z = a @")],
        "squash is left out": [("return a_next, y_hat", "return a_next, z")],
        "over the batch": [("squash(z)", "squash(z.T).T")],
        "A softmax is used": [("squash(z)", OWN_SOFTMAX.format("z"))],
        "caller's state is lost": [("    z = a_next", "    a[:] = a_next\n    z = a_next")],
    },
    "rnn_step_concat": {
        "b_a is never": [(" + b_a", "")],
        "tanh is left out": [("np.tanh", "")],
        "wrong order": [("[a, x]", "[x, a]")],
        "along the batch": [(", axis=-1", "")],
        "W_a is not transposed": [("W_a.T", "W_a")],
        "cut out of W_a": [("both @ W_a.T", "a @ W_a[:, :a.shape[1]] + x @ W_a[:, a.shape[1]:].T")],
        "caller's state is lost": [("return np.tanh(both @ W_a.T + b_a)", "a[:] = np.tanh(both @ W_a.T + b_a)\n    return a")],
    },
    "rnn_forward": {
        "mask is not used": [(STATE, "a = a_next")],
        "wrong way round": [("a_next, a)", "a, a_next)")],
        "a0 is not used": [("np.array(a0)", "np.zeros_like(a0)")],
        "sets x to 0": [("step(x[:, t],", "step(x[:, t] * mask[:, [t]],"), (STATE, "a = a_next")],
        "Only the last step": [
            ("return np.stack(states, axis=1), np.stack(predictions, axis=1)", "return states[-1], predictions[-1]")
        ],
        "Time is the first axis": [(", axis=1)", ")")],
        "sets the state to 0": [(STATE, "a = a_next * mask[:, [t]]")],
        "never fed back": [(STATE, "a = np.where(mask[:, t][:, None], a_next, a0)"), ("step(x[:, t], a,", "step(x[:, t], a0,")],
        "before the mask decides": [("squash(a @", "squash(a_next @")],
        "overwritten": [(STATE, "a[...] = np.where(mask[:, t][:, None], a_next, a)")],
        "plain RNN": [
            ("step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)[0]", "np.tanh(x[:, t] @ W_ax.T + a @ W_aa.T + b_a)")
        ],
        "A softmax makes": [("squash(a @ W_ya.T + b_y)", OWN_SOFTMAX.format("a @ W_ya.T + b_y"))],
        "makes no copy": [("np.array(a0)", "a0"), (STATE, STATE + "\n        a0[:] = a")],
    },
    "loss_over_time": {
        "mask is not used": [("np.where(mask, losses, 0)", "losses"), (MEAN, "losses.mean()")],
        "divided by m T": [(MEAN, "losses.mean()")],
        "summed and not divided": [(MEAN, "losses.sum()")],
        "number of sentences": [(MEAN, "losses.sum() / len(mask)")],
        "averaged first": [(MEAN, "np.mean(losses.sum(axis=1) / mask.sum(axis=1))")],
        "left in the first result": [
            ("losses = np.where(mask, losses, 0)", "real = np.where(mask, losses, 0)"),
            (MEAN, "real.sum() / mask.sum()"),
        ],
        "minus sign": [("-np.sum", "np.sum")],
        "mean over the classes": [("-np.sum", "-np.mean")],
        "base 2": [("np.log(", "np.log2(")],
        "binary loss": [
            (
                "    losses = np.where(mask",
                "    losses -= np.sum(np.where(y < 1, (1 - y) * np.log(np.where(y < 1, 1 - y_hat, 1)), 0), axis=-1)\n    losses = np.where(mask",
            ),
        ],
        "sum of y * y_hat": [
            (
                "-np.sum(np.where(y > 0, y * np.log(np.where(y > 0, y_hat, 1)), 0), axis=-1)",
                "-np.log(np.sum(y * y_hat, axis=-1))",
            )
        ],
        "0 * log 0": [("np.where(y > 0, y * np.log(np.where(y > 0, y_hat, 1)), 0)", "y * np.log(y_hat)")],
        "caller's are lost": [("    losses = -np", "    y[~mask] = 0\n    losses = -np")],
    },
}


def mistaken(check: str, mistake: str) -> str:
    """The source of the right function with one mistake."""
    text = RIGHT[check]
    for old, new in MISTAKES[check][mistake]:
        assert old in text, f"{check}, {mistake}: {old!r} is not in the text"
        text = text.replace(old, new)
    return text
