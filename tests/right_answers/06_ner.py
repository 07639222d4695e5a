"""Right answers to assignment 06, written from the text of the exercises alone, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "write_tags": [
        """\
def write_tags(spans, T):
    order = sorted(range(len(spans)), key=lambda i: (-(spans[i][2] - spans[i][1]), spans[i][1]))
    taken = set()
    tags = [0] * T
    for i in order:
        kind, start, end = spans[i]
        words = set(range(start, end))
        if words & taken:
            continue
        taken |= words
        for t in words:
            tags[t] = 2 * kind + (1 if t == start else 2)
    return tags
""",
        """\
def write_tags(spans, T):
    tags = np.zeros(T)
    remaining = spans.tolist()
    while remaining:
        remaining.sort(key=lambda s: s[1])
        remaining.sort(key=lambda s: s[2] - s[1], reverse=True)
        kind, start, end = remaining.pop(0)
        tags[start] = 2 * kind + 1
        for t in range(start + 1, end):
            tags[t] = 2 * kind + 2
        remaining = [s for s in remaining if s[2] <= start or s[1] >= end]
    return tags
""",
        """\
def write_tags(spans, T):
    length = spans[:, 2] - spans[:, 1]
    score = length * (T + 1) - spans[:, 1]
    free = np.ones(T, dtype=bool)
    tags = np.zeros(T, dtype=int)
    for i in np.argsort(-score):
        where = slice(spans[i, 1], spans[i, 2])
        if free[where].all():
            free[where] = False
            tags[where] = 2 * spans[i, 0] + 2
            tags[spans[i, 1]] -= 1
    return tags
""",
        """\
def write_tags(spans, T):
    def overlap(a, b):
        return max(a[1], b[1]) < min(a[2], b[2])

    chosen = []
    for span in sorted(map(tuple, spans), key=lambda s: (s[1] - s[2], s[1])):
        if not any(overlap(span, other) for other in chosen):
            chosen.append(span)
    row = np.full(T, 0)
    for k, i, j in chosen:
        row[i:j] = [2 * k + 1] + [2 * k + 2] * (j - i - 1)
    return row
""",
        """\
def write_tags(spans, T):
    owner = np.full(T, -1)
    ranked = np.lexsort((spans[:, 1], spans[:, 1] - spans[:, 2]))
    for number in ranked:
        k, start, end = spans[number]
        if np.max(owner[start:end]) < 0:
            owner[start:end] = number
    tags = np.zeros(T, np.int32)
    for t, number in enumerate(owner):
        if number >= 0:
            k, start, _ = spans[number]
            tags[t] = 2 * k + 1 if t == start else 2 * k + 2
    return tags
""",
        """\
from dataclasses import dataclass

@dataclass(order=True)
class Candidate:
    cost: int
    start: int
    end: int
    kind: int

def write_tags(spans, T):
    line = []
    for kind, start, end in spans:
        line.append(Candidate(int(start - end), int(start), int(end), int(kind)))
    line.sort()
    tags = np.zeros(T, dtype="int64")
    for c in line:
        if not np.any(tags[c.start : c.end]):
            tags[c.start] = 2 * c.kind + 1
            tags[c.start + 1 : c.end] = 2 * c.kind + 2
    return tags
""",
        """\
def write_tags(spans, T):
    import heapq

    heap = [(s - e, s, e, k) for k, s, e in spans.tolist()]
    heapq.heapify(heap)
    tags = {}
    while heap:
        _, s, e, k = heapq.heappop(heap)
        if all(t not in tags for t in range(s, e)):
            tags.update({t: 2 * k + 2 for t in range(s, e)})
            tags[s] = 2 * k + 1
    return tuple(tags.get(t, 0) for t in range(T))
""",
        """\
def write_tags(spans, T):
    tags = np.zeros(T, dtype=int)
    for length in range(T, 0, -1):
        for start in range(0, T - length + 1):
            for kind, a, b in spans:
                if a == start and b == start + length and tags[a:b].sum() == 0:
                    tags[a] = 2 * kind + 1
                    tags[a + 1 : b] = 2 * (kind + 1)
    return tags
""",
    ],
    "read_spans": [
        """\
def read_spans(tags):
    spans = []
    t = 0
    while t < len(tags):
        if tags[t] == 0:
            t += 1
            continue
        kind = (tags[t] - 1) // 2
        end = t + 1
        while end < len(tags) and tags[end] == 2 * kind + 2:
            end += 1
        spans.append((kind, t, end))
        t = end
    return spans
