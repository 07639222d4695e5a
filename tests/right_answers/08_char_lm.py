"""Right answers to assignment 08, written from the released notebook alone, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "strided_windows": [
        """\
def strided_windows(ids, T, stride, pad):
    pairs = len(ids) - 1
    inputs, targets, mask = [], [], []
    start = 0
    while True:
        x = [pad] * T
        y = [pad] * T
        ok = [False] * T
        for t in range(T):
            i = start + t
            if i < pairs:
                x[t] = ids[i]
                y[t] = ids[i + 1]
                ok[t] = start == 0 or t >= T - stride
        inputs.append(x)
        targets.append(y)
        mask.append(ok)
        if start + T >= pairs:
            break
        start += stride
    return inputs, targets, mask
""",
        """\
import math

def strided_windows(ids, T, stride, pad):
    n = len(ids) - 1
    m = 1 if n <= T else 1 + math.ceil((n - T) / stride)
    total = (m - 1) * stride + T
    x = np.concatenate([ids[:-1], np.full(total - n, pad)])
    y = np.concatenate([ids[1:], np.full(total - n, pad)])
    real = np.arange(total) < n
    index = np.arange(m)[:, None] * stride + np.arange(T)[None, :]
    mask = real[index]
    mask[1:, : T - stride] = False
    return x[index], y[index], mask
""",
        """\
def strided_windows(ids, T, stride, pad):
    n = len(ids) - 1
    starts = [0]
    while starts[-1] + T < n:
        starts.append(starts[-1] + stride)
    m = len(starts)
    inputs = np.full((m, T), pad)
    targets = np.full((m, T), pad)
    mask = np.zeros((m, T), dtype=bool)
    counted = 0
    for row, start in enumerate(starts):
        end = min(start + T, n)
        inputs[row, : end - start] = ids[start:end]
        targets[row, : end - start] = ids[start + 1 : end + 1]
        mask[row, counted - start : end - start] = True
        counted = end
    return inputs, targets, mask
""",
        """\
def strided_windows(ids, T, stride, pad):
    n = ids.shape[0] - 1
    m = max(0, -((T - n) // stride)) + 1
    long = np.pad(ids, (0, m * stride + T), constant_values=pad)
    view = np.lib.stride_tricks.sliding_window_view
    inputs = view(long, T)[: m * stride : stride].copy()
    targets = view(long[1:], T)[: m * stride : stride].copy()
    place = stride * np.arange(m).reshape(-1, 1) + np.arange(T)
    inputs[place >= n] = pad
    seen = np.zeros(n, dtype=bool)
    mask = np.zeros((m, T), dtype=bool)
    for i in range(m):
        for t in range(T):
            j = place[i, t]
            if j < n and not seen[j]:
                mask[i, t] = True
                seen[j] = True
    return inputs, targets, mask
""",
        """\
from collections import namedtuple

Windows = namedtuple("Windows", "inputs targets mask")

def strided_windows(ids, T, stride, pad):
    pairs = list(zip(ids[:-1].tolist(), ids[1:].tolist()))
    rows = []
    for start in range(0, len(pairs), stride):
        if start > 0 and start - stride + T >= len(pairs):
            break
        chunk = [(x, y, start == 0 or t >= T - stride) for t, (x, y) in enumerate(pairs[start : start + T])]
        chunk += [(pad, pad, False)] * (T - len(chunk))
        rows.append(chunk)
    table = np.array(rows)
    return Windows(table[:, :, 0], table[:, :, 1], table[:, :, 2].astype(bool))
""",
        """\
def strided_windows(ids, T, stride, pad):
    n = len(ids) - 1
    firsts = np.arange(0, max(n - T, 0) + stride, stride)
    idx = np.add.outer(firsts, np.arange(T))
    real = idx < n
    clipped = np.clip(idx, 0, n - 1)
    x = np.where(real, ids[clipped], pad)
    y = np.where(real, ids[clipped + 1], pad)
    fresh = np.tile(np.arange(T) >= T - stride, (len(firsts), 1))
    fresh[0] = True
    return [x, y, np.logical_and(fresh, real)]
""",
        """\
def strided_windows(ids, T, stride, pad):
    x = []
    y = []
    mask = []
    i = 0
    first = True
    done = False
    while not done:
        a = list(ids[i : i + T])
        b = list(ids[i + 1 : i + T + 1])
        a = a[: len(b)]
        k = len(b)
        done = i + T >= len(ids) - 1
        fill = [pad] * (T - k)
        new = [True] * k if first else [t >= T - stride for t in range(k)]
        x.append(a + fill)
        y.append(b + fill)
        mask.append(new + [False] * (T - k))
        first = False
        i += stride
    return np.array(x), np.array(y), np.array(mask)
""",
        """\
def strided_windows(ids, T, stride, pad):
    N = len(ids)
    columns_x, columns_y, columns_m = [], [], []
    m = 1
    while (m - 1) * stride + T < N - 1:
        m += 1
    begin = np.arange(m) * stride
    for t in range(T):
        at = begin + t
        inside = at < N - 1
        cx = np.full(m, pad, dtype=ids.dtype)
        cy = np.full(m, pad, dtype=ids.dtype)
        cx[inside] = ids[at[inside]]
        cy[inside] = ids[at[inside] + 1]
        columns_x.append(cx)
        columns_y.append(cy)
        columns_m.append(inside & ((begin == 0) | (t >= T - stride)))
    return np.array(columns_x).T, np.array(columns_y).T, np.array(columns_m).T
""",
    ],
    "char_model": [
        """\
def char_model(V, E, n):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,)))
    model.add(keras.layers.Embedding(V, E))
    model.add(keras.layers.GRU(n, return_sequences=True))
    model.add(keras.layers.GRU(n, return_sequences=True))
    model.add(keras.layers.Dense(V))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model
