"""Right answers to assignment 05, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "window_pairs": [
        """\
def window_pairs(ids, sentence, reach):
    centres = []
    contexts = []
    for i in range(len(ids)):
        for j in range(len(ids)):
            if i != j and abs(i - j) <= reach[i] and sentence[i] == sentence[j]:
                centres.append(ids[i])
                contexts.append(ids[j])
    return centres, contexts
""",
        """\
def window_pairs(ids, sentence, reach):
    place = np.arange(len(ids))
    distance = np.abs(place[:, None] - place[None, :])
    ok = (distance > 0) & (distance <= reach[:, None]) & (sentence[:, None] == sentence[None, :])
    i, j = np.where(ok)
    return ids[i], ids[j]
""",
        """\
def window_pairs(ids, sentence, reach):
    out = []
    for i, (word, s, r) in enumerate(zip(ids, sentence, reach)):
        left = [ids[j] for j in range(i - r, i) if j >= 0 and sentence[j] == s]
        right = [ids[j] for j in range(i + 1, i + r + 1) if j < len(ids) and sentence[j] == s]
        out += [(word, other) for other in left + right]
    table = np.array(out, dtype=int).reshape(-1, 2)
    return table[:, 0], table[:, 1]
""",
        """\
def window_pairs(ids, sentence, reach):
    first = np.searchsorted(sentence, sentence, side="left")
    last = np.searchsorted(sentence, sentence, side="right") - 1
    place = np.arange(len(ids))
    low = np.maximum(first, place - reach)
    high = np.minimum(last, place + reach)
    centres, contexts = [], []
    for i in place:
        window = [j for j in range(low[i], high[i] + 1) if j != i]
        centres.extend([ids[i]] * len(window))
        contexts.extend(ids[window].tolist())
    return np.array(centres), np.array(contexts)
""",
        """\
def window_pairs(ids, sentence, reach):
    rows = [np.array([], int)]
    cols = [np.array([], int)]
    for number in np.unique(sentence):
        where = np.flatnonzero(sentence == number)
        for i in where:
            near = where[(np.abs(where - i) <= reach[i]) & (where != i)]
            rows.append(np.full(len(near), ids[i]))
            cols.append(ids[near])
    return np.concatenate(rows), np.concatenate(cols)
""",
        """\
def window_pairs(ids, sentence, reach):
    def contexts_of(i):
        for j in range(max(i - reach[i], 0), min(i + reach[i], len(ids) - 1) + 1):
            if j != i and sentence[j] == sentence[i]:
                yield j

    found = [(i, j) for i in range(len(ids)) for j in contexts_of(i)]
    return np.array([ids[i] for i, _ in found]), np.array([ids[j] for _, j in found])
""",
        """\
from collections import namedtuple

Pairs = namedtuple("Pairs", "centres contexts")

def window_pairs(ids, sentence, reach):
    n, widest = len(ids), int(max(reach, default=0))
    offsets = np.array([d for d in range(-widest, widest + 1) if d != 0], dtype=int)
    other = np.arange(n)[:, None] + offsets
    inside = (other >= 0) & (other < n)
    safe = np.clip(other, 0, n - 1)
    ok = inside & (np.abs(offsets) <= reach[:, None]) & (sentence[safe] == sentence[:, None])
    return Pairs(np.repeat(ids, ok.sum(axis=1)), ids[safe][ok])
""",
        """\
def window_pairs(ids, sentence, reach):
    centres, contexts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for i in range(len(ids)):
        r = int(reach[i])
        start, end = max(0, i - r), i + r + 1
        mine = sentence[start:end] == sentence[i]
        mine[i - start] = False
        contexts = np.append(contexts, ids[start:end][mine])
        centres = np.append(centres, [ids[i]] * int(mine.sum())).astype(int)
    return [centres, contexts]
""",
    ],
    "thin_out": [
        """\
def thin_out(ids, counts, s, seed):
    f = counts / counts.sum()
    p = np.ones(len(counts))
    p[counts > 0] = np.sqrt(s / f[counts > 0]) + s / f[counts > 0]
    u = np.random.default_rng(seed).random(len(ids))
    return ids[u < p[ids]]
""",
        """\
def thin_out(ids, counts, s, seed):
    rng = np.random.default_rng(seed)
    total = counts.sum()
    kept = []
    for i in ids:
        f = counts[i] / total
        if rng.random() < np.sqrt(s / f) + s / f:
            kept.append(i)
    return kept
