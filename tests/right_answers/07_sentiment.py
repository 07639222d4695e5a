"""Right answers to assignment 07, written from the text of the exercises alone, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "review_ids": [
        """\
def review_ids(reviews, ids_of, T, head):
    rows = []
    missing = []
    for review in reviews:
        tokens = tokenise(review.lower())
        if len(tokens) > T:
            tail = T - head
            rest = tokens[-tail:] if tail > 0 else []
            missing.append(len(tokens) - T)
            tokens = tokens[:head] + rest
        else:
            missing.append(0)
        row = [ids_of[t] if t in ids_of else 1 for t in tokens]
        rows.append(row + [0] * (T - len(row)))
    return np.array(rows), np.array(missing)
""",
        """\
def review_ids(reviews, ids_of, T, head):
    everything = [[ids_of.get(word, 1) for word in tokenise(text.lower())] for text in reviews]
    left_out = [max(len(x) - T, 0) for x in everything]
    ids = []
    for x, over in zip(everything, left_out):
        del x[head : head + over]
        ids.append(x + [0] * (T - len(x)))
    return ids, left_out
""",
        """\
def review_ids(reviews, ids_of, T, head):
    ids = np.zeros((len(reviews), T))
    left = np.zeros(len(reviews))
    for i in range(len(reviews)):
        tokens = tokenise(reviews[i].lower())
        n = len(tokens)
        if n <= T:
            chosen = list(range(n))
        else:
            chosen = list(range(head)) + list(range(n - T + head, n))
            left[i] = n - T
        for place, j in enumerate(chosen):
            ids[i, place] = ids_of.get(tokens[j], 1)
    return ids, left
""",
        """\
def review_ids(reviews, ids_of, T, head):
    from collections import defaultdict

    table = defaultdict(lambda: 1, ids_of)
    ids = np.full((len(reviews), T), 0, dtype=np.int32)
    lost = []
    for row, review in zip(ids, map(str.lower, reviews)):
        x = np.array([table[w] for w in tokenise(review)], dtype=int)
        surplus = max(x.size - T, 0)
        x = np.delete(x, slice(head, head + surplus))
        row[: x.size] = x
        lost.append(surplus)
    return ids, np.array(lost)
""",
        """\
import re

def review_ids(reviews, ids_of, T, head):
    out, dropped = [], []
    for review in reviews:
        words = re.findall(r"\\w+(?:'\\w+)*|[^\\w\\s]", review.lower())
        n = len(words)
        if n > T:
            words = words[0:head] + words[n - (T - head):n]
        dropped.append(n - len(words))
        numbers = list(map(lambda w: ids_of.get(w, 1), words))
        while len(numbers) < T:
            numbers.append(0)
        out.append(numbers)
    return np.asarray(out), np.asarray(dropped)
""",
        """\
def review_ids(reviews, ids_of, T, head):
    def one(review):
        tokens = [t.lower() for t in tokenise(review)]
        over = len(tokens) - T
        kept = [t for i, t in enumerate(tokens) if over <= 0 or i < head or i >= head + over]
        row = np.zeros(T, dtype=int)
        for i, t in enumerate(kept):
            try:
                row[i] = ids_of[t]
            except KeyError:
                row[i] = 1
        return row, max(0, over)

    pairs = [one(review) for review in reviews]
    return np.stack([p[0] for p in pairs]), np.array([p[1] for p in pairs])
""",
        """\
from collections import namedtuple

Rows = namedtuple("Rows", "ids left_out")

def review_ids(reviews, ids_of, T, head):
    tokens = [tokenise(review.lower()) for review in reviews]
    left = np.maximum(np.array([len(x) for x in tokens]) - T, 0)
    first = [x[:head] if gone else x for x, gone in zip(tokens, left)]
    last = [x[len(x) - T + head :] if gone else [] for x, gone in zip(tokens, left)]
    short = [[ids_of.get(t, 1) for t in a + b] for a, b in zip(first, last)]
    return Rows(np.array([np.pad(x, (0, T - len(x))) for x in short]).astype(int), left)
