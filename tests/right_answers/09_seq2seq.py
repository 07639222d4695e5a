"""Right answers to assignment 09, written from the text of the exercises alone, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "sum_arrays": [
        """\
def sum_arrays(pairs, characters):
    number = {c: i + 3 for i, c in enumerate(characters)}
    width = max(len(q) for q, a in pairs)
    x, y_in, y = [], [], []
    for q, a in pairs:
        q_ids = [number[c] for c in reversed(q)]
        a_ids = [number[c] for c in a]
        x.append([0] * (width - len(q)) + q_ids)
        y_in.append([1] + a_ids)
        y.append(a_ids + [2])
    longest = max(map(len, y))
    for rows in (y_in, y):
        for row in rows:
            row += [0] * (longest - len(row))
    return x, y_in, y
""",
        """\
def sum_arrays(pairs, characters):
    table = "_><" + characters
    questions = [q[::-1] for q, _ in pairs]
    T_x = max(len(q) for q in questions)
    T_y = max(len(a) for _, a in pairs) + 1
    lookup = lambda text: [table.index(c, 3) if c in characters else "_><".index(c) for c in text]
    x = np.array([[0] * (T_x - len(q)) + lookup(q) for q in questions])
    y_in = np.array([[1] + lookup(a) + [0] * (T_y - 1 - len(a)) for _, a in pairs])
    y = np.array([lookup(a) + [2] + [0] * (T_y - 1 - len(a)) for _, a in pairs])
    return x, y_in, y
""",
        """\
from collections import namedtuple

Arrays = namedtuple("Arrays", "x y_in y")

def sum_arrays(pairs, characters):
    encode = lambda text: np.array([characters.index(c) + 3 for c in text], dtype=int)
    T_x = max(len(pair[0]) for pair in pairs)
    T_y = max(len(pair[1]) for pair in pairs)
    x = np.zeros((len(pairs), T_x))
    y_in = np.zeros((len(pairs), T_y + 1))
    for i, (q, a) in enumerate(pairs):
        x[i, :len(q)] = encode(q)
        y_in[i, 1:1 + len(a)] = encode(a)
    y_in[:, 0] = START
    y = np.hstack([y_in[:, 1:], np.zeros((len(pairs), 1))])
    y[np.arange(len(pairs)), [len(a) for _, a in pairs]] = END
    return Arrays(x[:, ::-1], y_in, y)
""",
        """\
def sum_arrays(pairs, characters):
    def padded(rows, left):
        T = max(len(row) for row in rows)
        out = np.zeros((len(rows), T), dtype="int32")
        for i, row in enumerate(rows):
            if len(row) > 0:
                if left:
                    out[i, -len(row):] = row
                else:
                    out[i, :len(row)] = row
        return out

    ids = {}
    for c in characters:
        ids[c] = len(ids) + 3
    questions, answers = [], []
    for question, answer in pairs:
        questions.append([ids[c] for c in question][::-1])
        answers.append([ids[c] for c in answer])
    return (padded(questions, True), padded([[START] + a for a in answers], False), padded([a + [END] for a in answers], False))
""",
        """\
from itertools import zip_longest

def sum_arrays(pairs, characters):
    find = dict(zip(characters, range(3, 3 + len(characters)))).get
    columns = list(zip_longest(*[map(find, q) for q, _ in pairs], fillvalue=0))
    x = np.array(columns[::-1]).T
    y_in = np.array(list(zip_longest(*[[1, *map(find, a)] for _, a in pairs], fillvalue=0))).T
    y = np.array(list(zip_longest(*[[*map(find, a), 2] for _, a in pairs], fillvalue=0))).T
    return x, y_in, y
""",
        """\
def sum_arrays(pairs, characters):
    m = len(pairs)
    T_x = max([len(p[0]) for p in pairs])
    T_y = max([len(p[1]) for p in pairs]) + 1
    x = np.full((m, T_x), 0)
    y_in = np.full((m, T_y), 0)
    y = np.full((m, T_y), 0)
    for i in range(m):
        question, answer = pairs[i]
        for j in range(len(question)):
            x[i, T_x - 1 - j] = characters.find(question[j]) + 3
        y_in[i, 0] = 1
        for j in range(len(answer)):
            y_in[i, j + 1] = characters.find(answer[j]) + 3
            y[i, j] = characters.find(answer[j]) + 3
        y[i, len(answer)] = 2
    return [x, y_in, y]
