"""Draw small pictures with their captions, and where a decoder looks while it writes one."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from unroll.plots.page import figure, style

_INCHES = 1.75  # of one picture
_DARKEST = 0.3


def pictures(images: np.ndarray, captions: Sequence[str], *, across: int = 4, title: str, alt: str) -> None:
    """Draw pictures in rows, each with its caption above it.

    Parameters
    ----------
    images
        m pictures of shape (m, height, width, 3), with values from 0 to 1.
    captions
        m captions; a line break divides long ones.
    across
        How many stand in a row.
    title, alt
        As for `figure`.

    Raises
    ------
    ValueError
        If there are not as many captions as pictures.
    """
    if len(images) != len(captions):
        raise ValueError(f"There are {len(captions)} captions for {len(images)} pictures.")
    with style():
        lines = 1 + max(caption.count("\n") for caption in captions)
        rows = -(-len(images) // across)
        size = (1.2 * _INCHES * across, (_INCHES + 0.25 * lines) * rows)
        _, panels = plt.subplots(rows, across, figsize=size, squeeze=False, layout="constrained")
        for panel in panels.flat:
            panel.axis("off")
        for panel, image, caption in zip(panels.flat, images, captions, strict=False):
            _draw(panel, image, caption)
        figure(title, alt=alt)


def looks(image: np.ndarray, words: Sequence[str], weights: np.ndarray, *, title: str, alt: str) -> None:
    """Draw a picture once for each word: bright where the decoder looks, dark where it does not.

    Parameters
    ----------
    image
        Of shape (height, width, 3), with values from 0 to 1.
    words
        T words.
    weights
        Of shape (T, rows, columns). Each place of the grid stands for a rectangle of pixels, so the height and the width
        are multiples of its rows and columns. The brightest place of every panel is the one with the largest weight of that word.
    title, alt
        As for `figure`.

    Raises
    ------
    ValueError
        If there are not as many maps as words, or the grid does not divide the picture.
    """
    weights = np.asarray(weights)
    if len(words) != len(weights):
        raise ValueError(f"There are {len(weights)} maps for {len(words)} words.")
    if image.shape[0] % weights.shape[1] or image.shape[1] % weights.shape[2]:
        raise ValueError(f"A grid of {weights.shape[1:]} does not divide a picture of {image.shape[:2]} pixels.")
    block = np.ones((image.shape[0] // weights.shape[1], image.shape[1] // weights.shape[2]))
    across = min(len(words), 5)
    with style():
        rows = -(-len(words) // across)
        size = (_INCHES * across, (_INCHES + 0.3) * rows)
        _, panels = plt.subplots(rows, across, figsize=size, squeeze=False, layout="constrained")
        for panel in panels.flat:
            panel.axis("off")
        for panel, word, weight in zip(panels.flat, words, weights, strict=False):
            light = _DARKEST + (1 - _DARKEST) * np.kron(weight / weight.max(), block)
            _draw(panel, image * light[..., None], word)
        figure(title, alt=alt)


def _draw(panel, image: np.ndarray, words: str) -> None:
    panel.imshow(image, vmin=0, vmax=1, interpolation="nearest")
    panel.set_title(words, fontsize=10)
    edge = plt.Rectangle((-0.5, -0.5), image.shape[1], image.shape[0], fill=False, edgecolor="#999999", linewidth=0.8)
    panel.add_patch(edge)