""",
        """\
def review_ids(reviews, ids_of, T, head):
    texts = [tokenise(review.lower()) for review in reviews]
    longest = max([T] + [len(x) for x in texts])
    wide = np.zeros((len(texts), longest), dtype=int)
    for i, x in enumerate(texts):
        for t, word in enumerate(x):
            wide[i, t] = ids_of.get(word, 1)
    lengths = (wide > 0).sum(axis=1)
    over = np.clip(lengths - T, 0, None)
    place = np.arange(T)[None, :]
    source = np.where(place < head, place, place + over[:, None])
    return np.take_along_axis(wide, source, axis=1), over
""",
    ],
    "negated": [
        """\
def negated(words, negations, ends):
    result = np.zeros(len(words), dtype=bool)
    turn = False
    for t, word in enumerate(words):
        w = word.lower()
        if w in ends:
            turn = False
        elif w in negations or w.endswith("n't"):
            turn = not turn
        else:
            result[t] = turn
    return result
""",
        """\
def negated(words, negations, ends):
    words = [w.lower() for w in words]
    is_neg = [w in negations or w[-3:] == "n't" for w in words]
    out = []
    for t in range(len(words)):
        count = 0
        for s in range(t - 1, -1, -1):
            if words[s] in ends:
                break
            count += is_neg[s]
        out.append(count % 2 == 1 and not is_neg[t] and words[t] not in ends)
    return out
""",
        """\
def negated(words, negations, ends):
    low = np.array([w.lower() for w in words])
    neg = np.isin(low, negations) | np.char.endswith(low, "n't")
    end = np.isin(low, ends)
    total = np.cumsum(neg)
    base = np.maximum.accumulate(np.where(end, total, 0))
    return ((total - base) % 2 == 1) & ~neg & ~end
""",
        """\
def negated(words, negations, ends):
    clauses, current = [], []
    for word in words:
        current.append(word.lower())
        if word.lower() in ends:
            clauses.append(current)
            current = []
    clauses.append(current)
    marks = []
    for clause in clauses:
        seen = 0
        for word in clause:
            if word in set(negations) or word.endswith("n't"):
                seen += 1
                marks += [False]
            elif word in ends:
                marks += [False]
            else:
                marks += [bool(seen % 2)]
    return np.array(marks, dtype=bool)
""",
        """\
from itertools import accumulate

def negated(words, negations, ends):
    def kind(word):
        word = word.lower()
        return 2 if word in ends else int(word in negations or word.endswith("n't"))

    kinds = [kind(word) for word in words]
    states = accumulate(kinds, lambda odd, k: 0 if k == 2 else odd ^ k, initial=0)
    return np.array([odd == 1 and k == 0 for odd, k in zip(states, kinds)])
""",
        """\
def negated(words, negations, ends):
    sign = 1
    marks = []
    for word in (w.lower() for w in words):
        plain = True
        if word in ends:
            sign, plain = 1, False
        if word in negations or word.endswith("n't"):
            sign, plain = -sign, False
        marks.append(plain and sign < 0)
    return tuple(marks)
""",
        """\
import re

def negated(words, negations, ends):
    pattern = re.compile("|".join(["^" + re.escape(n) + "$" for n in negations] + ["n't$"]))
    open_ = []
    marks = np.full(len(words), False)
    for t, word in enumerate(words):
        word = word.lower()
        if word in ends:
            open_.clear()
        elif pattern.search(word):
            open_.append(t)
        elif len(open_) % 2 != 0:
            marks[t] = True
    return marks
""",
        """\
def negated(words, negations, ends):
    if len(words) == 0:
        return np.zeros(0, dtype=bool)

    def walk(rest, odd):
        if not rest:
            return []
        word = rest[0].lower()
        if word in ends:
            return [False] + walk(rest[1:], False)
        if word in negations or word.endswith("n't"):
            return [False] + walk(rest[1:], not odd)
        return [odd] + walk(rest[1:], odd)

    return np.array(walk(list(words), False))
""",
    ],
    "log_odds": [
        """\