""",
        """\
def sum_arrays(pairs, characters):
    codes = np.zeros(128, dtype=int)
    for place, c in enumerate(characters):
        codes[ord(c)] = place + 3
    codes[ord(" ")], codes[ord("<")], codes[ord(">")] = 0, 1, 2

    def to_array(texts):
        return np.array([[codes[ord(c)] for c in text] for text in texts])

    wide = max(len(q) for q, _ in pairs)
    high = max(len(a) for _, a in pairs) + 1
    x = to_array([q[::-1].rjust(wide) for q, _ in pairs])
    y_in = to_array([("<" + a).ljust(high) for _, a in pairs])
    y = to_array([(a + ">").ljust(high) for _, a in pairs])
    return x, y_in, y
""",
        """\
from unroll.text import pad

def sum_arrays(pairs, characters):
    ids = [([characters.index(c) + 3 for c in q], [characters.index(c) + 3 for c in a]) for q, a in pairs]
    x, _ = pad([q for q, _ in ids])
    y_in, _ = pad([[1, *a] for _, a in ids])
    y, _ = pad([[*a, 2] for _, a in ids])
    return np.flip(x, axis=1), y_in, y
""",
    ],
    "answer_scores": [
        """\
def answer_scores(logits, y):
    m, T, V = logits.shape
    log_p = np.zeros(m)
    right = np.ones(m, dtype=bool)
    count = 0
    for i in range(m):
        for t in range(T):
            if y[i, t] == 0:
                continue
            z = logits[i, t] - np.max(logits[i, t])
            log_p[i] += z[y[i, t]] - np.log(np.sum(np.exp(z)))
            count += 1
            if np.argmax(z) != y[i, t]:
                right[i] = False
    return log_p, -np.sum(log_p) / count, right
""",
        """\
def answer_scores(logits, y):
    mask = (y > 0).astype(float)
    top = np.max(logits, axis=2, keepdims=True)
    log_sum = top[:, :, 0] + np.log(np.exp(logits - top).sum(axis=2))
    i, t = np.indices(y.shape)
    nats = log_sum - logits[i, t, y]
    wrong = (np.argmax(logits, axis=2) != y) * mask
    return -(nats * mask).sum(1), (nats * mask).sum() / mask.sum(), wrong.sum(1) == 0
""",
        """\
def answer_scores(logits, y):
    z = logits.astype("float64")
    z = z - z.max(-1, keepdims=True)
    log_probs = z - np.log(np.sum(np.exp(z), -1, keepdims=True))
    one_hot = np.eye(logits.shape[-1])[y]
    picked = (log_probs * one_hot).sum(-1)
    picked[y == 0] = 0
    best = z.argmax(-1)
    best[y == 0] = 0
    return picked.sum(-1), -picked.sum() / (y != 0).sum(), (best == y).all(-1)
""",
        """\
def answer_scores(logits, y):
    log_p, right, all_nats = [], [], []
    for scores, ids in zip(logits, y):
        n = list(ids).index(2) + 1
        scores, ids = scores[:n], ids[:n]
        shifted = scores - scores.max(axis=1)[:, None]
        nats = np.log(np.exp(shifted).sum(axis=1)) - shifted[range(n), ids]
        log_p.append(-nats.sum())
        right.append(np.array_equal(shifted.argmax(axis=1), ids))
        all_nats.extend(nats)
    return np.array(log_p), np.mean(all_nats), np.array(right)
""",
        """\
def answer_scores(logits, y):
    real = y != 0
    rows, places = np.nonzero(real)
    z = logits[rows, places]
    z = z - z.max(axis=1, keepdims=True)
    nats = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), y[rows, places]]
    log_p = -np.bincount(rows, weights=nats, minlength=len(y))
    right = np.full(len(y), True)
    np.logical_and.at(right, rows, z.argmax(axis=1) == y[rows, places])
    return log_p, nats.mean(), right
""",
        """\
