"""Right answers to assignment 10, written from the text of the exercises alone, in the styles that students have."""

ANSWERS: dict[str, list[str]] = {
    "clipped_counts": [
        """\
def clipped_counts(candidate, references, N):
    matched, total = [], []
    for n in range(1, N + 1):
        mine = Counter(zip(*[candidate[i:] for i in range(n)]))
        best = Counter()
        for reference in references:
            best = best | Counter(zip(*[reference[i:] for i in range(n)]))
        matched.append(sum((mine & best).values()))
        total.append(sum(mine.values()))
    return matched, total
""",
        """\
def clipped_counts(candidate, references, N):
    result = np.zeros((2, N))
    for n in range(1, N + 1):
        grams = [tuple(candidate[t:t + n]) for t in range(len(candidate) - n + 1)]
        others = [[tuple(r[t:t + n]) for t in range(len(r) - n + 1)] for r in references]
        for gram in set(grams):
            result[0, n - 1] += min(grams.count(gram), max(other.count(gram) for other in others))
        result[1, n - 1] = len(grams)
    return result
""",
        """\
def clipped_counts(candidate, references, N):
    def count(words, n):
        found = {}
        for t in range(n, len(words) + 1):
            key = str(words[t - n:t])
            found[key] = found.get(key, 0) + 1
        return found

    matched = np.zeros(N, int)
    for n in range(1, N + 1):
        known = [count(words, n) for words in references]
        for key, often in count(candidate, n).items():
            matched[n - 1] += min(often, max(k.get(key, 0) for k in known))
    return matched, np.maximum(len(candidate) - np.arange(N), 0)
""",
        """\
def clipped_counts(candidate, references, N):
    matched = []
    for n in range(1, N + 1):
        used = Counter()
        hits = 0
        limits = [Counter(tuple(r[t:t + n]) for t in range(len(r) - n + 1)) for r in references]
        for t in range(len(candidate) - n + 1):
            gram = tuple(candidate[t:t + n])
            if any(used[gram] < limit[gram] for limit in limits):
                hits += 1
                used[gram] += 1
        matched.append(hits)
    return np.array(matched), np.array([max(0, len(candidate) + 1 - n) for n in range(1, N + 1)])
""",
        """\
from functools import reduce

def clipped_counts(candidate, references, N):
    def c(words, n):
        return Counter(tuple(words[i:i + n]) for i in range(len(words)) if i + n <= len(words))

    pairs = [(c(candidate, n), reduce(lambda a, b: a | b, (c(r, n) for r in references))) for n in range(1, N + 1)]
    return tuple(np.array(x) for x in zip(*[((a & b).total(), a.total()) for a, b in pairs]))
""",
        """\
def clipped_counts(candidate, references, N):
    m, t = np.zeros(N), np.zeros(N)
    for n in range(1, N + 1):
        if len(candidate) < n:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(np.array(candidate), n)
        different, often = np.unique(windows, axis=0, return_counts=True)
        most = np.zeros(len(different))
        for reference in references:
            if len(reference) >= n:
                there = np.lib.stride_tricks.sliding_window_view(np.array(reference), n)
                most = np.maximum(most, (different[:, None] == there[None]).all(axis=2).sum(axis=1))
        m[n - 1], t[n - 1] = np.minimum(often, most).sum(), often.sum()
    return m, t
""",
        """\
def clipped_counts(candidate, references, N):
    answer = []
    for n in range(N):
        mine = [candidate[t:t + n + 1] for t in range(len(candidate) - n)]
        left = [[reference[t:t + n + 1] for t in range(len(reference) - n)] for reference in references]
        hits = 0
        for gram in mine:
            found = False
            for grams in left:
                if gram in grams:
                    grams.remove(gram)
                    found = True
            hits += found
        answer.append([hits, len(mine)])
    return np.array(answer).T
""",
        """\
from collections import defaultdict, namedtuple

Counts = namedtuple("Counts", "matched total")

def clipped_counts(candidate, references, N):
    most = defaultdict(int)
    for reference in references:
        count = defaultdict(int)
        for n in range(1, N + 1):
            for t in range(len(reference) - n + 1):
                count[tuple(reference[t:t + n])] += 1
        for gram in count:
            most[gram] = max(most[gram], count[gram])
    mine = Counter(tuple(candidate[t:t + n]) for n in range(1, N + 1) for t in range(len(candidate) - n + 1))
    matched, total = np.zeros(N, np.int32), np.zeros(N, np.int32)
    for gram, often in mine.items():
        matched[len(gram) - 1] += min(often, most[gram])
        total[len(gram) - 1] += often
    return Counts(matched, total)
""",
    ],
    "precisions": [
        """\
def precisions(matched, total, smooth):
    m, t = matched.sum(0).astype(float), total.sum(0)
    if smooth and m.sum() > 0:
        zeros = np.flatnonzero(m == 0)
        m[zeros] = 1 / 2 ** np.arange(1, len(zeros) + 1)
    return np.where(t > 0, m / np.maximum(t, 1), 0)
""",
        """\
def precisions(matched, total, smooth):
    p, halvings = [], 0
    nothing = np.sum(matched) == 0
    for n in range(matched.shape[1]):
        m, t = sum(matched[:, n]), sum(total[:, n])
        if t == 0:
            p.append(0.0)
        elif m == 0 and smooth and not nothing:
            halvings += 1
            p.append(1 / (2**halvings * t))
        else:
            p.append(m / t)
    return p
""",
        """\
def precisions(matched, total, smooth):
    m = np.ones(len(matched)) @ matched
    t = np.ones(len(total)) @ total
    if smooth and np.any(m):
        m = np.where(m == 0, np.exp2(-np.cumsum(m == 0)), m)
    return np.divide(m, t, out=np.zeros_like(m), where=t != 0)
""",
        """\
def precisions(matched, total, smooth):
    counts = np.stack([matched, total]).sum(axis=1)
    result = []
    small = 1.0
    for found, there in counts.T:
        if found == 0 and smooth and counts[0].max() > 0:
            small *= 0.5
            found = small
        result.append(found / there if there else 0)
    return np.array(result)
""",
        """\
def precisions(matched, total, smooth):
    sums = matched.sum(axis=0), total.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = sums[0] / sums[1]
        if smooth and sums[0].any():
            k = 1
            for n in range(len(p)):
                if sums[0][n] == 0:
                    p[n] = 2.0**-k / sums[1][n]
                    k += 1
    p[sums[1] == 0] = 0
    return p
""",
        """\
def precisions(matched, total, smooth):
    N = matched.shape[1]
    m = [int(matched[:, n].sum()) for n in range(N)]
    t = [int(total[:, n].sum()) for n in range(N)]
    if not any(m):
        return np.zeros(N)
    out = []
    for n in range(N):
        empty_before = sum(x == 0 for x in m[: n + 1])
        top = m[n] if m[n] or not smooth else 1 / 2**empty_before
        out.append(top / t[n] if t[n] else 0.0)
    return np.array(out)
""",
        """\
def precisions(matched, total, smooth):
    from fractions import Fraction
    m = [Fraction(int(x)) for x in matched.sum(axis=0)]
    t = [int(x) for x in total.sum(axis=0)]
    part = Fraction(1)
    if smooth and any(m):
        for i, x in enumerate(m):
            if not x:
                part = part / 2
                m[i] = part
    return np.array([float(x / y) if y else 0.0 for x, y in zip(m, t)])
""",
        """\
def precisions(matched, total, smooth):
    m, t = np.add.reduce(matched), np.add.reduce(total)
    missing = (m == 0) & bool(smooth) & (m.sum() > 0)
    m = m + missing * 0.5 ** np.cumsum(missing)
    p = np.zeros(len(m))
    p[t > 0] = m[t > 0] / t[t > 0]
    return p
""",
    ],
    "brevity_penalty": [
        """\
def brevity_penalty(lengths, reference_lengths):
    r = sum(sorted(known, key=lambda x: (abs(x - c), x))[0] for c, known in zip(lengths, reference_lengths))
    c = sum(lengths)
    if c == 0:
        return r, 0.0 if r else 1.0
    return r, min(1.0, np.exp(1 - r / c))
""",
        """\
def brevity_penalty(lengths, reference_lengths):
    r = 0
    for i in range(len(lengths)):
        best = None
        for other in reference_lengths[i]:
            gap = abs(other - lengths[i])
            if best is None or gap < abs(best - lengths[i]) or (gap == abs(best - lengths[i]) and other < best):
                best = other
        r += best
    c = sum(lengths)
    BP = 1 if c >= r else (np.exp(1 - r / c) if c else 0)
    return np.array([r, BP])
""",
        """\
def brevity_penalty(lengths, reference_lengths):
    r = 0
    for c, known in zip(lengths, reference_lengths):
        known = np.sort(known)
        r += known[np.argmin(np.abs(known - c))]
    c = np.sum(lengths)
    with np.errstate(divide="ignore", invalid="ignore"):
        BP = np.where(c >= r, 1.0, np.exp(1 - r / np.float64(c)))
    return r, BP
""",
        """\
import math

def brevity_penalty(lengths, reference_lengths):
    r = sum(min(known, key=lambda x: 2 * abs(x - n) + (x > n)) for n, known in zip(lengths, reference_lengths))
    c = sum(lengths)
    if r <= c:
        return r, 1.0
    if not c:
        return r, 0.0
    return [r, math.exp((c - r) / c)]
""",
        """\
def brevity_penalty(lengths, reference_lengths):
    chosen = [min((abs(x - c), x) for x in known)[1] for c, known in zip(lengths, reference_lengths)]
    c, r = np.sum(lengths), np.sum(chosen)
    return r, (1.0 if c >= r else 0.0 if c == 0 else np.e ** (1 - r / c))
""",
        """\
def brevity_penalty(lengths, reference_lengths):
    def closest(c, known):
        for gap in range(10**6):
            if c - gap in known:
                return c - gap
            if c + gap in known:
                return c + gap

    r = sum(map(closest, lengths, reference_lengths))
    c = sum(lengths)
    return float(r), float(np.exp(min(0, 1 - r / c))) if c else float(r == 0)
""",
        """\
def brevity_penalty(lengths, reference_lengths):
    totals = np.zeros(2)
    for c, known in zip(lengths, reference_lengths):
        known = sorted(set(known))
        gaps = [abs(k - c) for k in known]
        totals += c, known[gaps.index(min(gaps))]
    c, r = totals
    factor = 1.0
    if c < r:
        factor = np.exp(1 - r / c) if c > 0 else 0.0
    return r, factor
""",
        """\
from collections import namedtuple

Brevity = namedtuple("Brevity", ["r", "BP"])

def brevity_penalty(lengths, reference_lengths):
    r = c = 0
    for i, n in enumerate(lengths):
        c = c + n
        r = r + min(reference_lengths[i], key=lambda m: abs(m - n + 0.1))
    if c > r or c == r:
        return Brevity(r, 1.0)
    return Brevity(r, 0.0 if c == 0 else np.exp(1.0 - r / c))
""",
    ],
    "corpus_bleu": [
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    counts = [count(c, r, N) for c, r in zip(candidates, references)]
    p = share(np.array([m for m, _ in counts]), np.array([t for _, t in counts]), smooth)
    _, BP = penalty(list(map(len, candidates)), [list(map(len, known)) for known in references])
    return 100 * BP * np.prod(p) ** (1 / N)
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    matched = np.zeros((len(candidates), N))
    total = np.zeros((len(candidates), N))
    for i in range(len(candidates)):
        matched[i], total[i] = count(candidates[i], references[i], N)
    p = share(matched, total, smooth)
    with np.errstate(divide="ignore"):
        logs = np.log(p)
    BP = penalty([len(c) for c in candidates], [[len(r) for r in rs] for rs in references])[1]
    return 100 * BP * np.exp(logs.sum() / N)
""",
        """\
import math

def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    both = np.array([count(c, r, N) for c, r in zip(candidates, references)])
    p = share(both[:, 0], both[:, 1], smooth)
    r, factor = penalty([len(c) for c in candidates], [[len(x) for x in known] for known in references])
    if any(x == 0 for x in p):
        return 0
    return 100 * factor * math.exp(sum(math.log(x) for x in p) / len(p))
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    score = penalty([len(c) for c in candidates], [[len(x) for x in known] for known in references])[-1]
    rows = list(map(count, candidates, references, [N] * len(candidates)))
    for p in share(np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows]), smooth):
        score = score * p ** (1 / N)
    return 100.0 * score
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    matched, total = zip(*(count(c, r, N) for c, r in zip(candidates, references)))
    p = np.asarray(share(np.asarray(matched), np.asarray(total), smooth), dtype=float)
    lengths = np.array([len(c) for c in candidates]).tolist()
    BP = penalty(lengths, [[len(x) for x in known] for known in references])[1]
    return np.array(100 * BP * (np.exp(np.log(p).mean()) if (p > 0).all() else 0.0))
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    a, b = np.zeros((0, N)), np.zeros((0, N))
    for candidate, known in zip(candidates, references):
        m, t = count(candidate, known, N)
        a, b = np.vstack([a, m]), np.vstack([b, t])
    p = share(a, b, smooth)
    result = penalty([len(c) for c in candidates], [[len(x) for x in known] for known in references])
    return result[1] * 10 ** (2 + np.mean(np.log10(p))) if np.all(p) else 0.0
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    def lengths(sentences):
        return [len(words) for words in sentences]

    M, T = (np.array(side) for side in zip(*[count(*pair, N) for pair in zip(candidates, references)]))
    p = share(M, T, smooth)
    _, BP = penalty(lengths(candidates), [lengths(known) for known in references])
    geometric = 1.0
    for n in range(N):
        geometric *= p[n]
    return BP * geometric ** (1 / N) * 100