def log_odds(ids, labels, V, alpha):
    good = np.zeros(V)
    bad = np.zeros(V)
    for i in range(len(ids)):
        for j in set(ids[i].tolist()):
            if labels[i] == 1:
                good[j] += 1
            else:
                bad[j] += 1
    good, bad = good[1:] + alpha, bad[1:] + alpha
    r = np.log(good / good.sum()) - np.log(bad / bad.sum())
    return np.append(0, r)
""",
        """\
def log_odds(ids, labels, V, alpha):
    there = np.zeros((len(ids), V))
    there[np.arange(len(ids))[:, None], ids] = 1
    there = there[:, 1:]
    n_plus = labels @ there + alpha
    n_minus = (1 - labels) @ there + alpha
    r = np.zeros(V)
    r[1:] = np.log(n_plus / n_plus.sum() / (n_minus / n_minus.sum()))
    return r
""",
        """\
def log_odds(ids, labels, V, alpha):
    present = (ids[:, :, None] == np.arange(V)).max(axis=1)
    logs = []
    for y in (1, 0):
        n = present[labels == y].sum(axis=0).astype(float) + alpha
        logs.append(np.log(n) - np.log(n[1:].sum()))
    r = logs[0] - logs[1]
    r[0] = 0
    return r
""",
        """\
from collections import Counter

def log_odds(ids, labels, V, alpha):
    counts = {0: Counter(), 1: Counter()}
    for row, y in zip(ids.tolist(), labels.tolist()):
        counts[y].update(set(row) - {0})
    total = {y: sum(counts[y].values()) + alpha * (V - 1) for y in counts}
    r = [0.0]
    for j in range(1, V):
        r.append(np.log((counts[1][j] + alpha) / total[1]) - np.log((counts[0][j] + alpha) / total[0]))
    return r
""",
        """\
def log_odds(ids, labels, V, alpha):
    n = np.zeros((2, V))
    for row, y in zip(ids, labels):
        n[y] += np.bincount(row, minlength=V) > 0
    p = n + alpha
    p[:, 0] = 0
    p /= p.sum(axis=1)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.log(p[1]) - np.log(p[0])
    return np.nan_to_num(r)
""",
        """\
def log_odds(ids, labels, V, alpha):
    def share(rows):
        n = np.array([np.any(rows == j, axis=1).sum() for j in range(1, V)]) + alpha
        return n / np.sum(n)

    good, bad = share(ids[labels == 1]), share(ids[labels == 0])
    return np.concatenate((np.zeros(1), np.log(good / bad)))
""",
        """\
def log_odds(ids, labels, V, alpha):
    r = np.zeros(V)
    pairs = np.unique(np.stack([np.repeat(np.arange(len(ids)), ids.shape[1]), ids.ravel()], axis=1), axis=0)
    pairs = pairs[pairs[:, 1] > 0]
    of = labels[pairs[:, 0]]
    plus = np.bincount(pairs[of == 1, 1], minlength=V)[1:] + alpha
    minus = np.bincount(pairs[of == 0, 1], minlength=V)[1:] + alpha
    r[1:] = np.log(plus) - np.log(minus) + np.log(minus.sum()) - np.log(plus.sum())
    return r
""",
        """\
def log_odds(ids, labels, V, alpha):
    hot = np.eye(V)[ids]
    hot[..., 0] = 0
    once = np.minimum(hot.sum(axis=1), 1)
    table = np.array([(once * (labels == y)[:, None]).sum(axis=0) + alpha for y in (0, 1)])
    below = table[:, 1:].sum(axis=1, keepdims=True)
    r = np.diff(np.log(table / below), axis=0).ravel()
    return np.where(np.arange(V) == 0, 0, r)
""",
    ],
    "signed_average": [
        """\
def signed_average(E, ids, signs):
    m, n = len(ids), E.shape[1]
    out = np.zeros((m, n))
    for i in range(m):
        count = 0
        for t in range(ids.shape[1]):
            if ids[i, t] != 0:
                out[i] += signs[i, t] * E[ids[i, t]]
                count += 1
        if count:
            out[i] /= count
    return out