def answer_scores(logits, y):
    log_sum = np.logaddexp.reduce(logits, axis=-1)
    of_right = np.take_along_axis(logits, y[:, :, np.newaxis], axis=2).squeeze(2)
    nats = np.ma.masked_array(log_sum - of_right, mask=y == 0)
    right = [all(b == k or k == 0 for b, k in zip(best, row)) for best, row in zip(logits.argmax(-1), y)]
    return np.array(-nats.sum(axis=1)), float(nats.mean()), right
""",
        """\
def answer_scores(logits, y):
    def log_softmax(z):
        z = z - max(z)
        return z - np.log(sum(np.exp(z)))

    log_p = [sum(log_softmax(z)[k] for z, k in zip(scores, ids) if k != 0) for scores, ids in zip(logits, y)]
    right = [not any(np.argmax(z) != k for z, k in zip(scores, ids) if k) for scores, ids in zip(logits, y)]
    return tuple(log_p), -sum(log_p) / sum(int(k != 0) for ids in y for k in ids), tuple(right)
""",
        """\
def answer_scores(logits, y):
    scaled = logits - np.amax(logits, axis=-1)[..., None]
    log_p_all = scaled - np.log(np.einsum("mtv->mt", np.exp(scaled)))[..., None]
    log_p_y = np.where(y == 0, 0.0, np.take_along_axis(log_p_all, np.expand_dims(y, -1), -1)[:, :, 0])
    loss = np.average(-log_p_y, weights=(y != 0))
    right = np.min((logits.argmax(-1) == y) | (y == 0), axis=1)
    return log_p_y.sum(axis=1), loss, right
""",
    ],
    "mixed_past": [
        """\
def mixed_past(y_in, logits, u, share):
    out = y_in.copy()
    m, T = y_in.shape
    for i in range(m):
        for t in range(1, T):
            if y_in[i, t] != 0 and u[i, t] < share:
                out[i, t] = np.argmax(logits[i, t - 1, 2:]) + 2
    return out
""",
        """\
def mixed_past(y_in, logits, u, share):
    blocked = logits.copy()
    blocked[:, :, :2] = -np.inf
    own = np.argmax(blocked, axis=2)
    own = np.concatenate([np.ones((len(y_in), 1), dtype=int), own[:, :-1]], axis=1)
    own = np.where(y_in == 0, 0, own)
    return np.where(u < share, own, y_in)
""",
        """\
def mixed_past(y_in, logits, u, share):
    own = np.roll(logits[..., 2:].argmax(-1) + 2, 1, axis=1)
    use = (u < share) * (y_in > 0)
    use[:, 0] = False
    return own * use + y_in * ~use
""",
        """\
def mixed_past(y_in, logits, u, share):
    rows = []
    for read, scores, numbers in zip(y_in.tolist(), logits, u.tolist()):
        row = [read[0]]
        for t in range(1, len(read)):
            if read[t] == 0 or numbers[t] >= share:
                row.append(read[t])
            else:
                row.append(2 + int(scores[t - 1][2:].argmax()))
        rows.append(row)
    return rows
""",
        """\
def mixed_past(y_in, logits, u, share):
    penalty = np.zeros(logits.shape[-1])
    penalty[[0, 1]] = 1e9
    predicted = (logits - penalty).argmax(axis=-1)
    result = np.array(y_in)
    i, t = np.nonzero((u < share) & (y_in != 0))
    i, t = i[t > 0], t[t > 0]
    result[i, t] = predicted[i, t - 1]
    return result
""",
        """\
def mixed_past(y_in, logits, u, share):
    writes = np.argsort(-logits[:, :, 2:], axis=-1)[:, :, 0] + 2
    shifted = np.pad(writes, ((0, 0), (1, 0)), constant_values=START)[:, :-1]
    return np.select([y_in == 0, u < share], [0, shifted], default=y_in)
""",
        """\
def mixed_past(y_in, logits, u, share):
    mixed = np.empty_like(y_in)
    mixed[:, 0] = START
    for t in range(1, y_in.shape[1]):
        own = END + logits[:, t - 1, END:].argmax(axis=1)
        mixed[:, t] = np.where(u[:, t] < share, own, y_in[:, t])
    mixed *= y_in != 0
    return mixed
""",
        """\