""",
        """\
def thin_out(ids, counts, s, seed):
    rng = np.random.default_rng(seed)
    f = counts[ids] / np.sum(counts)
    keep = np.minimum(1.0, (1 + np.sqrt(f / s)) * (s / f))
    mask = rng.random(len(ids)) < keep
    return np.array([i for i, stays in zip(ids, mask) if stays])
""",
        """\
import math

def thin_out(ids, counts, s, seed):
    u = np.random.default_rng(seed).random(len(ids)).tolist()
    total = sum(counts.tolist())
    def p(i):
        r = s * total / counts[i]
        return math.sqrt(r) + r
    return np.array([i for i, number in zip(ids.tolist(), u) if number < p(i)], dtype=int)
""",
        """\
def thin_out(ids, counts, s, seed):
    share = np.asarray(counts, dtype=float)
    share /= share.sum()
    ratio = s / share[ids]
    p_keep = np.where(ratio >= 1, 1.0, np.sqrt(ratio) + ratio)
    u = np.random.default_rng(seed).uniform(size=ids.shape)
    return np.compress(p_keep > u, ids)
""",
        """\
def thin_out(ids, counts, s, seed):
    with np.errstate(divide="ignore"):
        p = np.sqrt(s * counts.sum() / counts) + s * counts.sum() / counts
    gone = np.random.default_rng(seed).random(len(ids)) >= p[ids]
    return np.delete(ids, np.flatnonzero(gone))
""",
        """\
def thin_out(ids, counts, s, seed):
    words, where = np.unique(ids, return_inverse=True)
    f = counts[words] / counts.sum()
    p = np.clip((s / f) ** 0.5 + s / f, 0, 1)
    u = np.random.default_rng(seed=seed).random((len(ids),))
    return ids[np.nonzero(u < p[where])[0]]
""",
        """\
def thin_out(ids, counts, s, seed):
    generator = np.random.Generator(np.random.PCG64(seed))
    u = generator.random(ids.size)
    r = np.array([s / (counts[i] / counts.sum()) for i in ids])
    return ids[np.greater(np.sqrt(r) + r, u)] if len(ids) else ids.copy()
""",
    ],
    "negative_shares": [
        """\
def negative_shares(counts, power, reserved):
    weights = np.zeros(len(counts))
    for i in range(reserved, len(counts)):
        if counts[i] > 0:
            weights[i] = counts[i] ** power
    return weights / weights.sum()
""",
        """\
def negative_shares(counts, power, reserved):
    w = counts.astype(float) ** power
    w[counts == 0] = 0
    w[:reserved] = 0
    return w / np.sum(w)
""",
        """\
def negative_shares(counts, power, reserved):
    ok = np.logical_and(np.arange(counts.size) >= reserved, counts > 0)
    w = np.where(ok, np.power(counts, float(power)), 0.0)
    return w / w.sum()
""",
        """\
def negative_shares(counts, power, reserved):
    f = counts / counts.sum()
    w = np.concatenate([np.zeros(reserved), f[reserved:] ** power * (f[reserved:] > 0)])
    w /= w.sum()
    return w
""",
        """\
def negative_shares(counts, power, reserved):
    w = [0.0] * reserved + [float(c) ** power if c else 0.0 for c in counts[reserved:]]
    total = sum(w)
    return [each / total for each in w]
""",
        """\
def negative_shares(counts, power, reserved):
    logs = np.full(len(counts), -np.inf)
    used = counts > 0
    used[:reserved] = False
    logs[used] = power * np.log(counts[used])
    e = np.exp(logs - logs.max())
    return e / e.sum()
""",
        """\
def negative_shares(counts, power, reserved):
    lifted = np.sign(counts) * np.abs(counts) ** float(power)
    lifted = lifted * np.r_[np.zeros(reserved), np.ones(len(counts) - reserved)]
    return np.divide(lifted, lifted.sum())
""",
        """\
def negative_shares(counts, power, reserved):
    copy = np.array(counts, dtype=float)
    copy[:reserved] = 0
    copy[copy > 0] = copy[copy > 0] ** power
    return copy / copy.sum(keepdims=True)
""",
    ],
    "draw_negatives": [
        """\