""",
        """\
def signed_average(E, ids, signs):
    mask = ids != 0
    x = E[ids] * signs[..., None] * mask[..., None]
    T_x = mask.sum(axis=1, keepdims=True)
    return x.sum(axis=1) / np.maximum(T_x, 1)
""",
        """\
def signed_average(E, ids, signs):
    E = E.copy()
    E[0] = 0
    total = (signs[:, :, np.newaxis] * E[ids]).sum(axis=1)
    lengths = np.count_nonzero(ids, axis=1)
    lengths[lengths == 0] = 1
    return total / lengths[:, np.newaxis]
""",
        """\
def signed_average(E, ids, signs):
    result = []
    for row, s in zip(ids, signs):
        real = row > 0
        if not real.any():
            result.append(np.zeros(E.shape[1]))
        else:
            result.append((s[real][:, None] * E[row[real]]).mean(axis=0))
    return np.array(result)
""",
        """\
def signed_average(E, ids, signs):
    counts = np.zeros((len(ids), len(E)))
    for i, t in np.ndindex(ids.shape):
        counts[i, ids[i, t]] += signs[i, t]
    counts[:, 0] = 0
    words = (ids != 0).sum(axis=1)
    return np.divide(counts @ E, words[:, None], out=np.zeros((len(ids), E.shape[1])), where=words[:, None] > 0)
""",
        """\