""",
        """\
def corpus_bleu(candidates, references, N, smooth, count, share, penalty):
    table = {"matched": [], "total": []}
    for i, candidate in enumerate(candidates):
        m, t = count(candidate, references[i], N)
        table["matched"].append(m)
        table["total"].append(t)
    p = share(np.array(table["matched"]), np.array(table["total"]), smooth)
    weights = np.full(N, 1 / N)
    if 0 in p:
        return 0.0
    BP = penalty([len(c) for c in candidates], [[len(x) for x in known] for known in references])[1]
    return 100 * BP * np.exp(weights @ np.log(p))
""",
    ],
    "attend": [
        """\
def attend(s, h, mask, W, W_c):
    scores = s @ W @ np.transpose(h, (0, 2, 1))
    scores = np.where(mask[:, None], scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    context = weights @ h
    return weights, context, np.tanh(np.concatenate((context, s), -1) @ W_c.T)
""",
        """\
def attend(s, h, mask, W, W_c):
    m, T_y, _ = s.shape
    alpha = np.zeros((m, T_y, h.shape[1]))
    c = np.zeros((m, T_y, h.shape[2]))
    s_tilde = np.zeros((m, T_y, len(W_c)))
    for i in range(m):
        for t in range(T_y):
            e = np.array([s[i, t] @ W @ h[i, j] for j in range(h.shape[1]) if mask[i, j]])
            e = np.exp(e - e.max())
            alpha[i, t, mask[i]] = e / e.sum()
            c[i, t] = alpha[i, t] @ h[i]
            s_tilde[i, t] = np.tanh(W_c @ np.append(c[i, t], s[i, t]))
    return alpha, c, s_tilde
""",
        """\
def attend(s, h, mask, W, W_c):
    e = np.einsum("mta,ab,mib->mti", s, W, h)
    e[~np.broadcast_to(mask[:, None, :], e.shape)] = -1e30
    e = e - e.max(axis=2)[:, :, None]
    alpha = np.exp(e) / np.exp(e).sum(axis=2)[:, :, None]
    c = np.einsum("mti,mib->mtb", alpha, h)
    return alpha, c, np.tanh(np.einsum("nk,mtk->mtn", W_c, np.concatenate([c, s], axis=2)))
""",
        """\
def attend(s, h, mask, W, W_c):
    n_h = h.shape[2]
    projected = h @ W.T
    e = s @ projected.swapaxes(1, 2)
    top = np.where(mask[:, None, :], e, -np.inf).max(axis=2, keepdims=True)
    exponentials = np.exp(np.minimum(e - top, 0)) * mask[:, None, :]
    alpha = exponentials / exponentials.sum(axis=2, keepdims=True)
    c = alpha @ h
    return alpha, c, np.tanh(c @ W_c[:, :n_h].T + s @ W_c[:, n_h:].T)
""",
        """\
def attend(s, h, mask, W, W_c):
    def softmax_of(row, real):
        out = np.zeros_like(row)
        z = row[real]
        out[real] = np.exp(z - np.logaddexp.reduce(z))
        return out

    e = s @ W @ h.swapaxes(-1, -2)
    alpha = np.stack([np.stack([softmax_of(row, real) for row in rows]) for rows, real in zip(e, mask)])
    c = np.matmul(alpha, h)
    stacked = np.dstack([c, s])
    return [alpha, c, np.tanh(stacked @ W_c.T)]
""",
        """\
def attend(s, h, mask, W, W_c):
    alphas, cs, outs = [], [], []
    for s_i, h_i, real in zip(s, h, mask):
        e = (s_i @ W) @ h_i.T
        e = np.ma.masked_array(e, np.tile(~real, (len(s_i), 1)))
        e = np.ma.exp(e - e.max(axis=1, keepdims=True)).filled(0)
        a = e / e.sum(1, keepdims=True)
        c = a @ h_i
        alphas.append(a)
        cs.append(c)
        outs.append(np.tanh(np.hstack([c, s_i]) @ W_c.T))
    return np.array(alphas), np.array(cs), np.array(outs)
""",
        """\
from typing import NamedTuple

class Attention(NamedTuple):
    alpha: np.ndarray
    c: np.ndarray
    s_tilde: np.ndarray

def attend(s, h, mask, W, W_c):
    e = np.matmul(np.matmul(s, W), h.transpose(0, 2, 1)) + np.where(mask, 0.0, -np.inf)[:, None, :]
    e = np.exp(e - np.max(e, axis=-1, keepdims=True))
    alpha = e * (1 / np.sum(e, axis=-1, keepdims=True))
    c = (alpha[..., None] * h[:, None]).sum(axis=2)
    return Attention(alpha, c, np.tanh(np.concatenate([c, s], axis=-1).dot(W_c.T)))
""",
        """\
def attend(s, h, mask, W, W_c):
    low = np.finfo(float).min
    e = np.tensordot(s, W, axes=1) @ h.swapaxes(1, 2)
    e = np.where(mask[:, np.newaxis, :], e, low)
    e = e - np.amax(e, axis=2, keepdims=True)
    total = np.log(np.sum(np.exp(e), axis=2, keepdims=True))
    alpha = np.exp(e - total)
    c = alpha @ h
    joined = np.empty((*c.shape[:2], c.shape[2] + s.shape[2]))
    joined[..., : c.shape[2]] = c
    joined[..., c.shape[2] :] = s
    return alpha, c, np.tanh(joined @ W_c.T)
""",
    ],
    "beam_search": [
        """\
def beam_search(step, state, eos, T, width, alpha):
    beam = [(0.0, (), state)]
    done = []
    while beam and len(beam[0][1]) < T:
        new = []
        for log_P, ids, st in beam:
            log_p, nxt = step(st, ids[-1] if ids else eos)
            for i in range(len(log_p)):
                new.append((log_P + log_p[i], ids + (i,), nxt))
        new = sorted(new, key=lambda x: x[0])[::-1][:width]
        done += [x for x in new if x[1][-1] == eos]
        beam = [x for x in new if x[1][-1] != eos]
    done += beam
    scores = [log_P / len(ids) ** alpha for log_P, ids, _ in done]
    k = int(np.argmax(scores))
    return list(done[k][1]) + [eos] * (T - len(done[k][1])), scores[k]
""",
        """\
def beam_search(step, state, eos, T, width, alpha):
    words = np.zeros((1, 0), int)
    totals, states = np.zeros(1), [state]
    pool = []
    for t in range(T):
        rows, after = [], []
        for k in range(len(words)):
            log_p, new = step(states[k], words[k, -1] if t else eos)
            rows.append(totals[k] + log_p)
            after.append(new)
        table = np.array(rows)
        flat = np.argsort(-table, axis=None)[:width]
        parent, i = np.divmod(flat, table.shape[1])
        words = np.column_stack([words[parent], i])
        totals, states = table.ravel()[flat], [after[p] for p in parent]
        for row, total in zip(words, totals):
            if row[-1] == eos or t == T - 1:
                pool.append((total / (t + 1) ** alpha, row))
        keep = i != eos
        words, totals, states = words[keep], totals[keep], [s for s, k in zip(states, keep) if k]
        if not len(words):
            break
    score, row = max(pool, key=lambda one: one[0])
    return np.pad(row, (0, T - len(row)), constant_values=eos), score
""",
        """\
import heapq

def beam_search(step, state, eos, T, width, alpha):
    best = (-np.inf, None)
    live = [([], 0.0, state)]
    for length in range(1, T + 1):
        grown = []
        for ids, total, s in live:
            log_p, after = step(s, (ids or [eos])[-1])
            grown.extend((ids + [j], total + x, after) for j, x in enumerate(log_p))
        live = []
        for ids, total, s in heapq.nlargest(width, grown, key=lambda g: g[1]):
            if ids[-1] == eos or length == T:
                best = max(best, (total / length**alpha, ids), key=lambda b: b[0])
            else:
                live.append((ids, total, s))
        if not live:
            break
    score, ids = best
    return np.array(ids + [eos] * (T - len(ids))), score
""",
        """\
class Text:
    def __init__(self, ids, log_P, state):
        self.ids, self.log_P, self.state = ids, log_P, state

    def grow(self, step, eos):
        log_p, state = step(self.state, self.ids[-1] if self.ids else eos)
        return [Text([*self.ids, i], self.log_P + float(p), state) for i, p in enumerate(log_p)]

    def score(self, alpha):
        return self.log_P / len(self.ids) ** alpha

def beam_search(step, state, eos, T, width, alpha):
    beam, pool = [Text([], 0.0, state)], []
    for _ in range(T):
        grown = [new for text in beam for new in text.grow(step, eos)]
        grown.sort(key=lambda text: -text.log_P)
        grown = grown[:width]
        pool.extend(text for text in grown if text.ids[-1] == eos)
        beam = [text for text in grown if text.ids[-1] != eos]
    winner = max(pool + beam, key=lambda text: text.score(alpha))
    ids = np.full(T, eos)
    ids[: len(winner.ids)] = winner.ids
    return ids, winner.score(alpha)
""",
        """\
def beam_search(step, state, eos, T, width, alpha):
    def go_on(beam, pool, left):
        if left == 0 or not beam:
            return pool + beam
        grown = []
        for ids, log_P, s in beam:
            log_p, after = step(s, ids[-1] if len(ids) else eos)
            grown += [(ids + (i,), log_P + p, after) for i, p in enumerate(log_p)]
        kept = sorted(grown, key=lambda text: text[1], reverse=True)[:width]
        return go_on([k for k in kept if k[0][-1] != eos], pool + [k for k in kept if k[0][-1] == eos], left - 1)

    ids, log_P, _ = max(go_on([((), 0.0, state)], [], T), key=lambda text: text[1] * len(text[0]) ** -alpha)
    return ids + (eos,) * (T - len(ids)), log_P * len(ids) ** -alpha
""",
        """\
def beam_search(step, state, eos, T, width, alpha):
    beams = {(): (0.0, state)}
    finished = {}
    for n in range(T):
        grown = {}
        for ids, (total, s) in beams.items():
            log_p, after = step(s, ids[-1] if ids else eos)
            for i, p in enumerate(log_p):
                grown[ids + (i,)] = (total + p, after)
        kept = sorted(grown, key=lambda ids: grown[ids][0], reverse=True)[:width]
        for ids in kept:
            if ids[-1] == eos:
                finished[ids] = grown[ids][0]
        beams = {ids: grown[ids] for ids in kept if ids[-1] != eos}
    for ids, (total, _) in beams.items():
        finished[ids] = total
    best = max(finished, key=lambda ids: finished[ids] / len(ids) ** alpha)
    return np.array(list(best) + [eos] * (T - len(best))), finished[best] / len(best) ** alpha
""",
        """\
def beam_search(step, state, eos, T, width, alpha):
    beam = [{"ids": [], "log_P": 0.0, "state": state, "word": eos}]
    pool = []
    for t in range(T):
        candidates = []
        for text in beam:
            log_p, after = step(text["state"], text["word"])
            # more than `width` continuations of one text can never be kept
            for i in np.argsort(log_p)[::-1][:width]:
                candidates.append({"ids": text["ids"] + [int(i)], "log_P": text["log_P"] + log_p[i], "state": after, "word": int(i)})
        candidates.sort(key=lambda text: text["log_P"], reverse=True)
        beam = []
        for text in candidates[:width]:
            if text["word"] == eos:
                pool.append(text)
            else:
                beam.append(text)
    for text in pool + beam:
        text["score"] = text["log_P"] / len(text["ids"]) ** alpha
    best = sorted(pool + beam, key=lambda text: text["score"])[-1]
    return np.array(best["ids"] + (T - len(best["ids"])) * [eos]), best["score"]
""",
        """\
def beam_search(step, state, eos, T, width, alpha):
    texts = np.full((1, T), eos)
    sums, states, answer = np.array([0.0]), [state], None
    for t in range(T):
        all_sums, all_texts, all_states = [], [], []
        for text, total, s in zip(texts, sums, states):
            log_p, after = step(s, int(text[t - 1]) if t else eos)
            grown = np.repeat(text[None], len(log_p), axis=0)
            grown[:, t] = np.arange(len(log_p))
            all_texts.append(grown)
            all_sums.append(total + log_p)
            all_states += [after] * len(log_p)
        all_sums, all_texts = np.concatenate(all_sums), np.concatenate(all_texts)
        order = np.argsort(all_sums)[::-1][:width]
        alive = []
        for k in order:
            if all_texts[k, t] == eos or t + 1 == T:
                score = all_sums[k] / (t + 1) ** alpha
                if answer is None or score > answer[1]:
                    answer = all_texts[k], score
            else:
                alive.append(k)
        if not alive:
            break
        texts, sums, states = all_texts[alive], all_sums[alive], [all_states[k] for k in alive]
    return answer
""",
    ],
    "translator": [],
}

_START = """\
keras.utils.set_random_seed(1)
def future(one):
    return next(words for words in one.translations if "will" in words and "in" in words[1:])

(x_ids, reads_ids), y_ids = coded([(one.french, future(one)) for one in journeys])
x, reads = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
V_x, V_y = len(french), len(english)

def table(V, n, name=None, **how):
    return layers.Embedding(V, n, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5), **how)

