"""Language models that count: n-grams with interpolated Kneser-Ney smoothing."""

from collections import Counter
from collections.abc import Sequence

import numpy as np


class NGrams:
    """Predict a token from the n - 1 before it, by how often they stood together in a text.

    Counts are discounted, and what is taken away goes to the model of the next lower order; the lowest one mixes with the
    uniform distribution. Below the highest order, a token counts once for each different token that it followed (Kneser
    and Ney, 1995), not once for each time it occurred. So every probability is above 0, and those of all tokens sum to 1.

    Parameters
    ----------
    ids
        The text to learn from, of shape (T,).
    order
        n: 1 for unigrams, 2 for bigrams, and so on.
    tokens
        Ids of the vocabulary.

    Raises
    ------
    ValueError
        If the order is below 1, or the text has fewer tokens than that.

    Examples
    --------
    >>> model = NGrams([0, 1, 0, 1, 0, 2], order=2, tokens=3)
    >>> bool(model.probability(1, [0]) > model.probability(2, [0]))
    True
    """

    def __init__(self, ids: Sequence[int], order: int, tokens: int):
        ids = np.asarray(ids).tolist()
        if order < 1 or len(ids) < order:
            raise ValueError(f"A text of {len(ids)} tokens has no n-grams of order {order}.")
        self.order, self.tokens = order, tokens
        counts = [Counter(zip(*(ids[start:] for start in range(n)), strict=False)) for n in range(1, order + 1)]
        for n in range(1, order):
            counts[n - 1] = Counter(gram[1:] for gram in counts[n])  # counts[n] still has all its n-grams, each once
        self._counts = counts
        self._discounts = [_discount(count) for count in counts]
        self._totals = [Counter() for _ in counts]
        self._kinds = [Counter() for _ in counts]
        for count, totals, kinds in zip(counts, self._totals, self._kinds, strict=True):
            for gram, times in count.items():
                totals[gram[:-1]] += times
                kinds[gram[:-1]] += 1

    def probability(self, token: int, before: Sequence[int] = ()) -> float:
        """P(token | the tokens before it).

        Parameters
        ----------
        token
            An id.
        before
            The ids before it; only the last n - 1 matter, and fewer will do.

        Returns
        -------
        float
        """
        before = tuple(before)
        p = 1 / self.tokens
        for n in range(min(self.order, len(before) + 1)):
            context = before[len(before) - n :]
            total = self._totals[n][context]
            if total == 0:
                break  # never seen, so no longer one was either
            kept = max(self._counts[n][(*context, token)] - self._discounts[n], 0) / total
            p = kept + self._discounts[n] * self._kinds[n][context] / total * p
        return p

    def surprise(self, ids: Sequence[int]) -> np.ndarray:
        """``-log P`` of each token of a text after those before it, in nats, as `unroll.language.surprise` counts it.

        Parameters
        ----------
        ids
            Of shape (T,).

        Returns
        -------
        numpy.ndarray, shape (T - 1,)
            The first token has nothing before it and is not counted.
        """
        ids = np.asarray(ids).tolist()
        starts = (max(0, t + 1 - self.order) for t in range(1, len(ids)))
        return -np.log([self.probability(ids[t], ids[start:t]) for t, start in enumerate(starts, 1)])


def _discount(counts: Counter) -> float:
    """What to take from each count: Ney, Essen and Kneser's estimate from the n-grams seen once and twice."""
    seen = Counter(counts.values())
    return seen[1] / (seen[1] + 2 * seen[2]) if seen[1] and seen[2] else 0.5