def mixed_past(y_in, logits, u, share):
    def read(i, t):
        if t == 0 or y_in[i, t] == 0 or not u[i, t] < share:
            return y_in[i, t]
        scores = dict(enumerate(logits[i, t - 1]))
        del scores[0], scores[1]
        return max(scores, key=scores.get)

    return np.array([[read(i, t) for t in range(y_in.shape[1])] for i in range(y_in.shape[0])], dtype=float)
""",
    ],
    "write_answers": [
        """\
def write_answers(x, encode, step, longest):
    state = encode(x)
    token = np.ones(len(x), dtype=int)
    written = []
    for _ in range(longest):
        logits, state = step(state, token)
        token = np.argmax(logits[:, 2:], axis=1) + 2
        written.append(token)
    written = np.stack(written, axis=1)
    ended = (written == 2).any(axis=1)
    after = np.cumsum(written == 2, axis=1) > 0
    return np.where(after, 0, written), ended
""",
        """\
def write_answers(x, encode, step, longest):
    answers = np.zeros((len(x), longest))
    ended = np.full(len(x), False)
    for i in range(len(x)):
        state = encode(x[i:i + 1])
        token = 1
        for t in range(longest):
            logits, state = step(state, np.array([token]))
            scores = logits[0].copy()
            scores[0] = scores[1] = -1e30
            token = scores.argmax()
            if token == 2:
                ended[i] = True
                break
            answers[i, t] = token
    return answers, ended
""",
        """\
def write_answers(x, encode, step, longest):
    m = x.shape[0]
    rows = [[] for _ in range(m)]
    done = set()
    state, token, t = encode(x), np.full(m, START), 0
    while t < longest and len(done) < m:
        logits, state = step(state, token)
        token = END + logits[:, END:].argmax(-1)
        for i, k in enumerate(token):
            if i in done:
                continue
            if k == END:
                done.add(i)
            else:
                rows[i].append(int(k))
        t += 1
    return [row + [0] * (longest - len(row)) for row in rows], [i in done for i in range(m)]
""",
        """\
def write_answers(x, encode, step, longest):
    answers = np.zeros((len(x), longest), dtype=int)
    open_rows = np.ones(len(x))
    state = encode(x)
    last = np.repeat(START, len(x))
    t = 0
    while t != longest:
        logits, state = step(state, last)
        last = logits[:, 2:].argmax(axis=1) + 2
        open_rows = open_rows * (last != END)
        answers[:, t] = last * open_rows
        t += 1
    return answers, open_rows == 0
""",
        """\
def write_answers(x, encode, step, longest):
    def go_on(state, token, left):
        if left == 0:
            return np.zeros((len(x), 0), dtype=int)
        logits, state = step(state, token)
        token = 2 + np.argmax(logits[:, 2:], axis=-1)
        return np.column_stack([token, go_on(state, token, left - 1)])

    ids = go_on(encode(x), np.full(len(x), 1), longest)
    ended = np.array([END in row for row in ids])
    for row in ids:
        if END in row:
            row[list(row).index(END):] = 0
    return ids, ended
""",
        """\
def write_answers(x, encode, step, longest):
    impossible = None
    state, token = encode(x), np.full(len(x), 1)
    ids = np.full((len(x), longest), END)
    for t in range(longest):
        logits, state = step(state, token)
        if impossible is None:
            impossible = np.where(np.arange(logits.shape[1]) < 2, -np.inf, 0)
        token = np.argmax(logits + impossible, axis=1)
        alive = np.all(ids[:, :t] != END, axis=1)
        ids[:, t] = np.where(alive, token, END)
    ended = ids[:, -1] == END
    ids[ids == END] = 0
    return ids, ended
""",
        """\
class Writer:
    def __init__(self, step, state, m):
        self.step, self.state, self.token = step, state, np.full(m, START)

    def __next__(self):
        logits, self.state = self.step(self.state, self.token)
        self.token = logits[:, END:].argmax(axis=1) + END
        return self.token

def write_answers(x, encode, step, longest):
    writer = Writer(step, encode(x), len(x))
    table = np.array([next(writer) for _ in range(longest)]).T.copy()
    lengths = np.array([np.flatnonzero(np.append(row, END) == END)[0] for row in table])
    table[np.arange(longest) >= lengths[:, None]] = 0
    return table, lengths < longest