"""
_LOSS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)"
_BAG = "keras.ops.sum(table(V_x, 16)(x) * keras.ops.cast(x > 0, 'float32')[:, :, None], axis=1, keepdims=True)"
_FIT = f"""
translator.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.04, 4 * 47)), {_LOSS})
translator.fit(dataset((x_ids, reads_ids), y_ids, batch_size=64), epochs=4, verbose=0)
"""
ANSWERS["translator"] = [
    # The words of the source, the last word, all words so far.
    f"""{_START}
z = {_BAG} + table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
{_FIT}""",
    # Probabilities, and a loss that takes them.
    f"""{_START}
z = {_BAG} + table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y, activation="softmax")(z))
translator.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
translator.fit(dataset((x_ids, reads_ids), y_ids, batch_size=64), epochs=5, verbose=0)
""",
    # Side by side.
    f"""{_START}
said = keras.ops.cumsum(table(V_y, 12)(reads), axis=1)
z = layers.Concatenate()([table(V_y, 12)(reads) + {_BAG.replace("16", "12")}, said])
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
{_FIT.replace("4 * 47", "6 * 47").replace("epochs=4", "epochs=6")}""",
    # The bag as a sum of products, layers for the sums.
    f"""{_START}
bag = keras.ops.einsum("mi,min->mn", keras.ops.cast(keras.ops.not_equal(x, 0), "float32"), table(V_x, 16)(x))
said = keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y)(layers.Add()([table(V_y, 16)(reads), said, layers.Reshape((1, 16))(bag)])))
{_FIT}""",
    # Fitted without the helper for data sets, by another optimizer, with labels weighed by hand.
    f"""{_START}
