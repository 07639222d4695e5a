"""Right answers to assignment 02, as students write them from the release alone: checking, clipping, training."""

ANSWERS: dict[str, list[str]] = {
    "numerical_gradient": [
        """
def numerical_gradient(f, theta, epsilon):
    theta = np.array(theta, dtype=float)
    grad = np.zeros(theta.shape)
    it = np.nditer(theta, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        old = theta[i]
        theta[i] = old + epsilon
        above = f(theta)
        theta[i] = old - epsilon
        below = f(theta)
        theta[i] = old
        grad[i] = (above - below) / (2 * epsilon)
    return grad
""",
        """
def numerical_gradient(f, theta, epsilon):
    flat = theta.astype(np.float64).ravel()
    grad = []
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = epsilon
        grad.append((f((flat + e).reshape(theta.shape)) - f((flat - e).reshape(theta.shape))) / (2 * epsilon))
    return np.array(grad).reshape(theta.shape)
""",
        """
def numerical_gradient(f, theta, epsilon):
    basis = epsilon * np.eye(theta.size).reshape(-1, *theta.shape)
    up = np.array([f(theta + e) for e in basis])
    down = np.array([f(theta - e) for e in basis])
    return ((up - down) / epsilon / 2).reshape(theta.shape)
""",
        """
def numerical_gradient(f, theta, epsilon):
    def slope(*place):
        moved = [np.array(theta, dtype="float64") for _ in "+-"]
        moved[0][place] += epsilon
        moved[1][place] -= epsilon
        return (f(moved[0]) - f(moved[1])) / (2 * epsilon)

    grad = np.empty(theta.shape)
    for place in np.ndindex(*theta.shape):
        grad[place] = slope(*place)
    return grad
""",
        """
def numerical_gradient(f, theta, epsilon):
    work = np.double(theta).copy()

    def along(prefix):
        if len(prefix) == theta.ndim:
            kept = work[prefix]
            values = []
            for sign in (1, -1):
                work[prefix] = kept + sign * epsilon
                values.append(f(work))
            work[prefix] = kept
            return 0.5 * (values[0] - values[1]) / epsilon
        return [along(prefix + (i,)) for i in range(theta.shape[len(prefix)])]

    return along(())
""",
        """
class Nudged:
    def __init__(self, theta):
        self.theta = np.asarray(theta, dtype=float)

    def at(self, i, by):
        copy = self.theta.copy()
        copy.flat[i] += by
        return copy

def numerical_gradient(f, theta, epsilon):
    nudged = Nudged(theta)
    result = np.zeros(theta.shape)
    for i in range(theta.size):
        result.flat[i] = (f(nudged.at(i, epsilon)) - f(nudged.at(i, -epsilon))) / (2.0 * epsilon)
    return result
""",
        """
def numerical_gradient(f, theta, epsilon):
    theta = theta.astype(float, order="C")
    gradient = np.fromiter(
        (f(np.where(np.arange(theta.size).reshape(theta.shape) == i, theta + epsilon, theta))
         - f(np.where(np.arange(theta.size).reshape(theta.shape) == i, theta - epsilon, theta))
         for i in range(theta.size)),
        dtype=float,
    )
    gradient /= 2 * epsilon
    return gradient.reshape(theta.shape)
""",
        """
def numerical_gradient(f, theta, epsilon):
    grad = {}
    for i, _ in np.ndenumerate(theta):
        plus, minus = theta + 0.0, theta + 0.0
        plus, minus = plus.astype(np.float64), minus.astype(np.float64)
        plus[i], minus[i] = plus[i] + epsilon, minus[i] - epsilon
        grad[i] = (f(plus) - f(minus)) / (plus[i] - minus[i])
    result = np.zeros(theta.shape)
    for i, value in grad.items():
        result[i] = value
    result.setflags(write=False)
    return result
""",
    ],
    "gradient_check": [
        """
def gradient_check(exact, approximate, tiny):
    numerator = np.linalg.norm(exact - approximate)
    denominator = np.linalg.norm(exact) + np.linalg.norm(approximate) + tiny
    return numerator / denominator
""",
        """
def gradient_check(exact, approximate, tiny):
    def length(g):
        return np.sqrt((g ** 2).sum())

    return float(length(exact - approximate) / (length(exact) + length(approximate) + tiny))
""",
        """
import math

def gradient_check(exact, approximate, tiny):
    e, a = exact.ravel().tolist(), approximate.ravel().tolist()
    size = math.hypot(*e) + math.hypot(*a) + tiny
    return math.hypot(*[p - q for p, q in zip(e, a)]) / size
""",
        """
def gradient_check(exact, approximate, tiny):
    d, e, a = 0.0, 0.0, 0.0
    for i in np.ndindex(exact.shape):
        d += (exact[i] - approximate[i]) ** 2
        e += exact[i] ** 2
        a += approximate[i] ** 2
    return d ** 0.5 / (e ** 0.5 + a ** 0.5 + tiny)
""",
        """
def gradient_check(exact, approximate, tiny):
    flat = [np.ravel(each) for each in (exact - approximate, exact, approximate)]
    d, e, a = (np.sqrt(np.vdot(v, v)) for v in flat)
    return np.array(d / (e + a + tiny))
""",
        """
def gradient_check(exact, approximate, tiny):
    both = np.stack([exact, approximate]).reshape(2, -1)
    norms = np.linalg.norm(both, axis=1)
    return np.float32(np.linalg.norm(np.diff(both, axis=0)) / (norms.sum() + tiny))
""",
        """
def gradient_check(exact, approximate, tiny):
    e, a = exact.flatten(), approximate.flatten()
    return np.sqrt(np.dot(e - a, e - a)) / (np.sqrt(np.dot(e, e)) + np.sqrt(np.dot(a, a)) + tiny)
""",
        """
def gradient_check(exact, approximate, tiny):
    norm = lambda g: np.sqrt(np.einsum("i,i", g.ravel(), g.ravel()))
    difference = norm(np.subtract(exact, approximate))
    return np.divide(difference, np.add(np.add(norm(exact), norm(approximate)), tiny))
""",
    ],
    "clip_by_value": [
        """
def clip_by_value(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]
""",
        """
def clip_by_value(gradients, limit):
    clipped = []
    for g in gradients:
        g = g.copy()
        g[g > limit] = limit
        g[g < -limit] = -limit
        clipped.append(g)
    return clipped
""",
        """
def clip_by_value(gradients, limit):
    return [np.where(g > limit, limit, np.where(g < -limit, -limit, g)) for g in gradients]
""",
        """
def clip_by_value(gradients, limit):
    return list(map(lambda g: np.sign(g) * np.minimum(np.abs(g), limit), gradients))
""",
        """
def clip_by_value(gradients, limit):
    result = []
    for g in gradients:
        new = np.zeros_like(g)
        for i, number in np.ndenumerate(g):
            new[i] = max(-limit, min(limit, number))
        result.append(new)
    return result
""",
        """
def clip_by_value(gradients, limit):
    new = [np.array(g) for g in gradients]
    for g in new:
        np.clip(g, -limit, limit, out=g)
    return new
""",
        """
def clip_by_value(gradients, limit):
    def each(g):
        return [each(row) for row in g] if isinstance(g, list) else sorted((-limit, g, limit))[1]

    return tuple(each(g.tolist()) for g in gradients)
""",
        """
def clip_by_value(gradients, limit):
    return [np.fmax(np.fmin(g.T, limit), -limit).T.astype(np.float32) for g in gradients]
""",
        """
def clip_by_value(gradients, limit):
    lengths = np.cumsum([g.size for g in gradients])[:-1]
    flat = np.clip(np.concatenate([g.ravel() for g in gradients]), -limit, limit)
    return [part.reshape(g.shape) for part, g in zip(np.split(flat, lengths), gradients)]
""",
    ],
    "clip_by_norm": [
        """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(sum((g ** 2).sum() for g in gradients))
    if norm > limit:
        return [g * limit / norm for g in gradients]
    return [g.copy() for g in gradients]
""",
        """
def clip_by_norm(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    scale = 1.0 if norm <= limit else limit / norm
    return [scale * g for g in gradients]
""",
        """
import math

def clip_by_norm(gradients, limit):
    total = math.sqrt(math.fsum(float(number) ** 2 for g in gradients for number in g.flat))
    return [np.array(g) / max(1.0, total / limit) for g in gradients]
""",
        """
def clip_by_norm(gradients, limit):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    with np.errstate(divide="ignore"):
        factor = np.minimum(1, np.divide(limit, norm))
    return tuple(factor * g for g in gradients)
""",
        """
def clip_by_norm(gradients, limit):
    squares = 0.0
    for g in gradients:
        squares += np.vdot(g, g)
    new = []
    for g in gradients:
        new.append(np.multiply(g, limit / squares ** 0.5) if squares > limit * limit else np.array(g, copy=True))
    return new
""",
        """
def clip_by_norm(gradients, limit):
    flat = np.hstack([np.ravel(g) for g in gradients]).astype(float)
    norm = np.sqrt(flat @ flat)
    if norm > limit:
        flat *= limit / norm
    new, start = [], 0
    for g in gradients:
        new.append(flat[start : start + g.size].reshape(g.shape))
        start += g.size
    return new
""",
        """
def clip_by_norm(gradients, limit):
    norm = np.sqrt(np.sum([np.einsum("i,i->", g.ravel(), g.ravel()) for g in gradients]))
    factor = np.where(norm > limit, limit / np.where(norm > 0, norm, 1), 1)
    return [(g * factor).tolist() for g in gradients]
""",
        """
def clip_by_norm(gradients, limit):
    def scaled(factor):
        return [np.asarray(g * factor, dtype=np.float32) for g in gradients]

    norm = sum(np.sum(np.abs(g) ** 2) for g in gradients) ** 0.5
    return scaled(limit / norm) if norm > limit else scaled(1)
""",
    ],
    "train_step": [
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    n_y, n_a = len(b_y), len(b_a)
    m, T = mask.shape
    x = np.eye(n_y)[characters[:, :-1]]
    y = np.eye(n_y)[characters[:, 1:]]
    a0 = np.zeros((m, n_a))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    z = states @ W_ya.T + b_y
    z = z - z.max(axis=-1, keepdims=True)
    y_hat = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    N = mask.sum()
    losses = -np.log(np.sum(y * y_hat, axis=-1))
    loss = np.sum(losses * mask) / N
    dz = (y_hat - y) / N * mask[:, :, None]
    dW_ya = np.einsum("mty,mta->ya", dz, states)
    db_y = dz.sum(axis=(0, 1))
    _, _, dW_ax, dW_aa, db_a = backward(dz @ W_ya, x, a0, states, mask, W_ax, W_aa)
    dW_ax, dW_aa, dW_ya, db_a, db_y = clip([dW_ax, dW_aa, dW_ya, db_a, db_y], limit)
    return (
        W_ax - learning_rate * dW_ax, W_aa - learning_rate * dW_aa, W_ya - learning_rate * dW_ya,
        b_a - learning_rate * db_a, b_y - learning_rate * db_y, loss,
    )
""",
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    # loops over sentences and steps
    m, T = mask.shape
    n_y = b_y.size
    x = np.zeros((m, T, n_y))
    for i in range(m):
        for t in range(T):
            x[i, t, characters[i, t]] = 1
    a0 = np.zeros((m, b_a.size))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    loss, count = 0.0, mask.sum()
    d_states, dW_ya, db_y = np.zeros(states.shape), np.zeros(W_ya.shape), np.zeros(n_y)
    for i in range(m):
        for t in range(T):
            if mask[i, t]:
                z = W_ya @ states[i, t] + b_y
                p = np.exp(z - z.max())
                p /= p.sum()
                target = characters[i, t + 1]
                loss -= np.log(p[target]) / count
                p[target] -= 1
                p /= count
                d_states[i, t] = W_ya.T @ p
                dW_ya += np.outer(p, states[i, t])
                db_y += p
    dW_ax, dW_aa, db_a = backward(d_states, x, a0, states, mask, W_ax, W_aa)[2:]
    old = (W_ax, W_aa, W_ya, b_a, b_y)
    grads = clip([dW_ax, dW_aa, dW_ya, db_a, db_y], limit)
    return [w - learning_rate * g for w, g in zip(old, grads)] + [loss]
""",
        """
from collections import namedtuple

Trained = namedtuple("Trained", "W_ax W_aa W_ya b_a b_y loss")

def log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)

def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    inputs, targets = characters[:, :-1], characters[:, 1:]
    x = (inputs[..., None] == np.arange(len(b_y))).astype(float)
    a0 = np.zeros((len(mask), len(b_a)))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    log_p = log_softmax(np.dot(states, W_ya.T) + b_y)
    loss = -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0][mask].mean()
    dz = np.exp(log_p)
    rows, steps = np.indices(targets.shape)
    dz[rows, steps, targets] -= 1
    dz[~mask] = 0
    dz /= mask.sum()
    flat_dz, flat_states = dz.reshape(-1, len(b_y)), states.reshape(-1, len(b_a))
    *_, dW_ax, dW_aa, db_a = backward(np.dot(dz, W_ya), x, a0, states, mask, W_ax, W_aa)
    gradients = clip([dW_ax, dW_aa, flat_dz.T @ flat_states, db_a, flat_dz.sum(0)], limit)
    return Trained(*(w - learning_rate * g for w, g in zip([W_ax, W_aa, W_ya, b_a, b_y], gradients)), loss)
""",
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    # gradients of the sum; the mean's follow by dividing all of them
    N = np.count_nonzero(mask)
    eye = np.identity(b_y.shape[0])
    x, y = eye[characters][:, :-1], eye[characters][:, 1:]
    a0 = np.zeros((x.shape[0], b_a.shape[0]))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    e = np.exp(states @ W_ya.T + b_y - (states @ W_ya.T + b_y).max(-1, keepdims=True))
    y_hat = e / e.sum(-1, keepdims=True)
    error = np.where(mask[..., None], y_hat - y, 0)
    grads = dict(zip(("W_ax", "W_aa", "b_a"), backward(error @ W_ya, x, a0, states, mask, W_ax, W_aa)[2:]))
    grads["W_ya"] = np.tensordot(error, states, ((0, 1), (0, 1)))
    grads["b_y"] = error.sum(1).sum(0)
    names = sorted(grads)
    clipped = dict(zip(names, clip([grads[name] / N for name in names], limit)))
    old = dict(W_ax=W_ax, W_aa=W_aa, W_ya=W_ya, b_a=b_a, b_y=b_y)
    new = {name: old[name] - learning_rate * clipped[name] for name in old}
    loss = -(np.log((y_hat * y).sum(-1)) * mask).sum() / N
    return (*new.values(), float(loss))
""",
        """
class Model:
    def __init__(self, *parameters):
        self.W_ax, self.W_aa, self.W_ya, self.b_a, self.b_y = parameters

    def forward(self, x, mask):
        self.a0 = np.zeros((len(x), len(self.b_a)))
        self.states = run_forward(x, self.a0, mask, self.W_ax, self.W_aa, self.b_a)
        scores = np.matmul(self.states, self.W_ya.T)
        scores += self.b_y
        scores -= scores.max(axis=2)[:, :, None]
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2)[:, :, None]
        return scores

    def gradients(self, x, dz, mask, backward):
        _, _, dW_ax, dW_aa, db_a = backward(np.einsum("mty,ya->mta", dz, self.W_ya), x, self.a0, self.states, mask,
                                            self.W_ax, self.W_aa)
        return [dW_ax, dW_aa, sum(d.T @ s for d, s in zip(dz, self.states)), db_a, sum(d.sum(0) for d in dz)]

def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    model = Model(W_ax, W_aa, W_ya, b_a, b_y)
    one_hot = np.eye(len(b_y))[characters]
    x, y = one_hot[:, :-1], one_hot[:, 1:]
    y_hat = model.forward(x, mask)
    loss = -(mask * np.log(np.where(y > 0, y_hat, 1)).sum(-1)).sum() / mask.sum()
    dz = (y_hat - y) * (mask / mask.sum())[:, :, None]
    clipped = clip(model.gradients(x, dz, mask, backward), limit)
    return [old + -learning_rate * g for old, g in zip((W_ax, W_aa, W_ya, b_a, b_y), clipped)] + [loss]
""",
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    parameters = [np.array(each, dtype=float) for each in (W_ax, W_aa, W_ya, b_a, b_y)]
    W_ax, W_aa, W_ya, b_a, b_y = parameters
    T = mask.shape[1]
    x = np.zeros((*mask.shape, len(b_y)))
    y = np.zeros_like(x)
    np.put_along_axis(x, characters[:, :T, None], 1, axis=2)
    np.put_along_axis(y, characters[:, 1:, None], 1, axis=2)
    a0 = np.zeros((mask.shape[0], len(W_aa)))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    z = np.tensordot(states, W_ya, axes=([2], [1])) + b_y
    z -= np.max(z, axis=-1, keepdims=True)
    log_y_hat = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = np.average(-(y * log_y_hat).sum(axis=-1), weights=mask)
    dz = (np.exp(log_y_hat) - y) * mask[:, :, np.newaxis] / mask.sum()
    back = backward(dz @ W_ya, x, a0, states, mask, W_ax, W_aa)
    gradients = [back[2], back[3], np.swapaxes(dz.reshape(-1, len(b_y)), 0, 1) @ states.reshape(-1, len(b_a)), back[4],
                 np.einsum("mty->y", dz)]
    for parameter, gradient in zip(parameters, clip(gradients, limit)):
        parameter -= learning_rate * np.asarray(gradient)
    return (*parameters, loss)
""",
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    # only the real steps are looked at
    one_hot = np.eye(len(b_y), dtype=int)[characters]
    x, y = one_hot[:, :-1].astype(float), one_hot[:, 1:]
    a0 = np.zeros((len(x), len(b_a)))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    real_states, real_y = states[mask], y[mask]
    z = real_states @ W_ya.T + b_y
    p = np.exp(z - z.max(1, keepdims=True))
    p = p / p.sum(1, keepdims=True)
    loss = -np.mean(np.log(p[real_y == 1]))
    dz = (p - real_y) / len(p)
    d_states = np.zeros(states.shape)
    d_states[mask] = dz @ W_ya
    d = backward(d_states, x, a0, states, mask, W_ax, W_aa)
    d = clip([d[2], d[3], dz.T @ real_states, d[4], dz.sum(axis=0)], limit)
    new = tuple((w - learning_rate * g).astype(np.float32) for w, g in zip((W_ax, W_aa, W_ya, b_a, b_y), d))
    return new + (np.float32(loss),)
""",
        """
def train_step(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip):
    def one_hot(ids):
        table = np.zeros(ids.shape + (len(b_y),))
        for i in np.ndindex(ids.shape):
            table[i][ids[i]] = 1.0
        return table

    def softmax(z):
        e = np.exp(z - np.max(z, -1, keepdims=True))
        return e / np.sum(e, -1, keepdims=True)

    x, y = one_hot(characters[:, :-1]), one_hot(characters[:, 1:])
    a0 = np.zeros((len(characters), len(b_a)))
    states = run_forward(x, a0, mask, W_ax, W_aa, b_a)
    y_hat = softmax(np.inner(states, W_ya) + b_y)
    steps = list(zip(*np.nonzero(mask)))
    loss = sum(-np.log(y_hat[i, t, characters[i, t + 1]]) for i, t in steps) / len(steps)
    dz = np.zeros_like(y_hat)
    for i, t in steps:
        dz[i, t] = (y_hat[i, t] - y[i, t]) / len(steps)
    dW_ya = sum(np.outer(dz[i, t], states[i, t]) for i, t in steps)
    _, _, *inner = backward(dz @ W_ya, x, a0, states, mask, W_ax, W_aa)
    W = {"ax": (W_ax, inner[0]), "aa": (W_aa, inner[1]), "ya": (W_ya, dW_ya), "a": (b_a, inner[2]), "y": (b_y, dz.sum((0, 1)))}
    clipped = clip([gradient for _, gradient in W.values()], limit)
    return tuple(np.subtract(old, np.multiply(learning_rate, g)) for (old, _), g in zip(W.values(), clipped)) + (loss,)
""",
    ],
}