""",
        """\
def char_model(V, E, n):
    inputs = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(input_dim=V, output_dim=E)(inputs)
    x = keras.layers.GRU(n, return_sequences=True)(x)
    x = keras.layers.GRU(n, return_sequences=True)(x)
    logits = keras.layers.Dense(V)(x)
    model = keras.Model(inputs, logits)
    model.compile(keras.optimizers.Adam(1e-2), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
        """\
from keras import Input, Sequential, layers

def char_model(V, E, n):
    rnn = [layers.GRU(n, return_sequences=True, name=f"gru_{i}") for i in (1, 2)]
    model = Sequential([Input((None,)), layers.Embedding(V, E, name="letters"), *rnn, layers.Dense(V, name="logits")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.SparseCategoricalCrossentropy(True))
    return model
""",
        """\
def char_model(V, E, n):
    ids = keras.Input(shape=(None,), dtype="int64", name="ids")
    h = keras.layers.Embedding(V, E)(ids)
    for _ in range(2):
        h = keras.layers.GRU(n, return_sequences=True)(h)
    out = keras.layers.Dense(V, activation=None)(h)
    model = keras.Model(inputs=ids, outputs=out, name="char_model")
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.Adam(learning_rate=0.01),
        metrics=["accuracy"],
    )
    return model
""",
        """\
def char_model(V, E, n):
    model = keras.Sequential([
        keras.Input((None,)),
        keras.layers.Embedding(V, E),
        keras.layers.GRU(n, return_sequences=True),
        keras.layers.GRU(n, return_sequences=True),
        keras.layers.Dense(V, activation="linear"),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    return model
""",
        """\
def char_model(V, E, n):
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(V, E),
        keras.layers.GRU(n, return_sequences=True, recurrent_initializer="glorot_uniform"),
        keras.layers.GRU(n, return_sequences=True, recurrent_initializer="glorot_uniform"),
        keras.layers.TimeDistributed(keras.layers.Dense(V)),
    ])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
        """\
def char_model(V, E, n):
    model = keras.Sequential([
        keras.Input((None,)),
        keras.layers.Embedding(V, E, embeddings_initializer="glorot_uniform"),
        keras.layers.RNN(keras.layers.GRUCell(n), return_sequences=True),
        keras.layers.RNN(keras.layers.GRUCell(n), return_sequences=True),
        keras.layers.Dense(V),
    ])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
        """\
def char_model(V, E, n):
    x = inputs = keras.layers.Input(shape=(None,))
    stack = [
        keras.layers.Embedding(V, E),
        keras.layers.GRU(units=n, return_sequences=True),
        keras.layers.GRU(units=n, return_sequences=True, return_state=False),
        keras.layers.Dense(units=V),
    ]
    for layer in stack:
        x = layer(x)
    model = keras.Model(inputs=inputs, outputs=x)
    adam = keras.optimizers.Adam()
    adam.learning_rate = 0.01
    model.compile(adam, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="xent"))
    return model
""",
    ],
    "text_scores": [
        """\
def text_scores(logits, targets, mask):
    total, count = 0.0, 0
    m, T, V = logits.shape
    for i in range(m):
        for t in range(T):
            if mask[i, t]:
                z = logits[i, t] - logits[i, t].max()
                total += np.log(np.exp(z).sum()) - z[targets[i, t]]
                count += 1
    nats = total / count
    return nats, nats / np.log(2), np.exp(nats)
""",
        """\
def text_scores(logits, targets, mask):
    top = np.max(logits, axis=-1, keepdims=True)
    log_p = logits - top - np.log(np.sum(np.exp(logits - top), axis=-1, keepdims=True))
    onehot = np.eye(logits.shape[-1])[targets]
    surprise = -(log_p * onehot).sum(axis=-1)
    nats = (surprise * mask).sum() / mask.sum()
    bits = nats / np.log(2)
    return np.array([nats, bits, 2**bits])
""",
        """\
def text_scores(logits, targets, mask):
    z = logits[mask]
    y = targets[mask]
    z = z - z.max(axis=1, keepdims=True)
    log_p = z[np.arange(len(y)), y] - np.log(np.exp(z).sum(axis=1))
    nats = -np.mean(log_p)
    return nats, nats * np.log2(np.e), np.exp(nats)
""",
        """\
def text_scores(logits, targets, mask):
    normalizer = np.logaddexp.reduce(logits, axis=-1)
    rows, steps = np.indices(targets.shape)
    surprise = normalizer - logits[rows, steps, targets]
    nats = np.average(surprise, weights=mask)
    return [nats, nats / np.log(2), np.e**nats]
""",
        """\
from collections import namedtuple

Scores = namedtuple("Scores", ["nats", "bits", "perplexity"])

def text_scores(logits, targets, mask):
    logits = logits.astype(np.float64)
    c = logits.max(axis=2)
    lse = c + np.log(np.exp(logits - c[:, :, None]).sum(axis=2))
    right = np.take_along_axis(logits, targets[:, :, np.newaxis], axis=2).squeeze(axis=2)
    nats = np.where(mask, lse - right, 0).sum() / np.count_nonzero(mask)
    return Scores(nats=nats, bits=nats / np.log(2), perplexity=np.exp(nats))
""",
        """\
import math

def text_scores(logits, targets, mask):
    surprises = []
    for row, ys, ms in zip(logits.tolist(), targets.tolist(), mask.tolist()):
        for z, y, counts in zip(row, ys, ms):
            if counts:
                largest = max(z)
                surprises.append(largest + math.log(sum(math.exp(v - largest) for v in z)) - z[y])
    nats = sum(surprises) / len(surprises)
    return nats, nats / math.log(2), math.exp(nats)
""",
        """\
def text_scores(logits, targets, mask):
    differences = logits - np.take_along_axis(logits, targets[..., None], axis=-1)
    most = differences.max(axis=-1, keepdims=True)
    surprise = most[..., 0] + np.log(np.exp(differences - most).sum(axis=-1))
    nats = np.mean(surprise, where=mask)
    return np.asarray(nats), np.asarray(nats / np.log(2)), np.asarray(np.exp(nats))
""",
        """\
def text_scores(logits, targets, mask):
    def log_softmax(z):
        z = z - np.max(z)
        return z - np.log(np.sum(np.exp(z)))

    log_p = np.apply_along_axis(log_softmax, -1, logits)
    picked = np.array([[log_p[i, t, targets[i, t]] for t in range(log_p.shape[1])] for i in range(log_p.shape[0])])
    nats = -picked[mask == True].sum() / mask.sum()
    bits = nats / np.log(2)
    return tuple(float(v) for v in (nats, bits, np.power(2.0, bits)))
""",
    ],
    "with_temperature": [
        """\
def with_temperature(logits, temperature):
    z = logits / temperature.reshape(-1, 1)
    z = z - np.max(z, axis=1, keepdims=True)
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)
""",
        """\
def with_temperature(logits, temperature):
    result = np.zeros(logits.shape)
    for i in range(len(logits)):
        z = logits[i] / temperature[i]
        e = np.exp(z - z.max())
        result[i] = e / e.sum()
    return result
""",
        """\
def with_temperature(logits, temperature):
    z = (logits.T / temperature).T
    z -= z.max(axis=-1)[:, None]
    p = np.exp(z)
    p /= p.sum(axis=-1)[:, None]
    return p
""",
        """\
def with_temperature(logits, temperature):
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted / temperature[:, np.newaxis])
    return np.divide(p, p.sum(axis=1, keepdims=True))
""",
        """\
def with_temperature(logits, temperature):
    z = (logits.T / temperature)
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0)).T
""",
        """\
import math

def with_temperature(logits, temperature):
    rows = []
    for z, t in zip(logits.tolist(), temperature.tolist()):
        z = [v / t for v in z]
        e = [math.exp(v - max(z)) for v in z]
        rows.append([v / sum(e) for v in e])
    return rows
""",
        """\
def with_temperature(logits, temperature):
    z = np.einsum("mv,m->mv", logits, 1 / temperature)
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
""",
        """\
def with_temperature(logits, temperature):
    def softmax(z):
        e = np.exp(z - np.amax(z))
        return e / e.sum()
    return np.stack([softmax(row / tau) for row, tau in zip(logits, temperature)])
""",
    ],
    "top_k": [
        """\
def top_k(probabilities, k):
    result = np.zeros_like(probabilities)
    for i, row in enumerate(probabilities):
        order = sorted(range(len(row)), key=lambda j: -row[j])[:k]
        for j in order:
            result[i, j] = row[j]
        result[i] /= result[i].sum()
    return result
""",
        """\
def top_k(probabilities, k):
    order = np.argsort(-probabilities, axis=1, kind="stable")
    rank = np.argsort(order, axis=1)
    kept = np.where(rank < k, probabilities, 0)
    return kept / kept.sum(axis=1, keepdims=True)
""",
        """\
def top_k(probabilities, k):
    m, V = probabilities.shape
    mask = np.zeros((m, V), bool)
    left = probabilities.copy()
    for _ in range(min(k, V)):
        best = left.argmax(axis=1)
        mask[np.arange(m), best] = True
        left[np.arange(m), best] = -1
    p = probabilities * mask
    return p / p.sum(axis=1)[:, None]
""",
        """\
def top_k(probabilities, k):
    p = np.array(probabilities)
    cut = np.argsort(-p, axis=-1, kind="stable")[:, k:]
    np.put_along_axis(p, cut, 0, axis=-1)
    p /= p.sum(axis=-1, keepdims=True)
    return p
""",
        """\
def top_k(probabilities, k):
    out = []
    for row in probabilities.tolist():
        pairs = sorted(((-p, i) for i, p in enumerate(row)))[:k]
        ids = {i for _, i in pairs}
        total = sum(row[i] for i in ids)
        out.append([p / total if i in ids else 0.0 for i, p in enumerate(row)])
    return out
""",
        """\
def top_k(probabilities, k):
    m, V = probabilities.shape
    ids = np.tile(np.arange(V), (m, 1))
    order = np.lexsort((ids, -probabilities), axis=1)[:, :k]
    rows = np.arange(m)[:, None]
    result = np.zeros((m, V))
    result[rows, order] = probabilities[rows, order]
    return result / result.sum(axis=1, keepdims=True)
""",
        """\
def top_k(probabilities, k):
    V = probabilities.shape[1]
    if k >= V:
        return probabilities / probabilities.sum(axis=1, keepdims=True)
    backwards = probabilities[:, ::-1]
    order = V - 1 - np.argsort(backwards, axis=1, kind="stable")[:, ::-1]
    keep = np.zeros_like(probabilities, dtype=bool)
    keep[np.arange(len(keep))[:, None], order[:, :k]] = True
    kept = np.where(keep, probabilities, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)
""",
        """\
def top_k(probabilities, k):
    def one(row):
        order = np.argsort(-row, kind="mergesort")
        new = row.copy()
        new[order[k:]] = 0
        return new / np.sum(new)
    return np.apply_along_axis(one, 1, probabilities)
""",
        """\
def top_k(probabilities, k):
    V = probabilities.shape[1]
    kth = np.sort(probabilities, axis=1)[:, ::-1][:, min(k, V) - 1][:, None]
    above = probabilities > kth
    tie = probabilities == kth
    room = min(k, V) - above.sum(axis=1, keepdims=True)
    keep = above | (tie & (np.cumsum(tie, axis=1) <= room))
    kept = probabilities * keep
    return kept / kept.sum(axis=1, keepdims=True)
""",
    ],
    "top_p": [
        """\
def top_p(probabilities, p):
    result = np.zeros_like(probabilities)
    for i, row in enumerate(probabilities):
        order = np.argsort(-row, kind="stable")
        total = 0.0
        for j in order:
            result[i, j] = row[j]
            total += row[j]
            if total >= p:
                break
        result[i] = result[i] / result[i].sum()
    return result
""",
        """\
def top_p(probabilities, p):
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sorted_p = np.take_along_axis(probabilities, order, axis=1)
    sums = np.cumsum(sorted_p, axis=1)
    keep_sorted = np.ones(sums.shape, dtype=bool)
    keep_sorted[:, 1:] = sums[:, :-1] < p
    keep = np.zeros_like(keep_sorted)
    np.put_along_axis(keep, order, keep_sorted, axis=1)
    kept = np.where(keep, probabilities, 0)
    return kept / kept.sum(axis=1, keepdims=True)
""",
        """\
def top_p(probabilities, p):
    rows = []
    for row in probabilities:
        order = sorted(range(len(row)), key=lambda i: (-row[i], i))
        sums = np.cumsum(row[order])
        count = int((sums < p).sum()) + 1
        new = np.zeros(len(row))
        new[order[:count]] = row[order[:count]]
        rows.append(new / new.sum())
    return np.array(rows)
""",
        """\
def top_p(probabilities, p):
    order = np.argsort(-probabilities, axis=1, kind="stable")
    inverse = np.argsort(order, axis=1)
    ranked = np.take_along_axis(probabilities, order, axis=1)
    count = 1 + (np.cumsum(ranked, axis=1) < p).sum(axis=1, keepdims=True)
    ranked = ranked * (np.arange(ranked.shape[1]) < count)
    ranked = ranked / ranked.sum(axis=1, keepdims=True)
    return np.take_along_axis(ranked, inverse, axis=1)
""",
        """\
def top_p(probabilities, p):
    out = []
    for row in probabilities.tolist():
        left = dict(enumerate(row))
        kept, total = {}, 0.0
        while left and total < p:
            best = max(left, key=lambda i: (left[i], -i))
            kept[best] = left.pop(best)
            total += kept[best]
        norm = sum(kept.values())
        out.append([kept.get(i, 0.0) / norm for i in range(len(row))])
    return out
""",
        """\
def top_p(probabilities, p):
    m, V = probabilities.shape
    kept = np.zeros((m, V), dtype=probabilities.dtype)
    left = probabilities.copy()
    total = np.zeros(m)
    for _ in range(V):
        best = left.argmax(axis=1)
        for i in range(m):
            if total[i] < p:
                kept[i, best[i]] = probabilities[i, best[i]]
                total[i] += probabilities[i, best[i]]
                left[i, best[i]] = -1
    return kept / kept.sum(axis=1, keepdims=True)
""",
        """\
def top_p(probabilities, p):
    def cut(row):
        order = np.argsort(-row, kind="stable")
        last = np.searchsorted(np.cumsum(row[order]), p)
        row = row.copy()
        row[order[last + 1 :]] = 0
        return row / row.sum()
    return np.stack([cut(row) for row in probabilities])
""",
        """\
def top_p(probabilities, p):
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    reached = sums >= p
    last = np.where(reached.any(axis=1), reached.argmax(axis=1), probabilities.shape[1] - 1)
    kept = np.array(probabilities, dtype=float)
    for i in range(len(kept)):
        kept[i, order[i, last[i] + 1 :]] = 0
    return kept / kept.sum(axis=1, keepdims=True)
""",
    ],
    "pick_ids": [
        """\
def pick_ids(probabilities, u):
    ids = []
    for row, x in zip(probabilities, u):
        total = 0.0
        found = None
        for i, p in enumerate(row):
            total += p
            if p > 0:
                last = i
            if total > x:
                found = i
                break
        ids.append(last if found is None else found)
    return ids
""",
        """\
def pick_ids(probabilities, u):
    sums = np.cumsum(probabilities, axis=1)
    hit = sums > u[:, None]
    V = probabilities.shape[1]
    last = np.where(probabilities > 0, np.arange(V), -1).max(axis=1)
    return np.where(hit.any(axis=1), hit.argmax(axis=1), last)
""",
        """\
def pick_ids(probabilities, u):
    result = np.zeros(len(u), dtype=int)
    for i in range(len(u)):
        sums = np.cumsum(probabilities[i])
        above = np.nonzero(sums > u[i])[0]
        result[i] = above[0] if above.size else np.nonzero(probabilities[i])[0][-1]
    return result
""",
        """\
def pick_ids(probabilities, u):
    sums = probabilities.cumsum(axis=1)
    sums[probabilities[:, ::-1].cumsum(axis=1)[:, ::-1] == probabilities] = np.inf
    return (sums > u.reshape(-1, 1)).argmax(axis=1)
""",
        """\
def pick_ids(probabilities, u):
    out = np.empty(len(u), dtype=np.int32)
    for i, (p, x) in enumerate(zip(probabilities, u)):
        j = np.searchsorted(np.cumsum(p), x, side="right")
        while j >= len(p) or p[j] == 0:
            j -= 1
        out[i] = j
    return out
""",
        """\
def pick_ids(probabilities, u):
    m, V = probabilities.shape
    running = np.zeros(m, dtype=probabilities.dtype)
    ids = np.full(m, -1)
    last = np.zeros(m, dtype=int)
    for v in range(V):
        running = running + probabilities[:, v]
        last = np.where(probabilities[:, v] > 0, v, last)
        ids = np.where((ids < 0) & (running > u), v, ids)
    return np.where(ids < 0, last, ids)
""",
        """\
from itertools import accumulate

def pick_ids(probabilities, u):
    def pick(row, x):
        for i, total in enumerate(accumulate(row)):
            if total > x:
                return i
        return max(i for i, p in enumerate(row) if p > 0)
    return np.array([pick(row, x) for row, x in zip(probabilities, u)])
""",
        """\
def pick_ids(probabilities, u):
    count = np.sum(np.cumsum(probabilities, axis=1) <= u[:, np.newaxis], axis=1)
    reversed_first = np.argmax(np.fliplr(probabilities) > 0, axis=1)
    last = probabilities.shape[1] - 1 - reversed_first
    return np.minimum(count, last).astype(float)
""",
    ],
    "draw_ids": [
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    probs = heat(logits.reshape(1, -1), np.array([temperature]))
    probs = keep_k(probs, k)
    probs = keep_p(probs, p)
    rng = np.random.default_rng(seed)
    u = rng.random(n)
    return pick(np.repeat(probs, n, axis=0), u)
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    rows = np.tile(logits, (n, 1))
    probs = keep_p(keep_k(heat(rows, np.full(n, temperature)), k), p)
    return pick(probs, np.random.default_rng(seed).random(n))
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    rng = np.random.default_rng(seed)
    row = heat(logits[None, :], np.array([temperature]))
    row = keep_p(keep_k(row, k), p)
    ids = []
    for _ in range(n):
        ids.append(int(pick(row, rng.random(1))[0]))
    return ids
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    numbers = np.random.default_rng(seed).uniform(size=n)
    q = heat(np.expand_dims(logits, 0), np.atleast_1d(temperature))
    q = keep_p(keep_k(q, k), p)
    return pick(np.broadcast_to(q, (n, q.shape[1])), numbers)
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    u = np.random.default_rng(seed).random(n)
    q = keep_p(keep_k(heat(logits[np.newaxis], np.ones(1) * temperature), k), p)
    return np.array([pick(q, u[[i]])[0] for i in range(n)])
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    generator = np.random.default_rng(seed)
    hot = heat(np.array([logits]), np.array([temperature], dtype=float))
    few = keep_k(hot, k)
    fewer = keep_p(few, p)
    return pick(np.vstack([fewer] * n), generator.random(size=n)).tolist()
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    rng = np.random.default_rng(seed)
    q = keep_p(keep_k(heat(logits[None], np.array([temperature])), k), p)[0]
    u = np.array([rng.random() for _ in range(n)])
    return pick(np.stack([q for _ in range(n)]), u)
""",
        """\
def draw_ids(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    steps = [(heat, np.array([temperature])), (keep_k, k), (keep_p, p)]
    table = logits.astype("float64")[None]
    for function, how in steps:
        table = function(table, how)
    table = table[np.zeros(n, dtype=int)]
    return tuple(pick(table, np.random.default_rng(seed).random(n)))
""",
    ],
    "greedy_chain": [
        """\
def greedy_chain(log_start, log_next, eos, T):
    i = int(np.argmax(log_start))
    ids, log_p = [i], log_start[i]
    while i != eos and len(ids) < T:
        j = int(np.argmax(log_next[i]))
        log_p = log_p + log_next[i, j]
        ids.append(j)
        i = j
    ids += [eos] * (T - len(ids))
    return np.array(ids), log_p
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    ids = np.full(T, eos)
    total = 0.0
    row = log_start
    for t in range(T):
        ids[t] = row.argmax()
        total += row.max()
        if ids[t] == eos:
            break
        row = log_next[ids[t]]
    return ids, total
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    ids = []
    terms = []
    for t in range(T):
        if ids and ids[-1] == eos:
            ids.append(eos)
            continue
        scores = log_next[ids[-1]] if ids else log_start
        best = max(range(len(scores)), key=lambda i: scores[i])
        ids.append(best)
        terms.append(scores[best])
    return ids, sum(terms)
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    def go(row, left):
        if left == 0:
            return [], 0.0
        i = int(row.argmax())
        if i == eos:
            return [eos] * left, row[i]
        rest, log_p = go(log_next[i], left - 1)
        return [i] + rest, row[i] + log_p
    ids, log_p = go(log_start, T)
    return np.array(ids), float(log_p)
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    closed = np.array(log_next)
    closed[eos] = -np.inf
    closed[eos, eos] = 0
    ids = [np.argmax(log_start)]
    log_p = log_start[ids[0]]
    for _ in range(T - 1):
        log_p += closed[ids[-1]].max()
        ids.append(closed[ids[-1]].argmax())
    return np.array(ids), log_p
""",
        """\
from collections import namedtuple

Text = namedtuple("Text", "ids log_p")

def greedy_chain(log_start, log_next, eos, T):
    best_next = log_next.argmax(axis=1)
    ids = [int(log_start.argmax())]
    while ids[-1] != eos and len(ids) < T:
        ids.append(int(best_next[ids[-1]]))
    log_p = log_start[ids[0]] + sum(log_next[a, b] for a, b in zip(ids, ids[1:]))
    return Text(ids + (T - len(ids)) * [eos], log_p)
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    log_start, log_next = log_start.tolist(), log_next.tolist()
    text, log_p, scores = [], 0, log_start
    while len(text) < T:
        best = scores.index(max(scores))
        text.append(best)
        log_p += scores[best]
        if best == eos:
            break
        scores = log_next[best]
    while len(text) < T:
        text.append(eos)
    return [text, log_p]
""",
        """\
def greedy_chain(log_start, log_next, eos, T):
    ids = np.zeros(T, dtype=np.int64)
    ids[0] = np.argmax(log_start)
    log_p = np.asarray(log_start[ids[0]], dtype=np.float64)
    ended = ids[0] == eos
    for t in range(1, T):
        if ended:
            ids[t] = eos
        else:
            ids[t] = np.argmax(log_next[ids[t - 1]])
            log_p = log_p + log_next[ids[t - 1], ids[t]]
            ended = ids[t] == eos
    return ids, np.array(log_p)
""",
    ],
    "beam_chain": [
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    beam = [([i], log_start[i]) for i in range(len(log_start))]
    def score(text):
        return text[1] / len(text[0]) ** alpha
    beam = sorted(beam, key=score, reverse=True)[:width]
    for _ in range(T - 1):
        candidates = []
        for ids, log_p in beam:
            if ids[-1] == eos:
                candidates.append((ids, log_p))
            else:
                for j in range(len(log_start)):
                    candidates.append((ids + [j], log_p + log_next[ids[-1], j]))
        beam = sorted(candidates, key=score, reverse=True)[:width]
    ids, log_p = beam[0]
    return np.array(ids + [eos] * (T - len(ids))), log_p
""",
        """\
import heapq

def beam_chain(log_start, log_next, eos, T, width, alpha):
    def score(item):
        return item[0] / len(item[1]) ** alpha

    kept = heapq.nlargest(width, [(p, (i,)) for i, p in enumerate(log_start)], key=score)
    while any(ids[-1] != eos and len(ids) < T for _, ids in kept):
        grown = [item for item in kept if item[1][-1] == eos]
        for log_p, ids in kept:
            if ids[-1] != eos:
                grown += [(log_p + more, (*ids, j)) for j, more in enumerate(log_next[ids[-1]])]
        kept = heapq.nlargest(width, grown, key=score)
    log_p, ids = max(kept, key=score)
    return list(ids) + [eos] * (T - len(ids)), log_p
""",
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    V = len(log_start)
    order = np.argsort(-log_start)[:width]
    texts = np.full((len(order), T), eos)
    texts[:, 0] = order
    log_p = log_start[order].copy()
    length = np.ones(len(order), dtype=int)
    for t in range(1, T):
        new_texts, new_p, new_length = [], [], []
        for row, p, n in zip(texts, log_p, length):
            if row[n - 1] == eos:
                new_texts.append(row.copy())
                new_p.append(p)
                new_length.append(n)
                continue
            for j in range(V):
                longer = row.copy()
                longer[t] = j
                new_texts.append(longer)
                new_p.append(p + log_next[row[n - 1], j])
                new_length.append(n + 1)
        texts, log_p, length = np.array(new_texts), np.array(new_p), np.array(new_length)
        keep = np.argsort(-(log_p / length**alpha))[:width]
        texts, log_p, length = texts[keep], log_p[keep], length[keep]
    return texts[0], log_p[0]
""",
        """\
from dataclasses import dataclass

@dataclass
class Text:
    ids: list
    log_p: float

    def score(self, alpha):
        return self.log_p / len(self.ids) ** alpha

def beam_chain(log_start, log_next, eos, T, width, alpha):
    beam = [Text([i], float(p)) for i, p in enumerate(log_start)]
    beam.sort(key=lambda text: text.score(alpha), reverse=True)
    beam = beam[:width]
    for step in range(2, T + 1):
        if all(text.ids[-1] == eos for text in beam):
            break
        new = []
        for text in beam:
            if text.ids[-1] == eos:
                new.append(text)
                continue
            for j, p in enumerate(log_next[text.ids[-1]]):
                new.append(Text([*text.ids, j], text.log_p + float(p)))
        new.sort(key=lambda text: text.score(alpha), reverse=True)
        beam = new[:width]
    best = beam[0]
    return np.array(best.ids + [eos] * (T - len(best.ids))), best.log_p
""",
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    V = len(log_start)
    ids = np.arange(V).reshape(-1, 1)
    log_p = np.array(log_start)
    lengths = np.ones(V)
    for t in range(T):
        if t > 0:
            done = ids[:, -1] == eos
            same = np.column_stack([ids[done], np.full(done.sum(), eos)])
            going = np.repeat(ids[~done], V, axis=0)
            new = np.tile(np.arange(V), (~done).sum())
            p_going = np.repeat(log_p[~done], V) + log_next[going[:, -1], new]
            ids = np.concatenate([same, np.column_stack([going, new])])
            log_p = np.concatenate([log_p[done], p_going])
            lengths = np.concatenate([lengths[done], np.full(len(new), t + 1.0)])
        best = np.argsort(log_p / lengths**alpha)[::-1][:width]
        ids, log_p, lengths = ids[best], log_p[best], lengths[best]
    return ids[0], log_p[0]
""",
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    beam = {}
    for i, p in enumerate(log_start):
        beam[(i,)] = p

    def prune(texts):
        ranked = sorted(texts.items(), key=lambda item: -item[1] / len(item[0]) ** alpha)
        return dict(ranked[:width])

    beam = prune(beam)
    for _ in range(1, T):
        grown = {}
        for ids, p in beam.items():
            if ids[-1] == eos:
                grown[ids] = p
            else:
                for j, q in enumerate(log_next[ids[-1]]):
                    grown[ids + (j,)] = p + q
        beam = prune(grown)
    ids = next(iter(beam))
    return ids + (eos,) * (T - len(ids)), beam[ids]
""",
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    def search(kept, length):
        finished = [text for text in kept if text[0][-1] == eos]
        open_texts = [text for text in kept if text[0][-1] != eos]
        if length == T or not open_texts:
            return kept[0]
        grown = finished + [
            (ids + [j], log_p + log_next[ids[-1]][j]) for ids, log_p in open_texts for j in range(len(log_start))
        ]
        return search(best_of(grown), length + 1)

    def best_of(texts):
        scores = [log_p / len(ids) ** alpha for ids, log_p in texts]
        return [texts[i] for i in np.argsort(scores)[::-1][:width]]

    ids, log_p = search(best_of([([i], log_start[i]) for i in range(len(log_start))]), 1)
    return np.pad(ids, (0, T - len(ids)), constant_values=eos), log_p
""",
        """\
def beam_chain(log_start, log_next, eos, T, width, alpha):
    texts = [[i] for i in range(len(log_start))]
    def log_prob(ids):
        total = log_start[ids[0]]
        for a, b in zip(ids[:-1], ids[1:]):
            total = total + log_next[a][b]
        return total
    def score(ids):
        return log_prob(ids) / pow(len(ids), alpha)
    texts = sorted(texts, key=score)[-width:]
    for step in range(T - 1):
        longer = []
        for ids in texts:
            longer += [ids] if ids[-1] == eos else [ids + [j] for j in range(len(log_next))]
        texts = sorted(longer, key=score)[-width:]
    best = texts[-1]
    return np.array(best + [eos] * (T - len(best))), log_prob(best)
""",
    ],
}