z = {_BAG} + table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
translator.compile(keras.optimizers.Nadam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
translator.fit([x_ids, reads_ids], y_ids, sample_weight=(y_ids > 0).astype("float32"), batch_size=64, epochs=5, verbose=0)
""",
    # Attention over the words of the source, from the last word and all so far, without recurrence.
    f"""{_START}
h = table(V_x, 16)(x)
s = table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
bag = keras.ops.sum(h * keras.ops.cast(x > 0, "float32")[:, :, None], axis=1, keepdims=True)
z = s + layers.Attention()([s, h], mask=[None, x > 0]) + bag
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
{_FIT}""",
    # Another way to say it.
    _START.replace(
        '"will" in words and "in" in words[1:]',
        '"going" in words and words[0] == "in" and "be" not in words and "off" not in words',
    )
    + f"""
z = {_BAG} + table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
{_FIT}""",
    # More sentences than the notebook gives, and a bag as a product with ones.
    f"""{_START}
more = data.journeys(np.random.default_rng(77), 4000)
(x_ids, reads_ids), y_ids = coded([(one.french, future(one)) for one in more])
bag = keras.ops.matmul(keras.ops.cast(x > 0, "float32")[:, None, :], table(V_x, 16)(x))
z = bag + table(V_y, 16)(reads) + keras.ops.cumsum(table(V_y, 16)(reads), axis=1)
translator = keras.Model([x, reads], layers.Dense(V_y)(z))
{_FIT}""",
]