""",
        """\
def write_answers(x, encode, step, longest):
    state, token = encode(x), np.full(len(x), START)
    columns, ended = [], np.zeros(len(x), bool)
    for t in range(longest):
        out = step(state, token)
        logits, state = out[0], out[1]
        order = np.argsort(logits, axis=1)[:, ::-1]
        token = np.array([next(k for k in row if k > 1) for row in order])
        ended |= token == END
        columns.append(np.where(ended, 0, token))
    return np.transpose(columns), ended
""",
    ],
    "exact_by_digits": [
        """\
def exact_by_digits(y, written, digits):
    def cut(row):
        row = list(row)
        return row[:row.index(2) + 1] if 2 in row else None

    exact = np.array([cut(a) == cut(b) for a, b in zip(y, written)])
    kinds = sorted(set(digits.tolist()))
    shares = [exact[digits == kind].mean() for kind in kinds]
    return kinds, shares, exact.mean()
""",
        """\
def exact_by_digits(y, written, digits):
    width = max(y.shape[1], written.shape[1])
    a = np.zeros((len(y), width), dtype=int)
    b = np.zeros((len(y), width), dtype=int)
    a[:, :y.shape[1]] = y
    b[:, :written.shape[1]] = written
    exact = ((a == b) | (a == 0)).all(axis=1)
    kinds, which, counts = np.unique(digits, return_inverse=True, return_counts=True)
    return kinds, np.bincount(which, weights=exact) / counts, exact.sum() / len(exact)
""",
        """\
def exact_by_digits(y, written, digits):
    right, total = {}, {}
    for i in range(len(y)):
        d = int(digits[i])
        ok = True
        for t in range(y.shape[1]):
            if y[i, t] == 0:
                break
            if t >= written.shape[1] or written[i, t] != y[i, t]:
                ok = False
                break
        right[d] = right.get(d, 0) + ok
        total[d] = total.get(d, 0) + 1
    kinds = sorted(total)
    return np.array(kinds), np.array([right[d] / total[d] for d in kinds]), sum(right.values()) / sum(total.values())
""",
        """\
def exact_by_digits(y, written, digits):
    def text(row):
        ids = " ".join(map(str, row))
        head, end, _ = (" " + ids + " ").partition(" 2 ")
        return head if end else "never ended"

    exact = np.array([float(text(r) == text(w)) for r, w in zip(y, written)])
    kinds = np.unique(digits)
    means = np.array([np.mean(exact, where=digits == k) for k in kinds])
    return kinds, means, np.mean(exact)
""",
        """\
from collections import defaultdict

def exact_by_digits(y, written, digits):
    groups = defaultdict(list)
    for right, wrote, d in zip(y.tolist(), written.tolist(), digits.tolist()):
        n = right.index(2) + 1
        groups[d].append(wrote[:n] == right[:n])
    groups = dict(sorted(groups.items()))
    every = [ok for oks in groups.values() for ok in oks]
    return list(groups), [sum(oks) / len(oks) for oks in groups.values()], sum(every) / len(every)
""",
        """\
def exact_by_digits(y, written, digits):
    T = y.shape[1]
    if written.shape[1] < T:
        written = np.pad(written, ((0, 0), (0, T - written.shape[1])), constant_values=-1)
    written = written[:, :T]
    wrong = ((written != y) & (y > 0)).any(axis=1)
    kinds = np.unique(digits)
    table = digits[None] == kinds[:, None]
    return kinds, (table @ (1.0 - wrong)) / table.sum(axis=1), 1 - wrong.mean()
""",
        """\
def exact_by_digits(y, written, digits):
    def after_end_to_zero(ids):
        ids = np.array(ids)
        ended = np.cumsum(ids == 2, axis=1)
        gone = ended - (ids == 2) > 0
        ids[gone] = 0
        ids[ended[:, -1] == 0] = -5
        return ids

    a, b = after_end_to_zero(y), after_end_to_zero(written)
    w = max(a.shape[1], b.shape[1])
    a, b = (np.pad(z, ((0, 0), (0, w - z.shape[1]))) for z in (a, b))
    exact = np.all(a == b, axis=1).astype("float32")
    kinds = np.array(sorted({int(d) for d in digits}))
    return kinds, np.array([exact[np.where(digits == k)].mean() for k in kinds]), exact.mean()