def draw_negatives(shares, targets, u):
    m, k = u.shape
    out = np.zeros((m, k), dtype=int)
    for i in range(m):
        p = shares.copy()
        p[targets[i]] = 0
        sums = np.cumsum(p)
        sums = sums / sums[-1]
        for j in range(k):
            out[i, j] = np.argmax(sums > u[i, j])
    return out
""",
        """\
def draw_negatives(shares, targets, u):
    p = np.tile(shares, (len(targets), 1))
    p[np.arange(len(targets)), targets] = 0
    sums = np.cumsum(p, axis=1)
    sums /= sums[:, -1:]
    return (sums[:, None, :] > u[:, :, None]).argmax(axis=2)
""",
        """\
def draw_negatives(shares, targets, u):
    rows = []
    for target, numbers in zip(targets, u):
        left = np.where(np.arange(len(shares)) == target, 0.0, shares)
        sums = left.cumsum()
        rows.append(np.searchsorted(sums / sums[-1], numbers, side="right"))
    return np.stack(rows)
""",
        """\
def draw_negatives(shares, targets, u):
    result = []
    for target, numbers in zip(targets.tolist(), u.tolist()):
        total = sum(s for i, s in enumerate(shares.tolist()) if i != target)
        row = []
        for number in numbers:
            running = 0.0
            for i, s in enumerate(shares.tolist()):
                if i == target:
                    continue
                running += s
                if running / total > number:
                    row.append(i)
                    break
        result.append(row)
    return result
""",
        """\
def draw_negatives(shares, targets, u):
    eye = np.eye(len(shares))[targets]
    sums = ((1 - eye) * shares).cumsum(1)
    normal = sums / sums[:, [-1]]
    return np.sum(normal[:, np.newaxis] <= u[..., np.newaxis], axis=-1)
""",
        """\
def draw_negatives(shares, targets, u):
    result = np.empty(u.shape, dtype=np.int64)
    for i, t in enumerate(targets):
        others = np.delete(np.arange(len(shares)), t)
        sums = np.cumsum(shares[others])
        result[i] = others[np.searchsorted(sums / sums[-1], u[i], side="right")]
    return result
""",
        """\
def draw_negatives(shares, targets, u):
    def one_row(target, numbers):
        p = np.array(shares, dtype=np.float64)
        p[target] = 0
        bounds = np.add.accumulate(p)
        return np.digitize(numbers, bounds / bounds[-1])

    return np.array([one_row(t, row) for t, row in zip(targets, u)])
""",
        """\
import bisect

def draw_negatives(shares, targets, u):
    out = []
    for row, target in enumerate(targets):
        p = list(map(float, shares))
        p[int(target)] = 0.0
        sums = np.cumsum(p)
        sums = list(sums / sums[-1])
        out.append([bisect.bisect_right(sums, x) for x in u[row]])
    return np.array(out)
""",
    ],
    "sampling_loss": [
        """\
def sampling_loss(right, wrong):
    return np.mean(np.logaddexp(0, -right) + np.sum(np.logaddexp(0, wrong), axis=1))
""",
        """\
def sampling_loss(right, wrong):
    x = np.column_stack([-right, wrong])
    return np.logaddexp(0, x).sum() / len(right)
""",
        """\
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))

def sampling_loss(right, wrong):
    return (softplus(-right).sum() + softplus(wrong).sum()) / right.shape[0]
""",
        """\
def sampling_loss(right, wrong):
    losses = []
    for x, others in zip(right, wrong):
        loss = np.logaddexp(0.0, -x)
        for other in others:
            loss += np.logaddexp(0.0, other)
        losses.append(loss)
    return float(np.mean(losses))
""",
        """\
def log_sigmoid(x):
    return np.where(x >= 0, -np.log1p(np.exp(-np.clip(x, 0, None))), x - np.log1p(np.exp(np.clip(x, None, 0))))

def sampling_loss(right, wrong):
    return -(log_sigmoid(right) + log_sigmoid(-wrong).sum(-1)).mean()
""",
        """\
import math

def sampling_loss(right, wrong):
    def cost(x):
        return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))

    return sum(cost(-float(x)) + sum(cost(float(o)) for o in row) for x, row in zip(right, wrong)) / len(right)
""",
        """\
