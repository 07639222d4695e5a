"""Right answers to assignment 02, as students write them from the release alone: the ways back."""

ANSWERS: dict[str, list[str]] = {
    "rnn_step_backward": [
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dz = da_next * (1 - a_next ** 2)
    return dz @ W_ax, dz @ W_aa, dz.T @ x, dz.T @ a, dz.sum(axis=0)
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dz = da_next - da_next * a_next * a_next
    dx = np.einsum("mu,ui->mi", dz, W_ax)
    da = np.einsum("mu,uv->mv", dz, W_aa)
    dW_ax = np.einsum("mu,mi->ui", dz, x)
    dW_aa = np.einsum("mu,mv->uv", dz, a)
    return [dx, da, dW_ax, dW_aa, np.einsum("mu->u", dz)]
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dx, da = np.zeros(x.shape), np.zeros(a.shape)
    dW_ax, dW_aa, db_a = np.zeros(W_ax.shape), np.zeros(W_aa.shape), np.zeros(len(W_aa))
    for i in range(len(x)):
        dz = da_next[i] * (1 - a_next[i] ** 2)
        dx[i] = W_ax.T @ dz
        da[i] = W_aa.T @ dz
        dW_ax += np.outer(dz, x[i])
        dW_aa += np.outer(dz, a[i])
        db_a += dz
    return dx, da, dW_ax, dW_aa, db_a
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    z = np.arctanh(a_next.astype(float))
    dz = (da_next / np.cosh(z) ** 2).T  # columns, as in the deck
    return (W_ax.T @ dz).T, (W_aa.T @ dz).T, dz @ x, dz @ a, dz.sum(axis=1)
""",
        """
from collections import namedtuple

Gradients = namedtuple("Gradients", ["dx", "da", "dW_ax", "dW_aa", "db_a"])

def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dz = np.multiply(da_next, (1 - a_next) * (1 + a_next))
    back = dz.dot(np.concatenate([W_ax, W_aa], axis=1))
    both = dz.T.dot(np.concatenate([x, a, np.ones((len(x), 1))], axis=1))
    n_x = x.shape[1]
    return Gradients(back[:, :n_x], back[:, n_x:], both[:, :n_x], both[:, n_x:-1], both[:, -1])
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dz = np.empty_like(da_next, dtype=np.float64)
    np.square(a_next, out=dz)
    np.subtract(1, dz, out=dz)
    dz *= da_next
    dx = np.empty(x.shape)
    np.matmul(dz, W_ax, out=dx)
    return dx, np.matmul(dz, W_aa), np.matmul(dz.T, x), np.matmul(dz.T, a), np.add.reduce(dz)
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    m, n_a = a.shape
    dz = [[da_next[i, u] * (1 - a_next[i, u] ** 2) for u in range(n_a)] for i in range(m)]
    dx = [[sum(dz[i][u] * W_ax[u, j] for u in range(n_a)) for j in range(x.shape[1])] for i in range(m)]
    da = [[sum(dz[i][u] * W_aa[u, v] for u in range(n_a)) for v in range(n_a)] for i in range(m)]
    dW_ax = [[sum(dz[i][u] * x[i, j] for i in range(m)) for j in range(x.shape[1])] for u in range(n_a)]
    dW_aa = [[sum(dz[i][u] * a[i, v] for i in range(m)) for v in range(n_a)] for u in range(n_a)]
    return dx, da, dW_ax, dW_aa, [sum(column) for column in zip(*dz)]
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    slope = np.stack([np.diag(1 - row * row) for row in a_next])
    dz = (da_next[:, None, :] @ slope)[:, 0]
    outer = dz[:, :, None]
    return (
        np.tensordot(dz, W_ax, 1),
        np.tensordot(dz, W_aa, 1),
        (outer * x[:, None]).sum(0),
        (outer * a[:, None]).sum(0),
        np.ones(len(dz)) @ dz,
    )
""",
        """
def rnn_step_backward(da_next, x, a, a_next, W_ax, W_aa):
    dz = (da_next * (1 - a_next**2)).astype(np.float32)
    return tuple(g.astype(np.float32) for g in (dz @ W_ax, dz @ W_aa, (x.T @ dz).T, (a.T @ dz).T, dz.sum(axis=0)))
""",
    ],
    "rnn_backward": [
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    m, T, n_x = x.shape
    dx = np.zeros((m, T, n_x))
    dW_ax, dW_aa, db_a = np.zeros(W_ax.shape), np.zeros(W_aa.shape), np.zeros(W_aa.shape[0])
    da = np.zeros(a0.shape)
    for t in range(T - 1, -1, -1):
        da = da + d_states[:, t]
        a_prev = a0 if t == 0 else states[:, t - 1]
        real = mask[:, t][:, None]
        dx[:, t], da_prev, dW1, dW2, db = step_back(da * real, x[:, t], a_prev, states[:, t], W_ax, W_aa)
        dW_ax += dW1
        dW_aa += dW2
        db_a += db
        da = np.where(real, da_prev, da)
    return dx, da, dW_ax, dW_aa, db_a
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    # only the real rows of each step
    dx, da = np.zeros_like(x), np.zeros_like(a0)
    total = [np.zeros_like(W_ax), np.zeros_like(W_aa), np.zeros_like(W_aa[:, 0])]
    for t in reversed(range(x.shape[1])):
        da += d_states[:, t]
        real = np.flatnonzero(mask[:, t])
        if len(real) == 0:
            continue
        before = states[:, t - 1] if t else a0
        dx_t, da_t, *rest = step_back(da[real], x[real, t], before[real], states[real, t], W_ax, W_aa)
        dx[real, t], da[real] = dx_t, da_t
        total = [old + new for old, new in zip(total, rest)]
    return (dx, da, *total)
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    # sentence by sentence
    dxs, da0s, weights = [], [], [0, 0, 0]
    for i in range(len(x)):
        da, dx = np.zeros((1, a0.shape[1])), []
        for t in range(x.shape[1])[::-1]:
            da = da + d_states[i, t]
            if mask[i, t]:
                before = states[i : i + 1, t - 1] if t > 0 else a0[i : i + 1]
                dx_t, da, *new = step_back(da, x[i : i + 1, t], before, states[i : i + 1, t], W_ax, W_aa)
                weights = [w + n for w, n in zip(weights, new)]
                dx.insert(0, dx_t[0])
            else:
                dx.insert(0, np.zeros(x.shape[2]))
        dxs.append(dx)
        da0s.append(da[0])
    return [np.array(dxs), np.array(da0s), *weights]
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    previous = np.concatenate([a0[:, None], states[:, :-1]], axis=1)
    da, kept = np.zeros(a0.shape), []
    for t in range(x.shape[1])[::-1]:
        da = da + d_states[:, t]
        gate = mask[:, [t]].astype(float)
        results = step_back(gate * da, x[:, t], previous[:, t], states[:, t], W_ax, W_aa)
        kept.append(results)
        da = gate * results[1] + (1 - gate) * da
    kept.reverse()
    dx, _, dW_ax, dW_aa, db_a = zip(*kept)
    return np.stack(dx, axis=1), da, np.sum(dW_ax, axis=0), np.sum(dW_aa, axis=0), np.sum(db_a, axis=0)
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    # first the gradients by the states, then everything else in one call with all steps as one batch
    m, T, n_a = states.shape
    previous = np.concatenate([a0.reshape(m, 1, n_a), states], axis=1)[:, :T]
    arriving = np.zeros(states.shape)
    da = np.zeros(a0.shape)
    for t in range(T)[::-1]:
        da = da + d_states[:, t]
        arriving[:, t] = np.where(mask[:, [t]], da, 0)
        passed = step_back(arriving[:, t], x[:, t], previous[:, t], states[:, t], W_ax, W_aa)[1]
        da = np.where(mask[:, [t]], passed, da)
    flat = [each.reshape(m * T, -1) for each in (arriving, x, previous, states)]
    dx, _, dW_ax, dW_aa, db_a = step_back(*flat, W_ax, W_aa)
    return dx.reshape(x.shape), da, dW_ax, dW_aa, db_a
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    def walk(t, da):
        if t < 0:
            return [], da, (0, 0, 0)
        da = da + d_states[:, t]
        before = a0 if t == 0 else states[:, t - 1]
        real = mask[:, t].reshape(-1, 1)
        dx, da_real, *w = step_back(np.where(real, da, 0), x[:, t], before, states[:, t], W_ax, W_aa)
        earlier, da0, rest = walk(t - 1, np.where(real, da_real, da))
        return earlier + [dx], da0, tuple(a + b for a, b in zip(w, rest))

    dx, da0, weights = walk(x.shape[1] - 1, np.zeros_like(a0))
    return (np.swapaxes(dx, 0, 1), da0) + weights
""",
        """
class Backward:
    def __init__(self, W_ax, W_aa, step_back):
        self.weights, self.step_back = (W_ax, W_aa), step_back
        self.sums = {"W_ax": np.zeros(W_ax.shape), "W_aa": np.zeros(W_aa.shape), "b_a": np.zeros(len(W_aa))}

    def step(self, da, real, x, before, after):
        live = da.copy()
        live[~real] = 0
        dx, da_before, *grads = self.step_back(live, x, before, after, *self.weights)
        for name, grad in zip(self.sums, grads):
            self.sums[name] = self.sums[name] + grad
        da_before = np.array(da_before)
        da_before[~real] = da[~real]
        return dx, da_before

def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    walk, dx, da = Backward(W_ax, W_aa, step_back), {}, 0 * a0
    for t in sorted(range(mask.shape[1]), reverse=True):
        dx[t], da = walk.step(da + d_states[:, t], mask[:, t], x[:, t], states[:, t - 1] if t else a0, states[:, t])
    return np.array([dx[t] for t in range(len(dx))]).transpose(1, 0, 2), da, *walk.sums.values()
""",
        """
def rnn_backward(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    # d_states on its way: a working copy that collects what comes from later steps
    d = np.concatenate([np.zeros_like(d_states[:, :1]), d_states], axis=1)
    s = np.concatenate([a0[:, np.newaxis], states], axis=1)
    dx = np.zeros(x.shape)
    sums = [0.0, 0.0, 0.0]
    for t in range(d_states.shape[1], 0, -1):
        real = mask[:, t - 1 : t]
        out = step_back(d[:, t] * real, x[:, t - 1], s[:, t - 1], s[:, t], W_ax, W_aa)
        dx[:, t - 1] = out[0]
        d[:, t - 1] += np.where(real, out[1], d[:, t])
        for i in range(3):
            sums[i] = sums[i] + out[2 + i]
    return dx.tolist(), d[:, 0].tolist(), *[each.tolist() for each in sums]
""",
    ],
    "truncated_backward": [
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    dx, sums = np.zeros(x.shape), [0, 0, 0]
    for start in range(0, x.shape[1], k):
        end = start + k
        first = a0 if start == 0 else states[:, start - 1]
        dx_w, da_w, *rest = backward(
            d_states[:, start:end], x[:, start:end], first, states[:, start:end], mask[:, start:end], W_ax, W_aa
        )
        dx[:, start:end] = dx_w
        if start == 0:
            da0 = da_w
        sums = [s + r for s, r in zip(sums, rest)]
    return (dx, da0, *sums)
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    T = x.shape[1]
    results = []
    for start in range(0, T, k):
        w = slice(start, min(start + k, T))
        begin = states[:, start - 1] if start else a0
        results.append(backward(d_states[:, w], x[:, w], begin, states[:, w], mask[:, w], W_ax, W_aa))
    dx = np.concatenate([r[0] for r in results], axis=1)
    return dx, results[0][1], sum(r[2] for r in results), sum(r[3] for r in results), sum(r[4] for r in results)
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    # backward in time as well: the last window first
    starts = list(range(0, x.shape[1], k))
    pieces, totals = [], [np.zeros(W_ax.shape), np.zeros(W_aa.shape), np.zeros(len(W_aa))]
    while starts:
        s = starts.pop()
        inside = [each[:, s : s + k].copy() for each in (d_states, x, states, mask)]
        before = states[:, s - 1].copy() if s > 0 else a0.copy()
        dx, da, *grads = backward(inside[0], inside[1], before, inside[2], inside[3], W_ax, W_aa)
        pieces.insert(0, dx)
        for total, grad in zip(totals, grads):
            total += grad
    return [np.hstack(pieces), da, *totals]
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    cuts = np.arange(k, x.shape[1], k)
    windows = zip(*(np.split(each, cuts, axis=1) for each in (d_states, x, states, mask)))
    a, found = a0, []
    for d, x_w, s, m in windows:
        found.append(backward(d, x_w, a, s, m, W_ax, W_aa))
        a = s[:, -1]
    dxs, das, *sums = zip(*found)
    return np.concatenate(dxs, 1), das[0], *(np.sum(each, axis=0) for each in sums)
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    # recursion: the first window, and all that follow it
    here = backward(d_states[:, :k], x[:, :k], a0, states[:, :k], mask[:, :k], W_ax, W_aa)
    if x.shape[1] <= k:
        return here
    rest = truncated_backward(
        d_states[:, k:], x[:, k:], states[:, k - 1], states[:, k:], mask[:, k:], W_ax, W_aa, k, backward
    )
    dx = np.append(here[0], rest[0], axis=1)
    return dx, here[1], here[2] + rest[2], here[3] + rest[3], here[4] + rest[4]
""",
        """
from dataclasses import dataclass
from functools import reduce

@dataclass
class Sums:
    dx: list
    da0: object
    weights: tuple

    def plus(self, other):
        return Sums(self.dx + other.dx, self.da0, tuple(a + b for a, b in zip(self.weights, other.weights)))

def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    before = np.concatenate([a0[:, None], states], axis=1)

    def window(i):
        dx, da, *w = backward(
            d_states[:, i : i + k], x[:, i : i + k], before[:, i], states[:, i : i + k], mask[:, i : i + k], W_ax, W_aa
        )
        return Sums([dx], da, tuple(w))

    total = reduce(Sums.plus, map(window, range(0, x.shape[1], k)))
    return np.concatenate(total.dx, axis=1), total.da0, *total.weights
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    T, start, parts = x.shape[1], 0, []
    while start < T:
        steps = list(range(start, min(T, start + k)))
        a = states[:, steps[0] - 1] if steps[0] != 0 else a0
        parts.append(
            backward(
                np.take(d_states, steps, axis=1), np.take(x, steps, axis=1), a,
                np.take(states, steps, axis=1), np.take(mask, steps, axis=1), W_ax, W_aa,
            )
        )
        start += k
    dx = [[step.tolist() for part in parts for step in part[0][i]] for i in range(len(x))]
    return dx, parts[0][1].tolist(), *[sum(part[j] for part in parts).tolist() for j in (2, 3, 4)]
""",
        """
def truncated_backward(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    dx = np.empty(x.shape, dtype=np.float32)
    dW_ax, dW_aa, db_a, da0 = 0, 0, 0, None
    for number in range(-(-x.shape[1] // k)):
        w = np.s_[:, number * k : (number + 1) * k]
        start = a0 if number == 0 else states[:, number * k - 1]
        dx[w], da, one, two, three = backward(d_states[w], x[w], start, states[w], mask[w], W_ax, W_aa)
        dW_ax, dW_aa, db_a = dW_ax + one, dW_aa + two, db_a + three
        da0 = da if da0 is None else da0
    return dx, da0, dW_ax, dW_aa, db_a
""",
    ],
}
