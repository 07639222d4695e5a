"""How much backpropagation through time helps the NumPy character model of lecture 03, over five seeds.

Run as ``python -m experiments.bptt`` from the root of the repository; about three minutes on one core. It writes
``utils/src/unroll/measured/bptt.json``:

``names``
    How many names had been read at each measurement.
``baselines``
    Held-out nats per character of counts: of single characters, of pairs.
``truncated``
    Held-out nats per character, of shape (seeds, measurements), with the gradient cut at every k-th step, and whole.
``start``
    The same with the whole gradient, by the state before the first step: zero, drawn for every name, learnt.
"""

from types import SimpleNamespace

import numpy as np
from unroll import data
from unroll.text import Vocabulary

from experiments.record import Record

SEEDS = range(5)
UNITS, NAMES, EVERY, HELD_OUT = 32, 6000, 1000, 400
RATE, CEILING = 0.02, 25.0
CUTS = [1, 2, 3, 5]
CONDITIONS = (
    f"the made-up names that come with the course, the first {HELD_OUT} held out; {UNITS} units of tanh; {NAMES} names, each drawn "
    f"at random and followed by one step of gradient descent, rate {RATE} falling to 0, gradient clipped to norm {CEILING:g}"
)


class Model:
    """A character model with its parameters in one vector, and its gradient in another."""

    def __init__(self, n: int, rng: np.random.Generator):
        self.shapes = {
            "W_aa": (UNITS, UNITS), "W_ax": (UNITS, n), "b_a": (UNITS,), "W_ya": (n, UNITS), "b_y": (n,), "a_0": (UNITS,),
        }  # fmt: skip
        self.theta = np.zeros(sum(int(np.prod(shape)) for shape in self.shapes.values()))
        w = self.unpack(self.theta)
        w.W_aa[:] = rng.normal(size=w.W_aa.shape) / np.sqrt(UNITS)
        w.W_ax[:] = 0.3 * rng.normal(size=w.W_ax.shape)
        w.W_ya[:] = 0.1 * rng.normal(size=w.W_ya.shape)

    def unpack(self, vector: np.ndarray) -> SimpleNamespace:
        """Views of the vector's parts."""
        parts, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + int(np.prod(shape))
            parts[name] = vector[start:stop].reshape(shape)
            start = stop
        return SimpleNamespace(**parts)

    def forward(self, ids: np.ndarray, a_0: np.ndarray):
        w = self.unpack(self.theta)
        x, a, y_hat = {1: np.zeros(len(w.b_y))}, {0: a_0}, {}
        for t in range(1, len(ids) + 1):
            if t > 1:
                x[t] = np.eye(len(w.b_y))[ids[t - 2]]
            a[t] = np.tanh(w.W_ax @ x[t] + w.W_aa @ a[t - 1] + w.b_a)
            z = w.W_ya @ a[t] + w.b_y
            y_hat[t] = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        return x, a, y_hat

    def gradient(self, ids: np.ndarray, a_0: np.ndarray, k: int | None) -> np.ndarray:
        """Gradient of the summed loss; what comes back from step t + 1 is cut where k divides t."""
        w, gradient = self.unpack(self.theta), np.zeros_like(self.theta)
        d = self.unpack(gradient)
        x, a, y_hat = self.forward(ids, a_0)
        delta = np.zeros(UNITS)
        for t in range(len(ids), 0, -1):
            if k and t % k == 0:
                delta = np.zeros(UNITS)
            ds = y_hat[t].copy()
            ds[ids[t - 1]] -= 1
            delta = (1 - a[t] ** 2) * (w.W_ya.T @ ds + w.W_aa.T @ delta)
            d.W_ya += np.outer(ds, a[t])
            d.b_y += ds
            d.W_aa += np.outer(delta, a[t - 1])
            d.W_ax += np.outer(delta, x[t])
            d.b_a += delta
        d.a_0 += w.W_aa.T @ delta
        return gradient

    def loss(self, names: list[np.ndarray]) -> float:
        """Nats per character. Models with a random start are evaluated from zero, its mean."""
        a_0 = self.unpack(self.theta).a_0
        total = -sum(np.log(y[t][i]) for ids in names for y in [self.forward(ids, a_0)[2]] for t, i in enumerate(ids, 1))
        return round(float(total / sum(map(len, names))), 4)


def learn(seed: int, k: int | None = None, start: str = "zero") -> list[float]:
    held_out, train, n = split()
    rng = np.random.default_rng(seed)
    model, starts = Model(n, rng), np.random.default_rng(1000 + seed)
    learnt = model.unpack(model.theta).a_0
    losses = []
    for number in range(1, NAMES + 1):
        ids = train[rng.integers(len(train))]
        a_0 = 0.5 * starts.normal(size=UNITS) if start == "random" else learnt
        gradient = model.gradient(ids, a_0, k)
        if start != "learnt":
            model.unpack(gradient).a_0[:] = 0
        gradient *= min(1, CEILING / np.linalg.norm(gradient))
        model.theta -= RATE * (1 - (number - 1) / NAMES) * gradient
        if number % EVERY == 0:
            losses.append(model.loss(held_out))
    return losses


def split():
    """Held-out names, names to learn from, and the number of characters."""
    names = data.sample("names")
    vocabulary = Vocabulary.build("".join(names))
    ids = [np.append(vocabulary.encode(name), vocabulary.encode(["<EOS>"])) for name in names]
    return ids[:HELD_OUT], ids[HELD_OUT:], len(vocabulary)


def baselines() -> dict[str, float]:
    held_out, train, n = split()
    counts = np.full((n + 1, n), 0.01)  # the last row: no character before
    for ids in train:
        np.add.at(counts, (np.append(n, ids[:-1]), ids), 1)
    single, pairs = counts.sum(axis=0) / counts.sum(), counts / counts.sum(axis=1, keepdims=True)
    characters = sum(map(len, held_out))
    return {
        "single": round(float(-sum(np.log(single[ids]).sum() for ids in held_out) / characters), 4),
        "pairs": round(float(-sum(np.log(pairs[np.append(n, ids[:-1]), ids]).sum() for ids in held_out) / characters), 4),
    }


def main() -> None:
    record = Record("bptt")
    record.under(CONDITIONS, SEEDS)
    record.found["names"] = list(range(EVERY, NAMES + 1, EVERY))
    record.once(baselines, "baselines")
    for k in [*CUTS, None]:
        place = "truncated", str(k or "whole")
        for seed in record.missing(*place):
            record.add({place: learn(seed, k=k)})
    for start in ("zero", "random", "learnt"):
        for seed in record.missing("start", start):
            record.add({("start", start): learn(seed, start=start)})


if __name__ == "__main__":
    main()