def sampling_loss(right, wrong):
    signs = np.ones(1 + wrong.shape[1])
    signs[0] = -1
    logits = np.concatenate([right[:, None], wrong], axis=1)
    return np.array(np.logaddexp(np.zeros_like(logits), signs * logits).sum(axis=1).mean())
""",
        """\
def sampling_loss(right, wrong):
    positive = -np.mean(-np.logaddexp(0, -right))
    negative = np.mean([np.logaddexp(0, row).sum() for row in wrong])
    return positive + negative
""",
    ],
    "sampling_gradients": [
        """\
def sampling_gradients(E, theta, centres, candidates):
    dE = np.zeros_like(E)
    dtheta = np.zeros_like(theta)
    m = len(centres)
    for c, row in zip(centres, candidates):
        for j, t in enumerate(row):
            y = 1 if j == 0 else 0
            d = 1 / (1 + np.exp(-(theta[t] @ E[c]))) - y
            dE[c] += d * theta[t] / m
            dtheta[t] += d * E[c] / m
    return dE, dtheta
""",
        """\
def sampling_gradients(E, theta, centres, candidates):
    e = E[centres]
    t = theta[candidates]
    x = (t * e[:, None, :]).sum(axis=-1)
    y = np.zeros(x.shape)
    y[:, 0] = 1
    d = (1 / (1 + np.exp(-x)) - y) / len(centres)
    dE = np.zeros(E.shape)
    dtheta = np.zeros(theta.shape)
    np.add.at(dE, centres, (d[:, :, None] * t).sum(axis=1))
    np.add.at(dtheta, candidates, d[:, :, None] * e[:, None, :])
    return dE, dtheta
""",
        """\
def sampling_gradients(E, theta, centres, candidates):
    V = len(E)
    o_c = np.eye(V)[centres]
    o_t = np.eye(V)[candidates]
    e, t = o_c @ E, o_t @ theta
    d = 1 / (1 + np.exp(-np.einsum("mn,mkn->mk", e, t))) - (np.arange(candidates.shape[1]) == 0)
    d = d / len(centres)
    return np.einsum("mv,mk,mkn->vn", o_c, d, t), np.einsum("mkv,mk,mn->vn", o_t, d, e)
""",
        """\
def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))

def sampling_gradients(E, theta, centres, candidates):
    m, width = candidates.shape
    table = np.zeros((len(E), len(theta)))
    scores = sigmoid(E @ theta.T)
    for i in range(m):
        for j in range(width):
            table[centres[i], candidates[i, j]] += (scores[centres[i], candidates[i, j]] - (j == 0)) / m
    return table @ theta, table.T @ E
""",
        """\
def sampling_gradients(E, theta, centres, candidates):
    e = E[centres][:, :, None]
    t = theta[candidates]
    d = 1 / (1 + np.exp(-(t @ e)))
    d[:, 0] = d[:, 0] - 1
    rows_E = (d * t).sum(1) / len(centres)
    rows_theta = d @ e.transpose(0, 2, 1) / len(centres)
    dE = np.array([rows_E[centres == v].sum(axis=0) for v in range(len(E))])
    dtheta = np.array([rows_theta[candidates == v].sum(axis=0) for v in range(len(theta))])
    return dE, dtheta
""",
        """\
def sampling_gradients(E, theta, centres, candidates):
    n = E.shape[1]
    flat_c = np.repeat(centres, candidates.shape[1])
    flat_t = candidates.ravel()
    y = np.tile([1] + [0] * (candidates.shape[1] - 1), len(centres))
    d = (1 / (1 + np.exp(-(E[flat_c] * theta[flat_t]).sum(1))) - y) / len(centres)
    dE = np.stack([np.bincount(flat_c, d * theta[flat_t, i], minlength=len(E)) for i in range(n)], axis=1)
    dtheta = np.stack([np.bincount(flat_t, d * E[flat_c, i], minlength=len(theta)) for i in range(n)], axis=1)
    return dE, dtheta
""",
        """\
def sampling_gradients(E, theta, centres, candidates):
    gradients = {"E": np.zeros_like(E), "theta": np.zeros_like(theta)}
    for centre, (right, *wrong) in zip(centres.tolist(), candidates.tolist()):
        e = E[centre]
        pull = 1 / (1 + np.exp(-e @ theta[right])) - 1
        gradients["E"][centre] += pull * theta[right]
        gradients["theta"][right] += pull * e
        for t in wrong:
            push = 1 / (1 + np.exp(-e @ theta[t]))
            gradients["E"][centre] += push * theta[t]
            gradients["theta"][t] += push * e
    return [each / len(centres) for each in gradients.values()]