def signed_average(E, ids, signs):
    T_x = np.sum(ids != 0, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        w = signs * (ids != 0) / T_x[:, None]
    w[T_x == 0] = 0
    return np.einsum("it,itn->in", w, E[ids])
""",
        """\
def signed_average(E, ids, signs):
    vectors = np.ma.masked_array(E[ids] * signs[:, :, None], mask=np.repeat((ids == 0)[:, :, None], E.shape[1], axis=2))
    return vectors.mean(axis=1).filled(0)
""",
        """\
def signed_average(E, ids, signs):
    w = np.where(ids == 0, 0, signs).astype(E.dtype)
    sums = np.squeeze(w[:, None, :] @ E[ids], axis=1)
    return [list(s / max(1, k)) for s, k in zip(sums, (ids > 0).sum(axis=1))]
""",
    ],
    "star_loss": [
        """\
def star_loss(logits, stars):
    z = logits.ravel()
    q = (stars - 1) / 4
    has = stars > 0
    n = has.sum()
    d = np.zeros_like(logits)
    if n == 0:
        return 0.0, d
    loss = np.sum((np.logaddexp(0, z) - q * z)[has]) / n
    y_hat = 0.5 * (1 + np.tanh(0.5 * z))
    d[:, 0] = np.where(has, y_hat - q, 0) / n
    return loss, d
""",
        """\
def star_loss(logits, stars):
    total, count = 0.0, 0
    slopes = []
    for z, s in zip(logits[:, 0], stars):
        if s == 0:
            slopes.append([0.0])
            continue
        q = (s - 1) / 4
        total += q * np.logaddexp(0, -z) + (1 - q) * np.logaddexp(0, z)
        count += 1
        slopes.append([np.exp(-np.logaddexp(0, -z)) - q])
    if count == 0:
        return 0, slopes
    return total / count, [[d[0] / count] for d in slopes]
""",
        """\
def star_loss(logits, stars):
    q = ((stars - 1) / 4)[:, None]
    w = (stars > 0).astype(float)[:, None]
    n = max(w.sum(), 1)
    cost = np.maximum(logits, 0) - logits * q + np.log1p(np.exp(-np.abs(logits)))
    e = np.exp(-np.abs(logits))
    sigma = np.where(logits >= 0, 1 / (1 + e), e / (1 + e))
    return (w * cost).sum() / n, w * (sigma - q) / n
""",
        """\
def star_loss(logits, stars):
    rated = np.flatnonzero(stars)
    grad = np.zeros((len(stars), 1))
    if len(rated) == 0:
        return 0.0, grad
    z = logits[rated, 0].astype("float64")
    q = (stars[rated] - 1) / 4
    losses = -q * (-np.logaddexp(0, -z)) - (1 - q) * (-np.logaddexp(0, z))
    with np.errstate(over="ignore"):
        grad[rated, 0] = (1 / (1 + np.exp(-z)) - q) / len(rated)
    return np.mean(losses), grad
""",
        """\
def star_loss(logits, stars):
    targets = np.array([0, 0, 0.25, 0.5, 0.75, 1])[stars].reshape(-1, 1)
    counted = (stars != 0).reshape(-1, 1)
    n = counted.sum()
    losses = np.logaddexp(0, logits) - targets * logits
    loss = losses[counted].mean() if n else 0.0
    slopes = np.exp(np.minimum(logits, 0)) / (1 + np.exp(-np.abs(logits))) - targets
    slopes[~counted] = 0
    return loss, slopes / (n or 1)
""",
        """\
def star_loss(logits, stars):
    def softplus(x):
        return np.where(x > 0, x + np.log1p(np.exp(-np.abs(x))), np.log1p(np.exp(-np.abs(x))))

    z, q, keep = logits[:, 0], (stars - 1.0) / 4.0, stars >= 1
    n = np.count_nonzero(keep)
    if not n:
        return np.float64(0), 0 * logits
    loss = np.average(q * softplus(-z) + (1 - q) * softplus(z), weights=keep)
    d = keep * (np.exp(-softplus(-z)) - q) / n
    return loss, d[:, np.newaxis]
""",
        """\
def star_loss(logits, stars):
    keep = stars > 0
    if not np.any(keep):
        return np.array(0.0), np.zeros(logits.shape)
    z = np.squeeze(logits, axis=1)[keep]
    q = (stars[keep] - 1) / 4
    loss = (np.logaddexp(np.zeros_like(z), z) - q * z).mean()
    d = np.zeros(len(stars))
    d[keep] = (np.exp(z - np.logaddexp(0, z)) - q) / keep.sum()
    return [loss, d.reshape(logits.shape)]
""",
        """\
def star_loss(logits, stars):
    two = np.concatenate([np.zeros_like(logits), logits], axis=1)
    log_sum = two.max(axis=1) + np.log(np.exp(two - two.max(axis=1, keepdims=True)).sum(axis=1))
    log_p = two - log_sum[:, None]
    q = np.stack([1 - (stars - 1) / 4, (stars - 1) / 4], axis=1)
    w = (stars > 0) / max(1, np.sum(stars > 0))
    loss = -(w[:, None] * q * log_p).sum()
    return loss, (w * (np.exp(log_p[:, 1]) - q[:, 1]))[:, None]
""",
    ],
    "calibration": [
        """\
def calibration(p, labels, bins):
    counts = np.zeros(bins)
    gaps = np.zeros(bins)
    for k in range(bins):
        inside = (p >= k / bins) & (p < (k + 1) / bins)
        if k == bins - 1:
            inside = inside | (p == 1)
        counts[k] = inside.sum()
        if counts[k] > 0:
            gaps[k] = p[inside].mean() - labels[inside].mean()
    error = (counts * np.abs(gaps)).sum() / counts.sum()
    return counts, gaps, error
""",
        """\
def calibration(p, labels, bins):
    place = np.minimum(np.floor(p * bins), bins - 1).astype(int)
    counts = np.bincount(place, minlength=bins)
    divisor = np.maximum(counts, 1)
    mean = np.bincount(place, p, bins) / divisor
    good = np.bincount(place, labels, bins) / divisor
    gaps = mean - good
    return counts, gaps, np.average(np.abs(gaps), weights=counts)
""",
        """\
def calibration(p, labels, bins):
    members = [[] for _ in range(bins)]
    for probability, label in zip(p, labels):
        k = int(probability * bins)
        if k == bins:
            k -= 1
        members[k].append((probability, label))
    counts = [len(each) for each in members]
    gaps = []
    for each in members:
        if each:
            gaps.append(sum(x for x, _ in each) / len(each) - sum(y for _, y in each) / len(each))
        else:
            gaps.append(0)
    error = sum(c * abs(g) for c, g in zip(counts, gaps)) / len(p)
    return counts, gaps, error
""",
        """\
def calibration(p, labels, bins):
    edges = np.arange(1, bins) / bins
    place = np.searchsorted(edges, p, side="right")
    counts, gaps = np.zeros(bins, int), np.zeros(bins)
    np.add.at(counts, place, 1)
    np.add.at(gaps, place, p - labels)
    error = np.abs(gaps).sum() / p.size
    gaps[counts > 0] /= counts[counts > 0]
    return counts, gaps, error
""",
        """\
def calibration(p, labels, bins):
    place = np.digitize(p, np.arange(1, bins) / bins)
    one_hot = np.eye(bins)[place]
    counts = one_hot.sum(axis=0)
    sums = (p - labels) @ one_hot
    gaps = np.divide(sums, counts, out=np.zeros(bins), where=counts > 0)
    return counts, gaps, np.abs(gaps) @ counts / len(labels)
""",
        """\
def calibration(p, labels, bins):
    k = (p * bins).astype(int)
    k[k >= bins] = bins - 1
    counts, gaps, error = [], [], 0
    for b in range(bins):
        where = np.nonzero(k == b)[0]
        gap = np.mean(p[where]) - np.mean(labels[where]) if len(where) else 0.0
        counts.append(len(where))
        gaps.append(gap)
        error += len(where) / len(p) * abs(gap)
    return np.array(counts), np.array(gaps), error
""",
        """\
def calibration(p, labels, bins):
    order = np.argsort(p)
    p, labels = p[order], labels[order]
    borders = np.searchsorted(p, np.arange(bins + 1) / bins, side="left")
    borders[-1] = len(p)
    counts = np.diff(borders)
    total = np.concatenate([[0], np.cumsum(p - labels)])
    sums = total[borders[1:]] - total[borders[:-1]]
    gaps = np.where(counts > 0, sums / np.where(counts > 0, counts, 1), 0)
    return counts, gaps, float(np.sum(np.abs(gaps) * counts) / len(p))
""",
        """\
from collections import namedtuple

Found = namedtuple("Found", ["counts", "gaps", "error"])

def calibration(p, labels, bins):
    in_bin = [np.floor(np.clip(p * bins, 0, bins - 0.5)) == b for b in range(bins)]
    counts = np.array([each.sum() for each in in_bin])
    gaps = np.array([(p[each].mean() - labels[each].mean()) if each.any() else 0 for each in in_bin])
    return Found(counts, gaps, (counts / counts.sum() * abs(gaps)).sum())
""",
    ],
    "surest_errors": [
        """\
def surest_errors(logits, labels, k):
    wrong = np.where((logits > 0).astype(int) != labels)[0]
    order = np.argsort(-np.abs(logits[wrong]), kind="stable")
    return wrong[order][:k]
""",
        """\
def surest_errors(logits, labels, k):
    errors = []
    for i, (z, y) in enumerate(zip(logits, labels)):
        said = 1 if z > 0 else 0
        if said != y:
            errors.append((-abs(z), i))
    errors.sort()
    return [i for _, i in errors[:k]]
""",
        """\
def surest_errors(logits, labels, k):
    order = np.lexsort((np.arange(len(logits)), -np.abs(logits)))
    is_wrong = (logits > 0) != labels.astype(bool)
    return order[is_wrong[order]][:k]
""",
        """\
import heapq

def surest_errors(logits, labels, k):
    wrong = [i for i in range(len(labels)) if bool(labels[i]) != bool(logits[i] > 0)]
    return np.array(heapq.nsmallest(k, wrong, key=lambda i: (-abs(float(logits[i])), i)))
""",
        """\
def surest_errors(logits, labels, k):
    sure = np.where((logits > 0) == (labels == 1), -1.0, np.abs(logits))
    found = []
    for _ in range(k):
        if len(sure) == 0 or sure.max() < 0:
            break
        best = int(np.argmax(sure))
        found.append(best)
        sure[best] = -1
    return np.array(found, dtype=int)
""",
        """\
def surest_errors(logits, labels, k):
    numbers = np.arange(len(logits))
    wrong = numbers[np.logical_xor(logits > 0, labels == 1)]
    ranked = sorted(wrong, key=lambda i: abs(logits[i]), reverse=True)
    return tuple(int(i) for i in ranked[:k])
""",
        """\
def surest_errors(logits, labels, k):
    margin = logits * (2 * labels - 1)
    wrong = np.flatnonzero((margin < 0) | ((logits == 0) & (labels == 1)))
    return wrong[np.argsort(margin[wrong], kind="mergesort")][:k].astype(float)
""",
        """\
def surest_errors(logits, labels, k):
    predicted = np.zeros(len(logits), dtype=int)
    predicted[logits > 0] = 1
    pairs = {i: abs(z) for i, z in enumerate(logits) if predicted[i] != labels[i]}
    return list(dict(sorted(pairs.items(), key=lambda item: -item[1])))[:k]
""",
    ],
    "mean_reader": [
        """\
def mean_reader(V, n, n_a):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,)))
    model.add(layers.Embedding(V, n, mask_zero=True))
    model.add(layers.Bidirectional(layers.GRU(n_a, return_sequences=True)))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(1))
    return model
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    e = layers.Embedding(V, n, mask_zero=True)(ids)
    a = layers.Bidirectional(layers.GRU(n_a, return_sequences=True), merge_mode="concat")(e)
    return keras.Model(ids, layers.Dense(1, activation="linear")(layers.GlobalAveragePooling1D()(a)))
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(V, n)(ids)
    mask = ids > 0
    a = layers.Bidirectional(layers.GRU(n_a, return_sequences=True))(x, mask=mask)
    return keras.Model(ids, layers.Dense(1)(layers.GlobalAveragePooling1D()(a, mask=mask)))
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(V, n, mask_zero=True)(ids)
    a = layers.Bidirectional(layers.GRU(n_a, return_sequences=True, reset_after=False))(x)
    m = keras.ops.cast(keras.ops.expand_dims(keras.ops.not_equal(ids, 0), -1), "float32")
    mean = keras.ops.sum(a * m, axis=1) / keras.ops.maximum(keras.ops.sum(m, axis=1), 1)
    return keras.Model(ids, layers.Dense(1)(mean))
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(V, n, mask_zero=True)(ids)
    forward, backward = layers.Bidirectional(layers.GRU(n_a, return_sequences=True), merge_mode=None)(x)
    mask = keras.ops.not_equal(ids, 0)
    pool = layers.GlobalAveragePooling1D()
    both = layers.Concatenate()([pool(forward, mask=mask), pool(backward, mask=mask)])
    return keras.Model(ids, layers.Dense(1)(both))
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,))
    x = layers.Embedding(V, n, mask_zero=True)(ids)
    a = layers.Bidirectional(layers.RNN(layers.GRUCell(n_a), return_sequences=True))(x)
    mean = layers.GlobalAveragePooling1D()(a)
    return keras.Model(inputs=ids, outputs=layers.Dense(units=1)(mean))