""",
        """\
def exact_by_digits(y, written, digits):
    exact = []
    for right, wrote in zip(y, written):
        ends = np.where(wrote == END)[0]
        n = np.where(right == END)[0][0]
        exact.append(len(ends) > 0 and ends[0] == n and (right[:n] == wrote[:n]).all())
    exact = np.array(exact, dtype=int)
    kinds = np.flatnonzero(np.bincount(digits))
    return kinds, [exact[digits == k].sum() / (digits == k).sum() for k in kinds], exact.mean()
""",
    ],
    "lstm_pair": [
        """\
def lstm_pair(n_ids, n_x, n_a):
    encoder_inputs = keras.Input(shape=(None,))
    e = layers.Embedding(n_ids, n_x, mask_zero=True)(encoder_inputs)
    _, state_h, state_c = layers.LSTM(n_a, return_state=True)(e)
    decoder_inputs = keras.Input(shape=(None,))
    d = layers.Embedding(n_ids, n_x, mask_zero=True)(decoder_inputs)
    outputs, _, _ = layers.LSTM(n_a, return_sequences=True, return_state=True)(d, initial_state=[state_h, state_c])
    return keras.Model([encoder_inputs, decoder_inputs], layers.Dense(n_ids)(outputs))
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    x = keras.Input((None,), dtype="int32", name="x")
    y_in = keras.Input((None,), dtype="int32", name="y_in")
    encoded = layers.LSTM(n_a, return_state=True, name="encoder")(layers.Embedding(n_ids, n_x, mask_zero=True)(x))
    decoder = layers.LSTM(n_a, return_sequences=True, name="decoder")
    decoded = decoder(layers.Embedding(n_ids, n_x)(y_in), initial_state=encoded[1:])
    return keras.Model(inputs=[x, y_in], outputs=layers.Dense(n_ids, activation="linear", name="logits")(decoded))
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    mask = keras.ops.not_equal(x, 0)
    states = layers.LSTM(n_a, return_state=True)(layers.Embedding(n_ids, n_x)(x), mask=mask)[1:]
    s = layers.LSTM(n_a, return_sequences=True)(layers.Embedding(n_ids, n_x)(y_in), initial_state=states)
    return keras.Model([x, y_in], layers.Dense(n_ids)(s))
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    encoder = layers.RNN(layers.LSTMCell(n_a), return_state=True)
    decoder = layers.RNN(layers.LSTMCell(n_a), return_sequences=True)
    _, h, c = encoder(layers.Embedding(n_ids, n_x, mask_zero=True)(x))
    s = decoder(layers.Embedding(n_ids, n_x, mask_zero=True)(y_in), initial_state=(h, c))
    return keras.Model([x, y_in], layers.Dense(n_ids)(s))
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    states, h, c = layers.LSTM(n_a, return_sequences=True, return_state=True)(layers.Embedding(n_ids, n_x, mask_zero=True)(x))
    s = layers.LSTM(n_a, return_sequences=True)(layers.Embedding(n_ids, n_x, mask_zero=True)(y_in), initial_state=[h, c])
    return keras.Model([x, y_in], layers.TimeDistributed(layers.Dense(n_ids))(s))
""",
        """\
def embedded(ids, n_ids, n_x):
    start = keras.initializers.RandomNormal(stddev=0.5)
    return layers.Embedding(n_ids, n_x, embeddings_initializer=start, mask_zero=True)(ids)

def lstm_pair(n_ids, n_x, n_a):
    inputs = [keras.Input((None,), dtype="int32") for _ in range(2)]
    _, *states = layers.LSTM(n_a, return_state=True)(embedded(inputs[0], n_ids, n_x))
    s = layers.LSTM(n_a, return_sequences=True)(embedded(inputs[1], n_ids, n_x), initial_state=states)
    model = keras.Model(inputs, layers.Dense(n_ids)(s))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    x, y_in = keras.Input((None,), dtype="int64"), keras.Input((None,), dtype="int64")
    h, c = layers.LSTM(n_a, return_state=True, kernel_initializer="he_normal")(layers.Embedding(n_ids, n_x, mask_zero=True)(x))[-2:]
    read = layers.Dropout(0.1)(layers.Embedding(n_ids, n_x, mask_zero=True)(y_in))
    s = layers.LSTM(n_a, return_sequences=True, dropout=0.1)(read, initial_state=[h, c])
    return keras.Model([x, y_in], layers.Dense(n_ids)(layers.Dropout(0.2)(s)))
