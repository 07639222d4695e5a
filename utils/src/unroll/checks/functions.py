"""Functions that a case may pass to a student's function: both sides of the wire have them, and only their names cross."""

from collections.abc import Callable
from typing import Any

import numpy as np


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


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (squares, cubes, waves, squared_shares, plain_shares, turning_step)
}