""",
        """\
from collections import namedtuple

Gradients = namedtuple("Gradients", ["dE", "dtheta"])

def sampling_gradients(E, theta, centres, candidates):
    e, t = np.take(E, centres, axis=0), np.take(theta, candidates, axis=0)
    d = np.reciprocal(1 + np.exp(-np.matmul(t, e[..., None])[..., 0]))
    d -= np.eye(1, d.shape[1])
    dE, dtheta = np.zeros_like(E), np.zeros_like(theta)
    for i, c in enumerate(centres):
        dE[c] += d[i] @ t[i]
        for j in range(d.shape[1]):
            dtheta[candidates[i, j]] += d[i, j] * e[i]
    return Gradients(dE / d.shape[0], dtheta / d.shape[0])
""",
    ],
    "skip_gram_model": [
        """\
def skip_gram_model(V, n):
    ids = keras.Input(shape=(None,), dtype="int32")
    centre = ids[:, 0:1]
    candidates = ids[:, 1:]
    e = keras.layers.Embedding(V, n, name="E")(centre)
    t = keras.layers.Embedding(V, n, name="theta")(candidates)
    x = keras.layers.Dot(axes=(2, 2))([t, e])
    x = keras.layers.Flatten()(x)
    model = keras.Model(ids, x)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model
""",
        """\
def skip_gram_model(V, n):
    ids = keras.Input((None,), dtype="int32")
    e = keras.layers.Embedding(V, n)(ids[:, :1])
    t = keras.layers.Embedding(V, n, embeddings_initializer="zeros")(ids[:, 1:])
    logits = keras.ops.sum(e * t, axis=-1)
    model = keras.Model(ids, logits)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model
""",
        """\
def skip_gram_model(V, n):
    ids = keras.layers.Input(shape=(None,))
    e = keras.layers.Embedding(V, n)(ids[:, 0])
    t = keras.layers.Embedding(V, n)(ids[:, 1:])
    logits = keras.layers.Dot(axes=(2, 1))([t, e])
    model = keras.Model(inputs=ids, outputs=logits)
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), optimizer=keras.optimizers.Adam(1e-2))
    return model
""",
        """\
from keras import layers, ops

def skip_gram_model(V, n):
    ids = keras.Input((None,), dtype="int64")
    e = layers.Embedding(V, n)(ids[:, :1])
    t = layers.Embedding(V, n)(ids[:, 1:])
    product = layers.Multiply()([e, t])
    logits = ops.sum(product, axis=2)
    model = keras.Model(ids, logits, name="skip_gram")
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(True), metrics=["accuracy"])
    return model
""",
        """\
def skip_gram_model(V, n):
    ids = keras.Input((None,), dtype="int32")
    small = keras.initializers.RandomUniform(-0.5 / n, 0.5 / n)
    e = keras.layers.Embedding(V, n, embeddings_initializer=small)(ids[:, :1])
    t = keras.layers.Embedding(V, n, embeddings_initializer="zeros")(ids[:, 1:])
    scores = keras.ops.matmul(t, keras.ops.transpose(e, (0, 2, 1)))
    model = keras.Model(ids, keras.layers.Reshape((-1,))(scores))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model
""",
        """\
def skip_gram_model(V, n):
    ids = keras.Input((None,), dtype="int32")
    E, theta = keras.layers.Embedding(V, n), keras.layers.Embedding(V, n)
    logits = keras.ops.einsum("mn,mkn->mk", E(ids[:, 0]), theta(ids[:, 1:]))
    model = keras.Model(ids, keras.layers.Activation("linear")(logits))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=[keras.losses.BinaryCrossentropy(from_logits=True)])
    return model
""",
        """\
def skip_gram_model(V, n):
    ids = keras.Input((None,), dtype="int32")
    centres = keras.layers.Embedding(V, n)(ids)
    contexts = keras.layers.Embedding(V, n)(ids)
    logits = keras.layers.Flatten()(keras.layers.Dot(axes=-1)([contexts[:, 1:, :], centres[:, :1, :]]))
    model = keras.Model(ids, logits)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model
""",
        """\