""",
        """\
def lstm_pair(n_ids, n_x, n_a):
    question = keras.Input((None,), dtype="int32")
    _, h, c = layers.LSTM(n_a, return_state=True)(layers.Embedding(n_ids, n_x, mask_zero=True)(question))
    encoder = keras.Model(question, [h, c])
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    h, c = encoder(x)
    s = layers.LSTM(n_a, return_sequences=True)(layers.Embedding(n_ids, n_x, mask_zero=True)(y_in), initial_state=[h, c])
    return keras.Model([x, y_in], layers.Dense(n_ids)(s))
""",
    ],
    "sum_writer": [
        """\
keras.utils.set_random_seed(1)
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
normal = keras.initializers.RandomNormal(stddev=0.5)
_, a = layers.GRU(16, return_state=True)(layers.Embedding(15, 2, mask_zero=True, embeddings_initializer=normal)(x))
e = layers.Embedding(15, 2, mask_zero=True, embeddings_initializer=normal)(y_in)
s = layers.GRU(16, return_sequences=True)(e, initial_state=a)
sum_writer = keras.Model([x, y_in], layers.Dense(15)(layers.Dense(30, activation="relu")(s)))
rate = keras.optimizers.schedules.CosineDecay(0.02, 500)
sum_writer.compile(keras.optimizers.Adam(rate, clipnorm=1.0), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
sum_writer.fit(dataset((x_train, y_in_train), y_train, batch_size=64), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
q, r = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
near = layers.Conv1D(24, 2, padding="causal", activation="relu")(layers.Embedding(15, 4)(q))
real = keras.ops.cast(q > 0, "float32")[:, :, None]
total = keras.ops.sum(layers.Dense(4)(near) * real, axis=1, keepdims=True)
before = keras.ops.pad(r[:, :-1], [[0, 0], [1, 0]])
last = layers.Embedding(15, 8)(r) + layers.Embedding(15, 8)(before)
h = layers.Dense(48, activation="relu")(layers.Concatenate()([last, last[:, :, :1] * 0 + total]))
h = layers.Dense(32, activation="relu")(h)
sum_writer = keras.Model([q, r], layers.Dense(15)(h))
sum_writer.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0))
for learning_rate in (0.01, 0.003):
    sum_writer.optimizer.learning_rate = learning_rate
    sum_writer.fit(dataset((x_train, y_in_train), y_train, batch_size=32), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
class_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
shared = layers.Embedding(15, 4, mask_zero=True, embeddings_initializer=keras.initializers.RandomUniform(-1, 1))
a = layers.SimpleRNN(20)(shared(x))
s = layers.GRU(16, return_sequences=True)(shared(y_in), initial_state=layers.Dense(16)(a))
sum_writer = keras.Model([x, y_in], layers.Dense(15)(layers.Dense(32, activation="relu")(s)))
schedule = keras.optimizers.schedules.CosineDecay(0.015, 625)
sum_writer.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), class_loss)
sum_writer.fit(dataset((x_train, y_in_train), y_train, batch_size=64), epochs=5, verbose=0)
""",
        """\
