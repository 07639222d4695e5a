"""Functions that a case may pass to a student's function: both sides of the wire have them, and only their names cross."""

from collections.abc import Callable

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


FUNCTIONS: dict[str, Callable[[np.ndarray], float]] = {function.__name__: function for function in (squares, cubes, waves)}