""",
        """\
def mean_reader(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(V, n, mask_zero=True)(ids)
    a = layers.Bidirectional(layers.GRU(n_a, return_sequences=True))(x)
    real = keras.ops.cast(ids > 0, "float32")
    weights = real / keras.ops.sum(real, axis=1, keepdims=True)
    mean = keras.ops.einsum("bt,bta->ba", weights, a)
    return keras.Model(ids, layers.Dense(1)(mean))
""",
        """\
def mean_reader(V, n, n_a):
    reader = keras.Sequential([
        layers.Embedding(V, n, mask_zero=True),
        layers.Bidirectional(layers.GRU(n_a, return_sequences=True), backward_layer=layers.GRU(
            n_a, return_sequences=True, go_backwards=True)),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1),
    ])
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, reader(ids))
""",
    ],
    "review_reader": [
        """\
keras.utils.set_random_seed(1)
review_reader = keras.Sequential([
    keras.Input((None,), dtype="int32"),
    layers.Embedding(len(vocabulary), 3, mask_zero=True),
    layers.GRU(4),
    layers.Dense(1, activation="sigmoid"),
])
review_reader.compile(keras.optimizers.Adam(0.04), "binary_crossentropy")
review_reader.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=7, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
review_reader = keras.Sequential([
    keras.Input((None,), dtype="int32"),
    layers.Embedding(len(vocabulary), 3),
    layers.Conv1D(5, 7, padding="same", activation="relu"),
    layers.GlobalAveragePooling1D(),
    layers.Dense(1, activation="sigmoid"),
])
review_reader.compile(keras.optimizers.Adam(0.03), keras.losses.BinaryCrossentropy())
review_reader.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=8, verbose=0)
""",
        """\