keras.utils.set_random_seed(4)
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
wide = keras.initializers.RandomNormal(stddev=0.7)
e = layers.Embedding(15, 3, embeddings_initializer=wide)(x)
_, h, c = layers.LSTM(14, return_state=True)(e, mask=keras.ops.not_equal(x, 0))
d = layers.Embedding(15, 3, embeddings_initializer=wide)(y_in)
s = layers.LSTM(14, return_sequences=True)(d, initial_state=[h, c])
out = layers.Dense(15, activation="softmax")(layers.Dense(36, activation="relu")(s))
sum_writer = keras.Model([x, y_in], out)
weights = (y_train > 0).astype("float32")
sum_writer.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.03, 500), clipnorm=1.0), "sparse_categorical_crossentropy")
sum_writer.fit([x_train, y_in_train], y_train, sample_weight=weights, batch_size=64, epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(2)

def build(units, hidden):
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    start = keras.initializers.RandomNormal(stddev=0.5)
    backwards = layers.GRU(units, go_backwards=True)(layers.Embedding(15, 3, mask_zero=True, embeddings_initializer=start)(x))
    read = layers.Embedding(15, 3, mask_zero=True, embeddings_initializer=start)(y_in)
    s = layers.GRU(units, return_sequences=True)(read, initial_state=backwards)
    return keras.Model([x, y_in], layers.Dense(15)(layers.Dense(hidden, activation="relu")(s)))

sum_writer = build(18, 24)
sum_writer.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 500), clipnorm=1.0),
                   keras.losses.SparseCategoricalCrossentropy(from_logits=True))
sum_writer.fit(dataset((x_train, y_in_train), y_train, batch_size=64), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
ops = keras.ops
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
values = np.zeros((15, 1))
values[3:13, 0] = np.arange(10)
signs = np.ones((15, 1))
signs[14] = -1
number = layers.Embedding(15, 1, weights=[values])(x)
sign = layers.Embedding(15, 1, weights=[signs])(ops.pad(x, [[0, 0], [1, 0]])[:, :-1])
total = ops.sum(number * sign, axis=1)
negative, two = ops.cast(total < -0.5, "float32"), ops.cast(ops.abs(total) > 9.5, "float32")
written = ops.cumsum(ops.cast(ops.ones_like(y_in), "float32"), axis=1) - 1 - negative
tens = ops.floor_divide(ops.abs(total) + 0.5, 10.0)
units = ops.abs(total) - 10 * tens
digit = ops.where(ops.less(written, two), tens, units) + 3
next_id = ops.where(written < 0, 14.0, ops.where(written > two, 2.0, digit))
sum_writer = keras.Model([x, y_in], -ops.square(next_id[:, :, None] - np.arange(15.0).astype("float32")))
""",
        """\
keras.utils.set_random_seed(3)
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
value = np.array([[0]] * 3 + [[k / 9] for k in range(10)] + [[0]] * 2)
sign = np.array([[1]] * 14 + [[-1]])
shifted = keras.ops.pad(x[:, :-1], [[0, 0], [1, 0]])
terms = layers.Embedding(15, 1, weights=[value], trainable=False)(x) * layers.Embedding(15, 1, weights=[sign], trainable=False)(shifted)
total = keras.ops.sum(terms, axis=1, keepdims=True)
before = layers.Embedding(15, 12)(keras.ops.pad(y_in[:, :-1], [[0, 0], [1, 0]]))
read = layers.Concatenate()([layers.Embedding(15, 12)(y_in), before])
bumps = layers.Dense(48, activation="tanh")(total)
h = layers.Dense(40, activation="relu")(layers.Dense(24)(read) + layers.Dense(24)(bumps))
sum_writer = keras.Model([x, y_in], layers.Dense(15)(h))
sum_writer.compile(keras.optimizers.Nadam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0))
sum_writer.fit(dataset((x_train, y_in_train), y_train, batch_size=32), epochs=8, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
ops = keras.ops
x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
worth = np.zeros((15, 15))
worth[:, 3:13] = np.arange(10)
worth[14] *= -1
before = ops.concatenate([x[:, :1] * 0, x[:, :-1]], axis=1)
total = ops.sum(layers.Embedding(225, 1, weights=[worth.reshape(225, 1)])(before * 15 + x), axis=1)
minus, size = ops.cast(total < 0, "int32"), ops.cast(ops.abs(total) + 0.5, "int32")
place = ops.cumsum(ops.cast(y_in >= 0, "int32"), axis=1) - 1 - minus
long = ops.cast(size >= 10, "int32")
digit = ops.where(ops.equal(place, long), size % 10, size // 10) + 3
best = ops.where(place < 0, 14, ops.where(place > long, 2, digit))
sum_writer = keras.Model([x, y_in], layers.Softmax()(20.0 * ops.one_hot(best, 15)))
""",
    ],
}
