"""Functions that a case may pass to a student's function: both sides of the wire have them, and only their names cross."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

_TURNS = np.array([0.7, 1.1, 1.9])  # of a state of three numbers, by an id


def squares(theta: np.ndarray) -> float:
    """Sum of squares; the gradient is 2 theta."""
    return float(np.sum(theta**2))


def cubes(theta: np.ndarray) -> float:
    """Sum of cubes; the gradient is 3 theta**2. A one-sided difference is off by the order of the step."""
    return float(np.sum(theta**3))


def waves(theta: np.ndarray) -> float:
    """Sum of sines of neighbours' products: every entry of the gradient depends on others."""
    flat = theta.ravel()
    return float(np.sum(np.sin(flat * np.roll(flat, 1))))


def squared_shares(z: np.ndarray) -> np.ndarray:
    """Squares of scores, divided by their sum over the last axis: like a softmax, they add up to 1."""
    squares = np.square(z)
    return np.asarray(squares / squares.sum(axis=-1, keepdims=True))


def plain_shares(z: np.ndarray) -> np.ndarray:
    """Sizes of scores, divided by their sum over the last axis."""
    return np.asarray(np.abs(z) / np.abs(z).sum(axis=-1, keepdims=True))


def turning_step(
    x: np.ndarray,
    a: np.ndarray,
    W_ax: np.ndarray,
    W_aa: np.ndarray,
    W_ya: np.ndarray,
    b_a: np.ndarray,
    b_y: np.ndarray,
    squash: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """A step of a recurrent network that no deck has, with the arguments and results of assignment 01's ``rnn_step``."""
    a_next = 0.5 * a + np.sin(x @ W_ax.T + b_a) * np.cos(a @ W_aa)
    return a_next, squash(a_next @ W_ya.T + b_y)


def turning_step_back(
    da_next: np.ndarray, x: np.ndarray, a: np.ndarray, a_next: np.ndarray, W_ax: np.ndarray, W_aa: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A way back through a step that no deck has, with the arguments and results of assignment 02's ``rnn_step_backward``.

    Like every way back it is linear in `da_next`, and adds up over the batch what belongs to the weights.
    """
    turned = da_next * np.cos(a + 2 * a_next)
    da = turned @ np.cos(W_aa) - da_next
    return turned @ np.sin(W_ax), da, turned.T @ np.sin(x), turned.T @ np.cos(a), (turned * a_next).sum(axis=0)


def turning_backward(
    d_states: np.ndarray,
    x: np.ndarray,
    a0: np.ndarray,
    states: np.ndarray,
    mask: np.ndarray,
    W_ax: np.ndarray,
    W_aa: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A way back through time that no deck has, with the first seven arguments and the results of assignment 02's ``rnn_backward``.

    It is linear in `d_states`. How much a step counts depends on its place and on the number of real steps of its sentence.
    """
    counts = (1 + np.arange(x.shape[1])) * (1 + mask.sum(axis=1, keepdims=True))
    turned = d_states * np.cos(states + 2 * a0[:, None]) * counts[:, :, None]
    shared = turned.sum(axis=(0, 1))
    dW_ax = np.einsum("mta,mti->ai", turned, np.sin(x)) + shared[:, None] * np.cos(W_ax)
    dW_aa = np.einsum("mta,mtb->ab", turned, np.cos(states)) + shared[:, None] * np.sin(W_aa)
    return turned @ np.sin(W_ax), turned.sum(axis=1) @ np.cos(W_aa), dW_ax, dW_aa, (turned * states).sum(axis=(0, 1))


def damped(gradients: Sequence[np.ndarray], limit: float) -> list[np.ndarray]:
    """All gradients together made smaller, the more the larger their numbers are, with the arguments of ``clip_by_norm``."""
    size = sum(float(np.abs(gradient).sum()) for gradient in gradients)
    return [np.asarray(gradient * (limit / (limit + size))) for gradient in gradients]


def turning_cell(x: np.ndarray, a: np.ndarray, c: np.ndarray, p: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """A step with a state and a cell that no deck has, with the arguments and results of assignment 03's ``lstm_step``."""
    W_a, W_x, b = p[9:]
    c_next = 0.5 * c + np.sin(x @ W_x.T + b)
    return np.cos(a @ W_a) - 0.5 * c_next, c_next


def warm_shares(logits: np.ndarray, temperature: np.ndarray) -> np.ndarray:
    """Shares of powers of 1 + z², flatter in a hotter row: called as assignment 08's ``with_temperature``."""
    powers = (1 + np.square(logits)) ** (1 / temperature[:, None])
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def first_ids(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Keep the first k ids of each row: called as assignment 08's ``top_k``."""
    return np.where(np.arange(probabilities.shape[1]) < k, probabilities, 0)


def near_the_best(probabilities: np.ndarray, p: float) -> np.ndarray:
    """Keep the ids that are at least p times as probable as the best of their row: called as assignment 08's ``top_p``."""
    return np.where(probabilities >= p * probabilities.max(axis=1, keepdims=True), probabilities, 0)


def lottery(probabilities: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Multiply each probability by a number that u gives the id, and take the largest: called as assignment 08's ``pick_ids``."""
    lots = 1 + np.sin(40 * u[:, None] * np.arange(1, probabilities.shape[1] + 1))
    return np.asarray(np.argmax(probabilities * lots, axis=1))


def stretches(tags: np.ndarray) -> list[tuple[int, int, int]]:
    """Every stretch of one tag other than 0, as that tag, its start and its end: called as assignment 06's ``read_spans``."""
    edges = [0, *(1 + np.flatnonzero(np.diff(tags))).tolist(), len(tags)]
    return [(int(tags[start]), start, end) for start, end in pairwise(edges) if start < end and tags[start]]


def places_agreed(candidate: Sequence[int], references: Sequence[Sequence[int]], N: int) -> tuple[np.ndarray, np.ndarray]:
    """For n = 1 … N the places at which some reference has the same n words, and all places: called as ``clipped_counts``.

    That is assignment 10's.
    """
    matched = [
        sum(
            any(list(candidate[t : t + n]) == list(one[t : t + n]) for one in references) for t in range(len(candidate) - n + 1)
        )
        for n in range(1, N + 1)
    ]
    return np.array(matched), np.full(N, 1 + len(candidate))


def evened_shares(matched: np.ndarray, total: np.ndarray, smooth: bool) -> np.ndarray:
    """Matches over totals, added up, two more below and, if `smooth`, a half above: called as assignment 10's ``precisions``."""
    return np.asarray((matched.sum(axis=0) + smooth / 2) / (total.sum(axis=0) + 2))


def mild_penalty(lengths: Sequence[int], reference_lengths: Sequence[Sequence[int]]) -> tuple[float, float]:
    """The sum of the references' mean lengths, and a factor below 1 for any length: called as assignment 10's ``brevity_penalty``."""
    r = sum(sum(known) / len(known) for known in reference_lengths)
    return r, float((2 + sum(lengths)) / (2 + sum(lengths) + r))


def wandering_words(state: np.ndarray, word: int) -> tuple[np.ndarray, np.ndarray]:
    """A step of a decoder that no deck has: log P of each next word and the next state, both as long as the state.

    It is what assignment 10's ``beam_search`` gets.
    """
    after = np.sin(2 * state + (1 + word) * np.arange(1, len(state) + 1, dtype=state.dtype))
    z = 2 * after
    return np.asarray(z - np.log(np.exp(z).sum())), after


def folded_in(x: np.ndarray) -> np.ndarray:
    """A state of three numbers for each row of ids: called as the encoder of assignment 09's ``write_answers``."""
    state = np.zeros((len(x), len(_TURNS)))
    for ids in np.transpose(x):
        state = np.cos(2 * state + np.outer(ids, _TURNS))
    return state


def turning_writer(state: np.ndarray, token: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits of nine ids and the next state, from a state and an id: called as a step of the decoder in ``write_answers``."""
    state = np.cos(2 * state + np.asarray(token)[:, None] * _TURNS)
    return np.asarray(3 * np.sin(5 * state @ np.sin(np.outer(_TURNS, np.arange(3, 12))))), state


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        squares, cubes, waves, squared_shares, plain_shares, turning_step, turning_step_back, turning_backward, damped,
        turning_cell, warm_shares, first_ids, near_the_best, lottery, stretches, places_agreed, evened_shares, mild_penalty,
        wandering_words, folded_in, turning_writer,
    )
}  # fmt: skip