""",
        """\
def read_spans(tags):
    result = []
    start = None
    kind = None
    for t, tag in enumerate(list(tags) + [0]):
        inside = tag != 0 and tag % 2 == 0 and kind is not None and (tag - 2) // 2 == kind
        if start is not None and not inside:
            result.append((kind, start, t))
            start, kind = None, None
        if tag != 0 and not inside:
            start, kind = t, (tag - 1) // 2
    return result
""",
        """\
from collections import namedtuple

Name = namedtuple("Name", "kind start end")

def read_spans(tags):
    names = []
    for t, tag in enumerate(tags.tolist()):
        if tag == 0:
            continue
        kind, is_inside = divmod(tag - 1, 2)
        if is_inside and names and names[-1].end == t and names[-1].kind == kind:
            names[-1] = names[-1]._replace(end=t + 1)
        else:
            names.append(Name(kind, t, t + 1))
    return names
""",
        """\
def read_spans(tags):
    fixed = np.array(tags)
    for t in range(len(fixed)):
        if fixed[t] > 0 and fixed[t] % 2 == 0:
            before = fixed[t - 1] if t > 0 else 0
            if before != fixed[t] and before != fixed[t] - 1:
                fixed[t] -= 1
    spans = []
    for start in np.where(fixed % 2 == 1)[0]:
        end = start + 1
        while end < len(fixed) and fixed[end] == fixed[start] + 1:
            end += 1
        spans.append([int(fixed[start] // 2), int(start), int(end)])
    return spans
""",
        """\
def read_spans(tags):
    kinds = np.where(tags == 0, -1, (tags - 1) // 2)
    previous = np.concatenate(([-1], kinds[:-1]))
    starts = (tags > 0) & ((tags % 2 == 1) | (kinds != previous))
    group = np.cumsum(starts) * (tags > 0)
    spans = []
    for g in range(1, starts.sum() + 1):
        where = np.flatnonzero(group == g)
        spans.append((kinds[where[0]], where[0], where[-1] + 1))
    return spans
""",
        """\
from itertools import groupby

def read_spans(tags):
    number, labels, last = 0, [], None
    for tag in tags:
        kind = None if tag == 0 else (tag + 1) // 2 - 1
        if kind is not None and (tag % 2 or kind != last):
            number += 1
        labels.append((number, kind))
        last = kind
    spans, place = [], 0
    for (_, kind), members in groupby(labels):
        size = len(list(members))
        if kind is not None:
            spans.append((kind, place, place + size))
        place += size
    return spans
""",
        """\
def read_spans(tags):
    def walk(t, current):
        if t == len(tags):
            return [current] if current else []
        tag = tags[t]
        if tag == 0:
            return ([current] if current else []) + walk(t + 1, None)
        kind = (tag - 1) // 2
        if current and tag % 2 == 0 and current[0] == kind:
            return walk(t + 1, (kind, current[1], t + 1))
        return ([current] if current else []) + walk(t + 1, (kind, t, t + 1))

    return walk(0, None)
""",
        """\
def read_spans(tags):
    B, I = {}, {}
    for k in range(int(max(tags)) + 1):
        B[2 * k + 1] = k
        I[2 * k + 2] = k
    out = []
    open_span = None
    for t in range(len(tags)):
        tag = int(tags[t])
        if tag in I and open_span is not None and open_span[0] == I[tag]:
            open_span[2] += 1
        elif tag in B or tag in I:
            open_span = [B[tag] if tag in B else I[tag], t, t + 1]
            out.append(open_span)
        else:
            open_span = None
    return np.array(out)
""",
    ],
    "tags_of_pieces": [
        """\
def tags_of_pieces(tags, pieces, T):
    rows = []
    for sentence, counts in zip(tags, pieces):
        row = [-1]
        for tag, n in zip(sentence, counts):
            row.append(tag)
            row.extend([-1] * (n - 1))
        row = row[: T - 1]
        row = row + [-1] * (T - len(row))
        rows.append(row)
    return rows
""",
        """\
def tags_of_pieces(tags, pieces, T):
    out = -np.ones((len(tags), T), dtype=int)
    for i, (sentence, counts) in enumerate(zip(tags, pieces)):
        place = 1
        for tag, n in zip(sentence, counts):
            if place > T - 2:
                break
            out[i, place] = tag
            place += n
    return out
""",
        """\
def tags_of_pieces(tags, pieces, T):
    m = len(tags)
    out = np.full((m, T), -1, dtype=np.int64)
    for i in range(m):
        firsts = np.cumsum([1] + pieces[i])[:-1]
        keep = firsts <= T - 2
        out[i, firsts[keep]] = np.asarray(tags[i])[keep]
    return out
""",
        """\
def tags_of_pieces(tags, pieces, T):
    def word_ids(counts):
        ids = [None]
        for word, n in enumerate(counts):
            ids += [word] * n
        return ids[: T - 1] + [None] * max(1, T - 1 - sum(counts))

    result = []
    for sentence, counts in zip(tags, pieces):
        previous = None
        row = []
        for word in word_ids(counts):
            if word is None:
                row.append(-1)
            elif word != previous:
                row.append(sentence[word])
            else:
                row.append(-1)
            previous = word
        result.append(row)
    return np.array(result)
""",
        """\
def tags_of_pieces(tags, pieces, T):
    wide = max(sum(counts) for counts in pieces)
    table = np.full((len(tags), 1 + wide + T), -1)
    for row, sentence, counts in zip(table, tags, pieces):
        for w in range(len(counts)):
            row[1 + sum(counts[:w])] = sentence[w]
    table[:, T - 1 :] = -1
    return table[:, :T]
""",
        """\
def tags_of_pieces(tags, pieces, T):
    one = lambda sentence, counts: [label for tag, n in zip(sentence, counts) for label in (tag, *[-1] * (n - 1))]
    long = [one(s, c)[: T - 2] for s, c in zip(tags, pieces)]
    return [[-1, *row, -1, *[-1] * (T - 2 - len(row))] for row in long]
""",
        """\
def tags_of_pieces(tags, pieces, T):
    rows = []
    for s, c in zip(tags, pieces):
        repeated = np.repeat(s, c)
        word = np.repeat(np.arange(len(c)), c)
        first = np.append(True, word[1:] != word[:-1])
        labels = np.where(first, repeated, -1)[: T - 2]
        rows.append(np.pad(labels, (1, T - 1 - len(labels)), constant_values=-1))
    return np.stack(rows)
""",
        """\
def tags_of_pieces(tags, pieces, T):
    result = np.empty((len(tags), T), dtype="int32")
    for i in range(len(tags)):
        queue = []
        for j in range(len(tags[i])):
            for p in range(pieces[i][j]):
                queue.append(tags[i][j] if p == 0 else -1)
        for t in range(T):
            if t == 0 or t > T - 2 or t > len(queue):
                result[i, t] = -1
            else:
                result[i, t] = queue[t - 1]
    return result
""",
    ],
    "tagging_loss": [
        """\
def tagging_loss(logits, tags, weights):
    total = 0.0
    weight = 0.0
    m, T, _ = logits.shape
    for i in range(m):
        for t in range(T):
            y = tags[i, t]
            if y == -1:
                continue
            z = logits[i, t] - logits[i, t].max()
            total += weights[y] * (np.log(np.sum(np.exp(z))) - z[y])
            weight += weights[y]
    return total / weight if weight > 0 else 0.0
""",
        """\
def tagging_loss(logits, tags, weights):
    mask = tags >= 0
    if not mask.any():
        return 0
    safe = np.where(mask, tags, 0)
    shifted = logits - np.max(logits, axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(log_p, safe[:, :, None], axis=2).squeeze(2)
    w = weights[safe] * mask
    return -(w * picked).sum() / w.sum()
""",
        """\
def tagging_loss(logits, tags, weights):
    K = logits.shape[-1]
    z = logits.reshape(-1, K)
    y = tags.ravel()
    z, y = z[y > -1], y[y > -1]
    if y.size == 0:
        return 0.0
    one_hot = np.eye(K)[y]
    top = z.max(axis=1)
    log_sum = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    costs = log_sum - (one_hot * z).sum(axis=1)
    return np.average(costs, weights=one_hot @ weights)
""",
        """\
def tagging_loss(logits, tags, weights):
    i, t = np.nonzero(tags != -1)
    y = tags[i, t]
    w = weights[y]
    costs = np.logaddexp.reduce(logits, axis=-1)[i, t] - logits[i, t, y]
    return np.dot(w, costs) / w.sum() if len(y) else np.float64(0)
""",
        """\
def tagging_loss(logits, tags, weights):
    upper, lower = 0, 0
    for k in range(len(weights)):
        where = tags == k
        if where.any():
            z = logits[where]
            largest = z.max(axis=1, keepdims=True)
            cost = (np.log(np.exp(z - largest).sum(axis=1)) + largest[:, 0] - z[:, k]).sum()
            upper += weights[k] * cost
            lower += weights[k] * where.sum()
    if lower == 0:
        return 0.0
    return upper / lower
""",
        """\
def tagging_loss(logits, tags, weights):
    def log_softmax(z):
        z = z - z.max()
        return z - np.log(np.exp(z).sum())

    pairs = [(weights[y], -log_softmax(z)[y]) for row, labels in zip(logits, tags) for z, y in zip(row, labels) if y != -1]
    if not pairs:
        return 0.0
    w, cost = map(np.array, zip(*pairs))
    return float((w * cost).sum() / w.sum())
""",
        """\
def tagging_loss(logits, tags, weights):
    weights = np.append(weights, 0.0)  # the weight of -1
    K = logits.shape[2]
    z = logits - logits.max(-1)[..., None]
    log_p = z - np.log(np.exp(z).sum(-1))[..., None]
    log_p = np.concatenate([log_p, np.zeros_like(log_p[..., :1])], axis=-1)
    w = weights[tags]
    rows, columns = np.indices(tags.shape)
    loss = -log_p[rows, columns, tags] * w
    return loss.sum() / w.sum() if w.sum() != 0 else w.sum()
""",
        """\
def tagging_loss(logits, tags, weights):
    asked = np.argwhere(tags != -1)
    if len(asked) < 1:
        return np.array(0.0)
    num = den = 0.0
    for i, t in asked:
        z, y = logits[i, t], tags[i, t]
        m = max(z)
        num = num + weights[y] * (m + np.log(sum(np.exp(v - m) for v in z)) - z[y])
        den = den + weights[y]
    return num / den
""",
    ],
    "span_scores": [
        """\
def span_scores(true, predicted, read):
    n_true, n_pred, n_right = {}, {}, {}
    for t, p in zip(true, predicted):
        keep = t != -1
        a = [tuple(s) for s in read(t[keep])]
        b = [tuple(s) for s in read(p[keep])]
        for s in a:
            n_true[s[0]] = n_true.get(s[0], 0) + 1
        for s in b:
            n_pred[s[0]] = n_pred.get(s[0], 0) + 1
            if s in a:
                n_right[s[0]] = n_right.get(s[0], 0) + 1

    def f1(r, t, p):
        return 2 * r / (t + p) if t + p else 0.0

    T, P, R = sum(n_true.values()), sum(n_pred.values()), sum(n_right.values())
    kinds = set(n_true) | set(n_pred)
    each = [f1(n_right.get(k, 0), n_true.get(k, 0), n_pred.get(k, 0)) for k in kinds]
    return (R / P if P else 0.0, R / T if T else 0.0, f1(R, T, P), np.mean(each) if each else 0.0)
""",
        """\
from collections import Counter

def span_scores(true, predicted, read):
    there = Counter()
    found = Counter()
    for i in range(true.shape[0]):
        asked = np.where(true[i] >= 0)[0]
        for kind, start, end in read(true[i, asked]):
            there[(kind, i, start, end)] += 1
        for kind, start, end in read(predicted[i, asked]):
            found[(kind, i, start, end)] += 1
    both = there & found

    def total(counter, kind=None):
        return sum(n for key, n in counter.items() if kind is None or key[0] == kind)

    def prf(kind=None):
        r, t, p = total(both, kind), total(there, kind), total(found, kind)
        precision = r / p if p else 0.0
        recall = r / t if t else 0.0
        f = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return precision, recall, f

    kinds = {key[0] for key in [*there, *found]}
    macro = sum(prf(kind)[2] for kind in kinds) / len(kinds) if kinds else 0.0
    return [*prf(), macro]
""",
        """\
def span_scores(true, predicted, read):
    rows = []
    for number, (t, p) in enumerate(zip(true, predicted)):
        mask = t != -1
        rows += [(*map(int, s), number, 0) for s in read(t[mask])]
        rows += [(*map(int, s), number, 1) for s in read(p[mask])]
    a = {r[:4] for r in rows if r[4] == 0}
    b = {r[:4] for r in rows if r[4] == 1}
    right = a.intersection(b)
    precision = len(right) / max(len(b), 1)
    recall = len(right) / max(len(a), 1)
    micro = 2 * len(right) / max(len(a) + len(b), 1)
    scores = []
    for kind in sorted({r[0] for r in a.union(b)}):
        r, x, y = (sum(s[0] == kind for s in group) for group in (right, a, b))
        scores.append(2 * r / (x + y))
    return np.array([precision, recall, micro, sum(scores) / max(len(scores), 1)])
""",
        """\
from typing import NamedTuple

class Scores(NamedTuple):
    precision: float
    recall: float
    micro: float
    macro: float

def span_scores(true, predicted, read):
    t_spans = [{tuple(s) for s in read(np.compress(t != -1, t))} for t in true]
    p_spans = [{tuple(s) for s in read(np.compress(t != -1, p))} for t, p in zip(true, predicted)]

    def counts(kind):
        def keep(spans):
            return {s for s in spans if kind is None or s[0] == kind}

        return np.array([[len(keep(a)), len(keep(b)), len(keep(a) & keep(b))] for a, b in zip(t_spans, p_spans)]).sum(axis=0)

    def f(kind):
        n, m, r = counts(kind)
        return 0.0 if r == 0 else 2 / (m / r + n / r)

    n, m, r = counts(None)
    kinds = {s[0] for spans in t_spans + p_spans for s in spans}
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = np.nan_to_num(np.array([r, r]) / np.array([m, n]))
    return Scores(p, q, f(None), float(np.mean([f(k) for k in kinds] or [0])))
""",
        """\
def span_scores(true, predicted, read):
    tp, fp, fn = {}, {}, {}
    for i in range(len(true)):
        t = np.array([a for a in true[i] if a != -1], dtype=int)
        p = np.array([b for a, b in zip(true[i], predicted[i]) if a != -1], dtype=int)
        gold, guess = list(map(tuple, read(t))), list(map(tuple, read(p)))
        for span in guess:
            d = tp if span in gold else fp
            d[span[0]] = d.get(span[0], 0) + 1
        for span in gold:
            if span not in guess:
                fn[span[0]] = fn.get(span[0], 0) + 1

    def ratio(a, b):
        try:
            return a / b
        except ZeroDivisionError:
            return 0.0

    TP, FP, FN = sum(tp.values()), sum(fp.values()), sum(fn.values())
    kinds = tp.keys() | fp.keys() | fn.keys()
    f = [ratio(2 * tp.get(k, 0), 2 * tp.get(k, 0) + fp.get(k, 0) + fn.get(k, 0)) for k in kinds]
    return ratio(TP, TP + FP), ratio(TP, TP + FN), ratio(2 * TP, 2 * TP + FP + FN), ratio(sum(f), len(f))
""",
        """\
def span_scores(true, predicted, read):
    gold, guess = [], []
    for i, row in enumerate(true):
        places = np.flatnonzero(row != -1)
        gold.extend([i, *s] for s in read(row[places]))
        guess.extend([i, *s] for s in read(predicted[i][places]))
    right = [s for s in gold if s in guess]

    def f1(kind):
        a, b, c = ([s for s in spans if kind in ("all", s[1])] for spans in (gold, guess, right))
        return 2 * len(c) / (len(a) + len(b)) if a or b else 0.0

    each = [f1(kind) for kind in np.unique([s[1] for s in gold + guess])]
    p = len(right) / len(guess) if guess else 0
    r = len(right) / len(gold) if gold else 0
    return p, r, f1("all"), np.sum(each) / len(each) if each else 0
""",
        """\
def span_scores(true, predicted, read):
    spans = {"true": set(), "predicted": set()}
    for i in range(len(true)):
        for name, rows in (("true", true), ("predicted", predicted)):
            tags = np.delete(rows[i], np.where(true[i] == -1))
            for kind, start, end in read(tags):
                spans[name].add((int(kind), i, int(start), int(end)))
    a, b = spans["true"], spans["predicted"]
    kinds = {s[0] for s in a} | {s[0] for s in b}
    table = np.zeros((len(kinds), 3))
    for row, kind in zip(table, kinds):
        row[:] = [sum(s[0] == kind for s in group) for group in (a, b, a & b)]
    n, m, r = table.sum(axis=0)
    micro = 2 * r / (n + m) if n + m > 0 else 0.0
    macro = (2 * table[:, 2] / (table[:, 0] + table[:, 1])).mean() if len(kinds) else 0.0
    return (r / m if m else 0.0), (r / n if n else 0.0), micro, macro
""",
        """\
def span_scores(true, predicted, read):
    m = len(true)
    keep = [true[i] > -1 for i in range(m)]
    a = {(i, tuple(s)) for i in range(m) for s in read(true[i][keep[i]])}
    b = {(i, tuple(s)) for i in range(m) for s in read(predicted[i][keep[i]])}

    def score(a, b):
        hits = len(a & b)
        p = hits / len(b) if len(b) > 0 else 0.0
        r = hits / len(a) if len(a) > 0 else 0.0
        return p, r, (0.0 if hits == 0 else 2 * p * r / (p + r))

    kinds = {s[0] for _, s in a | b}
    macro = 0.0
    for k in kinds:
        macro += score({x for x in a if x[1][0] == k}, {x for x in b if x[1][0] == k})[2] / len(kinds)
    p, r, f = score(a, b)
    return p, r, f, macro
""",
    ],
    "vector_table": [
        """\
def vector_table(words, learnt):
    n = len(next(iter(learnt.values())))
    mean = sum(learnt.values()) / len(learnt)
    table = np.zeros((len(words), n))
    known = []
    for i, word in enumerate(words):
        if word in learnt:
            table[i] = learnt[word]
            known.append(True)
        elif word.lower() in learnt:
            table[i] = learnt[word.lower()]
            known.append(True)
        else:
            if i != 0:
                table[i] = mean
            known.append(False)
    return table, np.array(known)
""",
        """\
def vector_table(words, learnt):
    vectors = np.array([v for v in learnt.values()])
    index = {word: i for i, word in enumerate(learnt)}
    rows = [index.get(w, index.get(w.lower(), len(vectors))) for w in words]
    everything = np.vstack([vectors, vectors.mean(axis=0)])
    table = everything[rows]
    table[0, :] = 0
    return table, np.array(rows) < len(vectors)
""",
        """\
def vector_table(words, learnt):
    mean = np.stack(list(learnt.values())).mean(0)

    def find(word):
        return learnt.get(word) if word in learnt else learnt.get(word.lower())

    found = [find(word) for word in words]
    known = [vector is not None for vector in found]
    rows = [np.zeros_like(mean)] + [mean if vector is None else vector for vector in found[1:]]
    return np.array(rows), known
""",
        """\
def vector_table(words, learnt):
    table, known = [], []
    average = np.mean([*learnt.values()], axis=0)
    for word in words:
        try:
            vector = learnt[word]
        except KeyError:
            vector = learnt.get(word.lower(), None)
        known.append(vector is not None)
        if word == "<PAD>":
            table.append(np.zeros(average.shape))
        elif vector is None:
            table.append(average)
        else:
            table.append(vector)
    return [np.array(table), np.array(known, dtype=bool)]
""",
        """\
def vector_table(words, learnt):
    keys = [w if w in learnt else w.lower() for w in words]
    known = np.array([key in learnt for key in keys])
    stacked = np.stack(tuple(learnt.values()))
    table = np.empty((len(words), stacked.shape[1]), dtype=stacked.dtype)
    table[:] = stacked.mean(axis=0)
    for i in np.flatnonzero(known):
        table[i] = learnt[keys[i]]
    table[0] = 0
    return table, known
""",
        """\
def vector_table(words, learnt):
    total = None
    for vector in learnt.values():
        total = vector.copy() if total is None else total + vector
    mean = total / len(learnt)
    rows = []
    for i, w in enumerate(words):
        low = w.lower()
        if i == 0:
            rows.append((0 * mean, False))
        elif w in learnt:
            rows.append((learnt[w], True))
        elif low in learnt:
            rows.append((learnt[low], True))
        else:
            rows.append((mean, False))
    vectors, known = zip(*rows)
    return np.stack(vectors), np.array(known)
""",
        """\
from collections import namedtuple, ChainMap

Table = namedtuple("Table", ["table", "known"])

def vector_table(words, learnt):
    mean = np.average(np.array(list(learnt.values())), axis=0)
    lower = {w: learnt[w.lower()] for w in words if w.lower() in learnt}
    both = ChainMap(learnt, lower)
    known = np.array([w in both for w in words])
    table = np.array([both.get(w, mean) for w in words])
    table *= (np.arange(len(words)) > 0).reshape(-1, 1)
    return Table(table, known)
""",
        """\
def vector_table(words, learnt):
    mean = np.mean(np.vstack(list(learnt.values())), axis=0)
    match = []
    for w in words:
        match.append(next((form for form in (w, w.lower()) if form in learnt), None))
    table = [learnt[form].tolist() if form is not None else mean.tolist() for form in match]
    table[0] = [0.0] * len(mean)
    return table, [form is not None for form in match]
""",
    ],
    "two_table_tagger": [
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input(shape=(None,), dtype="int32")
    fixed = layers.Embedding(
        input_dim=vectors.shape[0],
        output_dim=vectors.shape[1],
        embeddings_initializer=keras.initializers.Constant(vectors),
        trainable=not frozen,
        mask_zero=True,
    )(ids)
    own = layers.Embedding(vectors.shape[0], n_own, mask_zero=True)(ids)
    h = layers.concatenate([fixed, own])
    h = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True), merge_mode="concat")(h)
    return keras.Model(inputs=ids, outputs=layers.Dense(tags)(h))
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    V, n = vectors.shape
    given = layers.Embedding(V, n, mask_zero=True)
    own = layers.Embedding(V, n_own, mask_zero=True)
    given.build((None,))
    given.set_weights([vectors])
    if frozen:
        given.trainable = False
    ids = keras.Input((None,))
    x = layers.Concatenate(axis=-1)([given(ids), own(ids)])
    x = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(tags))(x)
    return keras.Model(ids, x)
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    a = layers.Embedding(len(vectors), len(vectors[0]), name="given", trainable=not frozen)(ids)
    b = layers.Embedding(len(vectors), n_own)(ids)
    x = keras.ops.concatenate([a, b], axis=-1)
    mask = ids > 0
    y = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True))(x, mask=mask)
    model = keras.Model(ids, layers.Dense(tags)(y))
    model.get_layer("given").set_weights([vectors])
    return model
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    own = layers.Embedding(vectors.shape[0], n_own, embeddings_initializer="normal", mask_zero=True)(ids)
    given = layers.Embedding(*vectors.shape, mask_zero=True, weights=[vectors], trainable=(frozen is False))(ids)
    both = layers.Concatenate()([own, given])
    forward = layers.LSTM(n_a, return_sequences=True)
    backward = layers.LSTM(n_a, return_sequences=True, go_backwards=True)
    states = layers.Bidirectional(forward, backward_layer=backward)(both)
    return keras.Model(ids, layers.Dense(tags, activation="linear")(states))
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int64")
    table = layers.Embedding(*vectors.shape, mask_zero=True, weights=[vectors.astype("float32")])
    table.trainable = not frozen
    parts = [table(ids), layers.Embedding(vectors.shape[0], n_own, mask_zero=True)(ids)]
    x = layers.Concatenate()(parts)
    cell = layers.RNN(layers.LSTMCell(n_a), return_sequences=True)
    x = layers.Bidirectional(cell)(x)
    return keras.Model(ids, layers.Dense(tags)(x), name="tagger")
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    given = layers.Embedding(*vectors.shape, mask_zero=True, weights=[vectors], trainable=not frozen)
    own = layers.Embedding(len(vectors), n_own, mask_zero=True)
    x = layers.Concatenate()([given(ids), own(ids)])
    x = layers.Dropout(0.3)(x)
    there, back = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True), merge_mode=None)(x)
    return keras.Model(ids, layers.Dense(tags)(layers.Concatenate()([there, back])))
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    mask = keras.ops.not_equal(ids, 0)
    given = layers.Embedding(vectors.shape[0], vectors.shape[1])
    x = keras.ops.concatenate((given(ids), layers.Embedding(vectors.shape[0], n_own)(ids)), -1)
    left = layers.LSTM(n_a, return_sequences=True)(x, mask=mask)
    right = layers.LSTM(n_a, return_sequences=True, go_backwards=True)(x, mask=mask)
    right = keras.ops.flip(right, axis=1)
    logits = layers.Dense(tags)(keras.ops.concatenate((left, right), -1))
    given.set_weights([vectors])
    given.trainable = not frozen
    return keras.Model(ids, logits)
""",
        """\
def two_table_tagger(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    init = keras.initializers.Constant(vectors.tolist())
    first = layers.Embedding(vectors.shape[0], vectors.shape[1], embeddings_initializer=init, mask_zero=True, trainable=not frozen)
    second = layers.Embedding(vectors.shape[0], n_own, mask_zero=True)
    x = layers.Concatenate()([first(ids), second(ids)])
    x = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True))(x)
    model = keras.Model(ids, layers.Dense(tags)(x))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
    return model
""",
    ],
    "name_tagger": [
        """\
keras.utils.set_random_seed(1)
x = keras.Input((None, 3), dtype="int32")
e = layers.Embedding(sizes[2], 4)(x[:, :, 2])
f = layers.Embedding(sizes[1], 2)(x[:, :, 1])
h = layers.Conv1D(10, 5, padding="same", activation="tanh")(layers.Concatenate()([e, f]))
name_tagger = keras.Model(x, layers.Dense(7)(h))
name_tagger.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
x = keras.Input((None, 3))
both = layers.Concatenate()([layers.Embedding(sizes[2], 4)(x[..., 2]), layers.Embedding(sizes[1], 2)(x[..., 1])])
h = layers.Conv1D(12, 5, padding="same", activation="relu")(both)
name_tagger = keras.Model(x, layers.Dense(7, activation="softmax")(h))
name_tagger.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=-1))
name_tagger.optimizer.learning_rate = 0.02
name_tagger.fit(train_ids, tag_ids, batch_size=32, epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(2)
x = keras.Input((None, 3), dtype="int32")
h = layers.Embedding(sizes[2], 5)(x[:, :, 2]) + layers.Embedding(sizes[1], 5)(x[:, :, 1])
name_tagger = keras.Model(x, layers.Conv1D(7, 5, padding="same")(h))
name_tagger.compile(keras.optimizers.Adam(0.03), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
new, written_new = data.named_entities(np.random.default_rng(123), 2500)
targets = as_ids(written_new)
mask = (targets != -1).astype("float32")
x = keras.Input((None, 3), dtype="int32")
h = layers.Concatenate()([layers.Embedding(sizes[1], 2)(x[:, :, 1]), layers.Embedding(sizes[2], 4)(x[:, :, 2])])
h = layers.Conv1D(11, 5, padding="same")(h)
h = layers.LeakyReLU()(h)
name_tagger = keras.Model(x, layers.Dense(7)(h))
name_tagger.compile(keras.optimizers.Nadam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
name_tagger.fit(encode(new), np.maximum(targets, 0), sample_weight=mask, batch_size=64, epochs=5, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
x = keras.Input((None, 3), dtype="int32")
h = layers.Concatenate()([layers.Embedding(sizes[1], 2)(x[:, :, 1]), layers.Embedding(sizes[2], 4)(x[:, :, 2])])
h = layers.Bidirectional(layers.SimpleRNN(8, return_sequences=True))(h, mask=x[:, :, 0] > 0)
name_tagger = keras.Model(x, layers.Dense(7)(h))
name_tagger.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=4, verbose=0)
""",
        """\
keras.utils.set_random_seed(3)
inputs = keras.Input((None, 3), dtype="int32")
read = keras.ops.concatenate([layers.Embedding(sizes[1], 3)(inputs[:, :, 1]), layers.Embedding(sizes[2], 3)(inputs[:, :, 2])], axis=-1)
read = layers.SpatialDropout1D(0.05)(read)
near = layers.Conv1D(12, 3, padding="same", activation="relu")(read)
near = layers.Conv1D(7, 3, padding="same")(near)
name_tagger = keras.Model(inputs, near)
name_tagger.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=5, verbose=0)
""",
        """\
keras.utils.set_random_seed(1)
x = keras.Input((None, 3), dtype="int32")
h = layers.Concatenate()([layers.Embedding(sizes[1], 2)(x[:, :, 1]), layers.Embedding(sizes[2], 4)(x[:, :, 2])])
name_tagger = keras.Model(x, layers.Conv1D(7, 5, padding="same")(h))
name_tagger.compile(keras.optimizers.RMSprop(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=5, verbose=0)
""",
        """\
keras.utils.set_random_seed(4)

def build(e, f, n):
    x = keras.Input((None, 3), dtype="int32")
    h = layers.Concatenate()([layers.Embedding(sizes[1], f)(x[:, :, 1]), layers.Embedding(sizes[2], e)(x[:, :, 2])])
    h = layers.ZeroPadding1D(2)(h)
    h = layers.Conv1D(n, 5, activation="gelu")(h)
    return keras.Model(x, layers.Dense(7)(h))

name_tagger = build(4, 2, 12)
name_tagger.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1))
name_tagger.fit(dataset(train_ids, tag_ids, batch_size=32), epochs=4, verbose=0)
""",
    ],
}