def skip_gram_model(V, n):
    x = keras.Input((None,), dtype="int32")
    e = keras.layers.Embedding(V, n)(x[:, 0])
    e = keras.ops.expand_dims(e, 1)
    t = keras.layers.Embedding(input_dim=V, output_dim=n)(x[:, 1:])
    logits = keras.ops.sum(keras.ops.multiply(t, e), -1)
    model = keras.Model(x, logits)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model
""",
    ],
    "most_alike": [
        """\
def most_alike(vectors, plus, minus, k):
    norms = np.linalg.norm(vectors, axis=1)
    unit = np.zeros_like(vectors)
    unit[norms > 0] = vectors[norms > 0] / norms[norms > 0][:, None]
    direction = unit[plus].sum(axis=0) - unit[minus].sum(axis=0)
    scores = unit @ direction
    result = []
    for i in np.argsort(-scores, kind="stable"):
        if i not in plus and i not in minus:
            result.append(i)
    return np.array(result[:k])
""",
        """\
def most_alike(vectors, plus, minus, k):
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    direction = unit[plus].sum(0) - unit[minus].sum(0)
    scores = [(-float(unit[i] @ direction), i) for i in range(len(vectors)) if i not in {*plus, *minus}]
    return [i for _, i in sorted(scores)][:k]
""",
        """\
def most_alike(vectors, plus, minus, k):
    length = np.sqrt(np.sum(vectors**2, axis=1, keepdims=True))
    length[length == 0] = 1
    unit = vectors / length
    direction = np.sum(unit[plus], axis=0) - np.sum(unit[minus], axis=0)
    size = np.linalg.norm(direction)
    cosines = unit @ direction / (size if size > 0 else 1)
    others = np.setdiff1d(np.arange(len(vectors)), np.concatenate([plus, minus]))
    best = others[np.argsort(-cosines[others], kind="stable")]
    return best[:k]
""",
        """\
def most_alike(vectors, plus, minus, k):
    with np.errstate(invalid="ignore"):
        unit = np.nan_to_num(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    weights = np.zeros(len(vectors))
    np.add.at(weights, plus, 1)
    np.add.at(weights, minus, -1)
    scores = unit @ (weights @ unit)
    left = np.ones(len(vectors), bool)
    left[plus] = left[minus] = False
    ids = np.flatnonzero(left)
    return ids[np.lexsort((ids, -scores[ids]))][:k]
""",
        """\
def most_alike(vectors, plus, minus, k):
    unit = np.array([v / np.linalg.norm(v) if v.any() else v for v in vectors])
    direction = np.zeros(vectors.shape[1])
    for i in plus:
        direction = direction + unit[i]
    for i in minus:
        direction = direction - unit[i]
    cosines = [float(np.dot(u, direction)) for u in unit]
    asked = list(plus) + list(minus)
    answers = []
    while len(answers) < k and len(answers) + len(asked) < len(unit):
        best = None
        for i, cosine in enumerate(cosines):
            if i in asked or i in answers:
                continue
            if best is None or cosine > cosines[best]:
                best = i
        answers.append(best)
    return np.array(answers)
""",
        """\
def most_alike(vectors, plus, minus, k):
    norms = np.linalg.norm(vectors, axis=1)
    unit = np.divide(vectors, norms[:, None], out=np.zeros_like(vectors), where=norms[:, None] > 0)
    direction = unit[plus].sum(axis=0) - unit[minus].sum(axis=0)
    scores = unit @ direction
    scores[np.r_[plus, minus]] = -np.inf
    order = np.argsort(-scores, kind="stable")
    return order[: min(k, len(vectors) - len(plus) - len(minus))]
""",
        """\
def most_alike(vectors, plus, minus, k):
    unit = vectors / np.where(np.any(vectors != 0, axis=1), np.linalg.norm(vectors, axis=1), 1.0)[:, None]
    signs = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
    asked = np.concatenate([plus, minus]).astype(int)
    direction = signs @ unit[asked]
    candidates = [i for i in range(len(unit)) if i not in asked]
    candidates.sort(key=lambda i: unit[i] @ direction, reverse=True)
    return candidates[:k]
""",
        """\
def most_alike(vectors, plus, minus, k):
    def unit(v):
        length = np.sqrt(v @ v)
        return v / length if length else v

    direction = sum(unit(vectors[i]) for i in plus) - sum(unit(vectors[i]) for i in minus)
    cosines = {i: unit(v) @ direction for i, v in enumerate(vectors) if not (i == plus).any() and not (i == minus).any()}
    return sorted(cosines, key=cosines.get, reverse=True)[:k]
""",
    ],
    "rank_correlation": [
        """\
def ranks(values):
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])

