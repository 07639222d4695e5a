"""Count-based language models: n-grams with interpolated Kneser-Ney smoothing."""

from collections import Counter
from collections.abc import Sequence

import numpy as np


class NGrams:
    """Predict a token from the n - 1 before it, by how often they occurred together in a text.

    Counts are discounted, and the discounted mass goes to the next lower order; the lowest order mixes with the
    uniform distribution. Below the highest order, a token counts once for each different token it follows (Kneser
    and Ney, 1995), not once per occurrence. Every probability is above 0, and they sum to 1 over all tokens.

    Parameters
    ----------
    ids
        The text to learn from, of shape (T,).
    order
        n: 1 for unigrams, 2 for bigrams, and so on.
    tokens
        Number of ids in the vocabulary.

    Raises
    ------
    ValueError
        If the order is below 1, or the text is shorter than the order.

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
        self._totals: list[Counter[tuple]] = [Counter() for _ in counts]
        self._kinds: list[Counter[tuple]] = [Counter() for _ in counts]
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
            The ids before it. Only the last n - 1 matter, and there may be fewer.

        Returns
        -------
        float

        Examples
        --------
        >>> model = NGrams([0, 1, 0, 1, 0, 2], order=2, tokens=3)
        >>> round(sum(model.probability(token, [0]) for token in range(3)), 6)
        1.0
        """
        before = tuple(before)
        p = 1 / self.tokens
        for n in range(min(self.order, len(before) + 1)):
            context = before[len(before) - n :]
            total = self._totals[n][context]
            if total == 0:
                break  # a context never seen has no longer one that was
            kept = max(self._counts[n][(*context, token)] - self._discounts[n], 0) / total
            p = kept + self._discounts[n] * self._kinds[n][context] / total * p
        return p

    def surprise(self, ids: Sequence[int]) -> np.ndarray:
        """Measure ``-log P`` of each token given those before it, in nats, as `unroll.language.surprise` does.

        Parameters
        ----------
        ids
            A text, of shape (T,).

        Returns
        -------
        numpy.ndarray, shape (T - 1,)
            The first token has nothing before it and is not counted.

        Examples
        --------
        >>> NGrams([0, 1, 0, 1, 0, 2], order=2, tokens=3).surprise([0, 1, 0]).shape
        (2,)
        """
        ids = np.asarray(ids).tolist()
        starts = (max(0, t + 1 - self.order) for t in range(1, len(ids)))
        return -np.log([self.probability(ids[t], ids[start:t]) for t, start in enumerate(starts, 1)])


def _discount(counts: Counter) -> float:
    """Estimate the discount from the n-grams seen once and twice (Ney, Essen and Kneser, 1994)."""
    seen = Counter(counts.values())
    return seen[1] / (seen[1] + 2 * seen[2]) if seen[1] and seen[2] else 0.5
