"""Right answers to assignment 01, as students write them from the release alone."""

ANSWERS: dict[str, list[str]] = {
    "softmax": [
        """
def softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)
""",
        """
def softmax(z):
    z = z.astype(float)
    z -= z.max(-1)[..., None]
    np.exp(z, out=z)
    z /= z.sum(-1)[..., None]
    return z
""",
        """
def softmax(z):
    log_sum = np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return np.exp(z - log_sum)
""",
        """
def softmax(z):
    return np.apply_along_axis(lambda row: np.exp(row - row.max()) / np.exp(row - row.max()).sum(), -1, z)
""",
        """
def softmax(z):
    rows = np.reshape(z, (-1, z.shape[-1]))
    done = []
    for row in rows:
        e = np.exp(row - max(row))
        done.append(e / sum(e))
    return np.array(done).reshape(z.shape)
""",
        """
import math

def softmax(z):
    if np.ndim(z) == 1:
        top = max(z)
        powers = [math.exp(v - top) for v in z]
        return tuple(p / math.fsum(powers) for p in powers)
    return [softmax(inner) for inner in z]
""",
        """
def softmax(z):
    # 1 / sum_j exp(z_j - z_i): needs no maximum, but the overflow to inf must stay quiet
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)
""",
        """
def softmax(z):
    z = np.moveaxis(np.array(z, dtype=np.float64), -1, 0)
    e = np.exp(z - np.amax(z, axis=0))
    return np.moveaxis(e / np.add.reduce(e, axis=0), 0, -1)
""",
        """
class Softmax:
    def __init__(self, axis):
        self.axis = axis

    def __call__(self, z):
        e = np.exp(np.subtract(z, np.max(z, self.axis, keepdims=True)))
        return np.true_divide(e, np.sum(e, self.axis, keepdims=True))

softmax = Softmax(axis=-1)
""",
        """
def softmax(z):
    e = np.exp((z - z.max(axis=-1, keepdims=True)).astype(np.float32))
    p = np.einsum("...k,...->...k", e, 1 / e.sum(axis=-1))
    p.flags.writeable = False
    return p
""",
    ],
    "rnn_step": [
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    z = x @ W_ax.T + a @ W_aa.T + b_a
    a_next = np.tanh(z)
    return a_next, squash(a_next @ W_ya.T + b_y)
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(np.einsum("mi,ui->mu", x, W_ax) + np.einsum("mv,uv->mu", a, W_aa) + b_a)
    y_hat = squash(np.einsum("mu,ku->mk", a_next, W_ya) + b_y)
    return [a_next, y_hat]
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    states, predictions = [], []
    for x_i, a_i in zip(x, a):
        a_i = np.tanh(W_ax @ x_i + W_aa @ a_i + b_a)
        states.append(a_i)
        predictions.append(squash(W_ya @ a_i + b_y))
    return np.array(states), np.array(predictions)
""",
        """
from collections import namedtuple

Step = namedtuple("Step", "a_next y_hat")

def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(np.dot(x, W_ax.T) + np.dot(a, W_aa.T) + b_a)
    return Step(a_next, squash(np.dot(a_next, W_ya.T) + b_y))
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    both = np.concatenate([x, a], axis=1) @ np.concatenate([W_ax, W_aa], axis=1).T
    a_next = np.tanh(both + b_a)
    return a_next, squash((W_ya @ a_next.T + b_y[:, np.newaxis]).T)
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    z = np.empty((len(x), len(b_a)))
    np.matmul(x, W_ax.T, out=z)
    z += a @ W_aa.T
    z += b_a
    np.tanh(z, out=z)
    scores = np.inner(z, W_ya)
    scores += b_y
    return z, squash(scores)
""",
        """
import math

def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    m, n_a = a.shape
    a_next = [[0.0] * n_a for _ in range(m)]
    for i in range(m):
        for u in range(n_a):
            z = b_a[u]
            for j in range(x.shape[1]):
                z += W_ax[u, j] * x[i, j]
            for v in range(n_a):
                z += W_aa[u, v] * a[i, v]
            a_next[i][u] = math.tanh(z)
    scores = np.array([[sum(w * s for w, s in zip(row, state)) for row in W_ya] for state in a_next]) + b_y
    return a_next, squash(scores).tolist()
""",
        """
class Cell:
    def __init__(self, W_ax, W_aa, W_ya, b_a, b_y, squash):
        self.move = lambda x, a: np.tanh(x.dot(W_ax.transpose()) + a.dot(W_aa.transpose()) + b_a)
        self.predict = lambda a: squash(a.dot(W_ya.transpose()) + b_y)

def rnn_step(x, a, *given):
    cell = Cell(*given)
    a_next = cell.move(x, a)
    return a_next, cell.predict(a_next)
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    e = np.exp(2 * (x @ W_ax.T + a @ W_aa.T + b_a))  # tanh from one exponential
    a_next = (e - 1) / (e + 1)
    return a_next.astype(np.float32), squash(a_next @ W_ya.T + b_y).astype(np.float32)
""",
        """
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    columns = np.tanh(W_ax @ x.T + W_aa @ a.T + b_a[:, None])
    return columns.T, squash(columns.T @ W_ya.T + b_y)
""",
    ],
    "rnn_step_concat": [
        """
def rnn_step_concat(x, a, W_a, b_a):
    return np.tanh(np.concatenate((a, x), axis=1) @ W_a.T + b_a)
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    return np.tanh(np.dot(np.hstack([a, x]), np.transpose(W_a)) + b_a)
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    stacked = np.vstack([a.T, x.T])
    return np.tanh(W_a @ stacked + b_a.reshape(-1, 1)).T
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    n_a = a.shape[1]
    W_aa, W_ax = W_a[:, :n_a], W_a[:, n_a:]
    return np.tanh(a @ W_aa.T + x @ W_ax.T + b_a)
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    W_aa, W_ax = np.hsplit(W_a, [len(W_a)])
    return np.tanh(np.einsum("mv,uv->mu", a, W_aa) + np.einsum("mi,ui->mu", x, W_ax) + b_a).tolist()
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    out = []
    for a_i, x_i in zip(a, x):
        out.append(np.tanh(W_a @ np.r_[a_i, x_i] + b_a))
    return out
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    ones = np.ones((len(x), 1))
    return np.tanh(np.c_[a, x, ones] @ np.c_[W_a, b_a].T)
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    joined = np.empty((a.shape[0], a.shape[1] + x.shape[1]))
    joined[:, : a.shape[1]] = a
    joined[:, a.shape[1] :] = x
    result = np.matmul(joined, W_a.T)
    result += b_a
    return np.tanh(result, out=result)
""",
        """
def rnn_step_concat(x, a, W_a, b_a):
    both = np.append(a, x, axis=-1)
    return tuple(tuple(float(np.tanh(row @ w + b)) for w, b in zip(W_a, b_a)) for row in both)
""",
    ],
    "rnn_forward": [
        """
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    a = a0
    states, predictions = [], []
    for t in range(x.shape[1]):
        a_next, _ = step(x[:, t, :], a, W_ax, W_aa, W_ya, b_a, b_y, squash)
        a = np.where(mask[:, t][:, np.newaxis], a_next, a)
        states.append(a)
        predictions.append(squash(a @ W_ya.T + b_y))
    return np.stack(states, axis=1), np.stack(predictions, axis=1)
""",
        """
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    m, T, _ = x.shape
    states = np.zeros((m, T, a0.shape[1]))
    previous = a0
    for t in range(T):
        moved = step(x[:, t], previous, W_ax, W_aa, W_ya, b_a, b_y, squash)[0]
        keep = mask[:, t : t + 1]
        states[:, t] = keep * moved + (1 - keep) * previous
        previous = states[:, t]
    return states, squash(states @ W_ya.T + b_y)
""",
        """
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    a = a0.copy()
    states, predictions = [], []
    for x_t, real in zip(np.swapaxes(x, 0, 1), mask.T):
        if real.any():
            a = a.copy()
            a[real] = step(x_t[real], a[real], W_ax, W_aa, W_ya, b_a, b_y, squash)[0]
        states.append(a)
        predictions.append(squash(np.dot(a, W_ya.T) + b_y))
    return np.array(states).transpose(1, 0, 2), np.array(predictions).transpose(1, 0, 2)
""",
        """
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    all_states = []
    for i in range(len(x)):
        a, row = a0[i : i + 1], []
        for t in range(x.shape[1]):
            if mask[i, t]:
                a, _ = step(x[i : i + 1, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)
            row.append(a[0])
        all_states.append(row)
    states = np.array(all_states)
    return states, squash(np.einsum("mta,ya->mty", states, W_ya) + b_y)
""",
        """
from itertools import accumulate

def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    def move(a, t):
        return np.where(mask[:, [t]], step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)[0], a)

    states = np.stack(list(accumulate(range(x.shape[1]), move, initial=a0))[1:], axis=1)
    return [states, squash(states @ W_ya.T + b_y)]
""",
        """
def rnn_forward(x, a0, mask, *given):
    *weights, step, squash = given
    W_ax, W_aa, W_ya, b_a, b_y = weights
    m, T, n_x = x.shape
    states = np.full((m, T + 1, a0.shape[1]), np.nan)
    states[:, 0] = a0
    predictions = np.zeros((m, T, len(b_y)), dtype=np.float32)
    for t in range(T):
        states[:, t + 1] = states[:, t]
        new = step(x[:, t], states[:, t], *weights, squash)[0]
        for i in np.flatnonzero(mask[:, t]):
            states[i, t + 1] = new[i]
        predictions[:, t] = squash(states[:, t + 1] @ W_ya.T + b_y)
    return states[:, 1:], predictions
""",
        """
def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    real = np.broadcast_to(mask[:, :, None], mask.shape + a0.shape[1:])
    a, states, predictions = a0, [], []
    for t in range(mask.shape[1]):
        a_next, y_next = step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)
        stays = squash(a @ W_ya.T + b_y)
        a = np.choose(real[:, t], [a, a_next])
        states += [a]
        predictions += [np.where(mask[:, t, None], y_next, stays)]
    return np.swapaxes(states, 0, 1), np.swapaxes(predictions, 0, 1)
""",
        """
class Network:
    def __init__(self, weights, step, squash):
        self.weights, self.step, self.squash = weights, step, squash

    def read(self, x, a, mask):
        for x_t, mask_t in zip(x.transpose(1, 0, 2), mask.transpose()):
            a_next = self.step(x_t, a, *self.weights, self.squash)[0]
            a = np.copy(a)
            np.copyto(a, a_next, where=mask_t.reshape(-1, 1))
            yield a

def rnn_forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    network = Network((W_ax, W_aa, W_ya, b_a, b_y), step, squash)
    states = list(network.read(x, a0, mask))
    predictions = [squash(a @ W_ya.T + b_y) for a in states]
    return np.moveaxis(np.array(states), 0, 1).tolist(), np.moveaxis(np.array(predictions), 0, 1).tolist()
""",
    ],
    "loss_over_time": [
        """
def loss_over_time(y_hat, y, mask):
    safe = np.where(y == 0, 1, y_hat)
    losses = -(y * np.log(safe)).sum(axis=-1)
    losses = losses * mask
    return losses, losses.sum() / mask.sum()
""",
        """
def loss_over_time(y_hat, y, mask):
    losses = np.zeros(mask.shape)
    for i in range(mask.shape[0]):
        for t in range(mask.shape[1]):
            if not mask[i, t]:
                continue
            for k in range(y.shape[2]):
                if y[i, t, k] > 0:
                    losses[i, t] -= y[i, t, k] * np.log(y_hat[i, t, k])
    return losses, np.sum(losses) / np.count_nonzero(mask)
""",
        """
def loss_over_time(y_hat, y, mask):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(y * np.log(y_hat), nan=0.0)
    losses = np.where(mask, -terms.sum(axis=2), 0.0)
    return losses, losses[mask].mean()
""",
        """
def loss_over_time(y_hat, y, mask):
    losses = -np.einsum("mtk,mtk->mt", y, np.log(np.where(y > 0, y_hat, 1)))
    losses[~mask] = 0
    return losses, np.average(losses, weights=mask)
""",
        """
def loss_over_time(y_hat, y, mask):
    logs = np.zeros(y.shape)
    np.log(y_hat, out=logs, where=y > 0)
    losses = mask * -np.sum(y * logs, -1)
    return [losses.tolist(), float(losses.sum() / mask.sum())]
""",
        """
import math

def loss_over_time(y_hat, y, mask):
    def one(guess, label):
        return -math.fsum(p * math.log(q) for p, q in zip(label, guess) if p != 0)

    losses = [
        [one(g, l) if real else 0.0 for g, l, real in zip(*row)] for row in zip(y_hat.tolist(), y.tolist(), mask.tolist())
    ]
    return losses, math.fsum(map(math.fsum, losses)) / int(mask.sum())
""",
        """
from typing import NamedTuple

class Loss(NamedTuple):
    losses: np.ndarray
    loss: np.ndarray

def loss_over_time(y_hat, y, mask):
    tiny = np.finfo(float).tiny
    losses = -(y * np.log(np.maximum(y_hat, tiny))).sum(axis=-1)
    losses = np.where(mask, losses, 0)
    return Loss(losses, np.array(losses.sum() / mask.sum()))
""",
        """
def loss_over_time(y_hat, y, mask):
    real_y, real_guess = y[mask], y_hat[mask]
    per_step = -np.sum(np.where(real_y > 0, real_y * np.log(real_guess + (real_y == 0)), 0), axis=1)
    losses = np.zeros_like(mask, dtype=float)
    losses[mask] = per_step
    return losses, per_step.mean()
""",
        """
def loss_over_time(y_hat, y, mask):
    masked = np.ma.array(-np.sum(y * np.log(np.where(y > 0, y_hat, 1.0)), axis=-1), mask=~mask)
    return masked.filled(0), float(masked.mean())
""",
    ],
}