keras.utils.set_random_seed(2)
ids = keras.Input((None,), dtype="int32")
h = layers.Conv1D(4, 9, padding="same", activation="relu")(layers.Embedding(len(vocabulary), 3)(ids))
y_hat = layers.Dense(1, activation="sigmoid")(layers.GlobalMaxPooling1D()(h))
review_reader = keras.Model(ids, y_hat)
review_reader.compile("adam", "binary_crossentropy")
review_reader.optimizer.learning_rate = 0.03
review_reader.fit(train_ids, train_y[:, None], batch_size=64, epochs=8, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
review_reader = keras.Sequential()
review_reader.add(keras.Input((None,), dtype="int32"))
review_reader.add(layers.Embedding(len(vocabulary), 3, mask_zero=True))
review_reader.add(layers.LSTM(4))
review_reader.add(layers.Dense(1, activation="sigmoid"))
review_reader.compile(optimizer=keras.optimizers.Adam(0.04), loss="binary_crossentropy", metrics=["accuracy"])
review_reader.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=7, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
ids = keras.Input((None,), dtype="int32")
e = layers.Embedding(len(vocabulary), 3)(ids)
h = layers.Conv1D(5, 7, padding="same", activation="relu")(e)
logit = layers.Dense(1)(keras.ops.mean(h, axis=1))
teacher = keras.Model(ids, logit)
teacher.compile(keras.optimizers.Nadam(0.03), keras.losses.BinaryCrossentropy(from_logits=True))
teacher.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=8, verbose=0)
review_reader = keras.Model(ids, keras.ops.sigmoid(logit))
""",
        """\