def rank_correlation(cosines, people, known):
    both = known[:, 0] & known[:, 1]
    number = int(both.sum())
    if number < 2:
        return np.nan, number
    a, b = ranks(cosines[both]), ranks(people[both])
    a, b = a - a.mean(), b - b.mean()
    bottom = np.sqrt(np.sum(a**2) * np.sum(b**2))
    if bottom == 0:
        return np.nan, number
    return np.sum(a * b) / bottom, number
""",
        """\
def rank_correlation(cosines, people, known):
    rows = known.all(axis=1)

    def rank(x):
        order = np.argsort(x, kind="stable")
        ranks = np.empty(len(x))
        i = 0
        while i < len(x):
            j = i
            while j + 1 < len(x) and x[order[j + 1]] == x[order[i]]:
                j += 1
            ranks[order[i : j + 1]] = (i + j) / 2 + 1
            i = j + 1
        return ranks

    a, b = rank(cosines[rows]), rank(people[rows])
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return float("nan"), len(a)
    return np.corrcoef(a, b)[0, 1], len(a)
""",
        """\
def rank_correlation(cosines, people, known):
    rows = np.flatnonzero(known.sum(axis=1) == 2)
    x = np.array([[np.mean(np.flatnonzero(np.sort(side[rows]) == v)) for v in side[rows]] for side in (cosines, people)])
    if len(rows) < 2:
        return np.nan, len(rows)
    centred = x - x.mean(axis=1, keepdims=True)
    cov = centred @ centred.T
    with np.errstate(invalid="ignore"):
        return cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), len(rows)
""",
        """\
import math

def rank_correlation(cosines, people, known):
    kept = [(float(c), float(p)) for c, p, (a, b) in zip(cosines, people, known) if a and b]
    if len(kept) < 2:
        return math.nan, len(kept)

    def rank(values):
        place = {}
        for number, value in enumerate(sorted(values), start=1):
            place.setdefault(value, []).append(number)
        return [sum(place[v]) / len(place[v]) for v in values]

    a, b = (rank([pair[side] for pair in kept]) for side in (0, 1))
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    bottom = math.sqrt(sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b))
    return (top / bottom if bottom > 0 else math.nan), len(kept)
""",
        """\
def rank_correlation(cosines, people, known):
    rows = np.logical_and(*known.T)
    ranks = []
    for x in (cosines[rows], people[rows]):
        _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
        ends = np.cumsum(counts)
        ranks.append((ends - (counts - 1) / 2)[inverse])
    number = np.count_nonzero(rows)
    if number < 2 or len(np.unique(ranks[0])) == 1 or len(np.unique(ranks[1])) == 1:
        return np.nan, number
    return np.corrcoef(ranks)[0, 1], number
""",
        """\
def rank_correlation(cosines, people, known):
    keep = known.min(axis=1)
    c, p = cosines[keep], people[keep]
    rank = lambda x: 0.5 * (np.sum(x[:, None] > x, axis=1) + np.sum(x[:, None] >= x, axis=1)) + 0.5
    a, b = rank(c), rank(p)
    if len(c) < 2 or np.ptp(c) == 0 or np.ptp(p) == 0:
        return np.array([np.nan, len(c)])
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    return np.array([np.mean(a * b), len(c)])
""",
        """\
from collections import namedtuple

Score = namedtuple("Score", "rho number")

def rank_correlation(cosines, people, known):
    keep = np.all(known, axis=-1)
    n = int(np.sum(keep))
    if n < 2:
        return Score(np.nan, n)
    def signs(x):
        return np.sign(np.subtract.outer(x[keep], x[keep])).sum(axis=1)
    a, b = signs(cosines), signs(people)
    spread = np.linalg.norm(a) * np.linalg.norm(b)
    return Score(np.nan if spread == 0 else a @ b / spread, n)
""",
        """\