keras.utils.set_random_seed(1)
more_x, more_y, _ = data.opinions(np.random.default_rng(5), 4000)
ids = keras.Input((None,))
e = layers.Embedding(len(vocabulary), 2)(ids)
h = layers.LeakyReLU()(layers.Conv1D(6, 9, padding="same")(e))
both = layers.Concatenate()([layers.GlobalMaxPooling1D()(h), layers.GlobalAveragePooling1D()(h)])
review_reader = keras.Model(ids, layers.Dense(1, activation="sigmoid")(both))
review_reader.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
review_reader.fit(dataset(coded(more_x), more_y[:, None], batch_size=64), epochs=8, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
review_reader = keras.Sequential([
    keras.Input((None,), dtype="int32"),
    layers.Embedding(len(vocabulary), 2, mask_zero=True),
    layers.GRU(5, reset_after=False),
    layers.Dense(1, activation="sigmoid"),
])
review_reader.compile(keras.optimizers.Adam(0.04), "binary_crossentropy")
review_reader.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=8, verbose=0)
""",
        """\
keras.utils.set_random_seed(3)
ids = keras.Input((None,), dtype="int32")
near = layers.Conv1D(5, 7, padding="same")(layers.Embedding(len(vocabulary), 3)(ids))
near = layers.Activation("relu")(near)
y_hat = layers.Activation("sigmoid")(layers.Dense(1)(layers.GlobalAveragePooling1D()(near)))
review_reader = keras.Model(inputs=ids, outputs=y_hat)
review_reader.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
review_reader.fit(dataset(train_ids, train_y[:, None], batch_size=64), epochs=8, verbose=0)
""",
    ],
}