def rank_correlation(cosines, people, known):
    cosines, people = cosines[known.all(1)], people[known.all(1)]
    if cosines.size < 2 or (cosines == cosines[0]).all() or (people == people[0]).all():
        return np.nan, cosines.size
    def rank(x):
        first = np.searchsorted(np.sort(x), x, side="left")
        last = np.searchsorted(np.sort(x), x, side="right")
        return (first + last + 1) / 2
    return [np.corrcoef(rank(cosines), rank(people))[0][1], cosines.size]
""",
    ],
    "themed_vectors": [],
}

_FACTORISED = """\
def themed_vectors(text, V, size):
    together = np.zeros((V, V))
    for d in range(1, WINDOW + 1):
        np.add.at(together, (text[:, :-d], text[:, d:]), 1)
        np.add.at(together, (text[:, d:], text[:, :-d]), 1)
    often = together.sum(axis=1)
    expected = np.outer(often, often) / often.sum()
    ratio = np.divide(together, expected, out=np.zeros_like(together), where=expected > 0)
    table = np.log(np.maximum(ratio, 1))
    left, strength, _ = np.linalg.svd(table)
    return FINISH
"""
_SKIP_GRAM = """\
def themed_vectors(text, V, size):
    rng = np.random.default_rng(SEED)
    counts = np.bincount(text.ravel(), minlength=V)
    shares = counts**0.75 / (counts**0.75).sum()
    keep = np.minimum(1, np.sqrt(0.01 * counts.sum() / np.maximum(counts, 1)))
    E, theta = rng.normal(size=(V, size)) / size, np.zeros((V, size))
    for epoch in range(20000 // len(text)):
        stays = rng.random(text.shape) < keep[text]
        c, t = [], []
        for d in range(1, 5):
            both = stays[:, :-d] & stays[:, d:]
            c += [text[:, :-d][both], text[:, d:][both]]
            t += [text[:, d:][both], text[:, :-d][both]]
        c, t = np.concatenate(c), np.concatenate(t)
        order = rng.permutation(len(c))
        for rows in np.array_split(order, 1 + len(order) // 200):
            ids = np.column_stack([t[rows], rng.choice(V, size=(len(rows), 5), p=shares)])
            e, th = E[c[rows]], theta[ids]
            d = 1 / (1 + np.exp(-(th * e[:, None]).sum(2)))
            d[:, 0] -= 1
            np.add.at(E, c[rows], -0.03 * (d[:, :, None] * th).sum(1))
            np.add.at(theta, ids, -0.03 * d[:, :, None] * e[:, None])
    return as_model(TABLE)
"""
_WEIGHED = """\
def themed_vectors(text, V, size):
    o = np.eye(V)[text]
    table = np.zeros((V, V))
    for d in (1, 2, 3, 4):
        table += o[:, d:].reshape(-1, V).T @ o[:, :-d].reshape(-1, V) * WEIGHT
    table = table + table.T
    share = table.sum(axis=0) / table.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(table / table.sum() / share / share[:, None])
    pmi[~np.isfinite(pmi) | (pmi < 0)] = 0
    values, vectors = np.linalg.eigh(pmi @ pmi.T)
    ids = keras.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(V, size)
    model = keras.Model(ids, embedding(ids))
    embedding.set_weights([vectors[:, ::-1][:, :size] * np.maximum(values[::-1][:size], 0) ** 0.25])
    return model
"""
ANSWERS["themed_vectors"] += [
    _FACTORISED.replace("WINDOW", "4").replace("FINISH", "as_model(left[:, :size] * np.sqrt(strength[:size]))"),
    _FACTORISED.replace("WINDOW", "4").replace("FINISH", "as_model(left[:, :size] * strength[:size] ** 0.3)"),
    _FACTORISED.replace("WINDOW", "3").replace(
        "FINISH", "as_model((left[:, :size] * strength[:size] ** 0.5).astype('float32'))"
    ),
    _FACTORISED.replace("WINDOW", "4").replace("FINISH", "as_model(10 * left[:, :size] * np.sqrt(strength)[:size])"),
    _FACTORISED.replace("WINDOW", "4").replace("FINISH", "as_model(-left[:, :size] * np.sqrt(strength[:size]) / 2)"),
    _SKIP_GRAM.replace("SEED", "2").replace("TABLE", "E / np.linalg.norm(E, axis=1, keepdims=True)"),
    _WEIGHED.replace("WEIGHT", "1"),
    _WEIGHED.replace("WEIGHT", "(6 - d) / 5"),
]
