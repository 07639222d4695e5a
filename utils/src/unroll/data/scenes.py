"""Pictures of a few coloured shapes, each painted from the caption that describes it."""

import re
from functools import cache
from itertools import product

import numpy as np

_COUNTS = ("a", "two", "three")
_COLOURS = {"red": (0.85, 0.1, 0.1), "green": (0.0, 0.6, 0.25), "blue": (0.1, 0.3, 0.9), "yellow": (1.0, 0.8, 0.1)}
_SHAPES = {
    "circle": "..###.. .#####. ####### ####### ####### .#####. ..###..",
    "square": "####### ####### ####### ####### ####### ####### #######",
    "triangle": "...#... ...#... ..###.. ..###.. .#####. .#####. #######",
}
_RELATIONS = ("above", "left of")
_ACROSS, _CELL = 3, 8  # cells in a row and in a column of the picture, and the pixels of each


@cache
def scene_captions() -> tuple[str, ...]:
    """List every caption of the grammar, such as "a red circle above two blue squares".

    A group is a count, a colour and a shape: a, two or three; red, green, blue or yellow; circle, square or triangle. A caption
    names one group, or two of different colour or shape and what the first is to the second: above, or left of.

    Returns
    -------
    tuple of str
        36 captions with one group, then 2,376 with two.

    Examples
    --------
    >>> len(scene_captions()), scene_captions()[0], scene_captions()[-1]
    (2412, 'a red circle', 'three yellow triangles left of three yellow squares')
    """
    groups = [
        (colour + shape, f"{count} {colour} {shape}{'' if count == 'a' else 's'}")
        for count, colour, shape in product(_COUNTS, _COLOURS, _SHAPES)
    ]
    pairs = [
        f"{first} {relation} {second}"
        for relation in _RELATIONS
        for (kind, first), (other, second) in product(groups, repeat=2)
        if kind != other
    ]
    return (*(group for _, group in groups), *pairs)


def scenes(rng: np.random.Generator, captions: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Paint a picture for each caption. No other caption of the grammar is true of it.

    Shapes are 7 pixels high and wide and do not overlap; those of a group stand in a line. Where one group is above the other, both lines
    are level and some column has a shape of each, so that neither group is left of the other. Where one is left of the other,
    both lines are upright and some row has a shape of each.

    Parameters
    ----------
    rng
        A NumPy random generator.
    captions
        m captions from `scene_captions`.

    Returns
    -------
    pictures : numpy.ndarray of float32, shape (m, 24, 24, 3)
        Red, green and blue from 0 to 1, on white, with some noise.
    groups : numpy.ndarray of int, shape (m, 24, 24)
        1 where a pixel belongs to a shape of the first group, 2 where to one of the second, and 0 on the ground.

    Raises
    ------
    ValueError
        If the grammar does not have a caption.

    Examples
    --------
    >>> pictures, groups = scenes(np.random.default_rng(0), ["a red square above two blue squares"])
    >>> pictures.shape, int((groups == 1).sum()), int((groups == 2).sum())
    ((1, 24, 24, 3), 49, 98)
    """
    strangers = [caption for caption in captions if caption not in scene_captions()]
    if strangers:
        raise ValueError(f"The grammar has no caption {strangers[0]!r}; scene_captions() lists those it has.")
    parts = [re.split(f" ({'|'.join(_RELATIONS)}) ", caption) for caption in captions]
    counts, colours, shapes = np.zeros((3, len(captions), 2), dtype=int)
    for number, (first, *rest) in enumerate(parts):
        for place, group in enumerate([first, *rest[1:]]):
            count, colour, shape = group.split()
            counts[number, place] = 1 + _COUNTS.index(count)
            colours[number, place] = list(_COLOURS).index(colour)
            shapes[number, place] = list(_SHAPES).index(shape.removesuffix("s"))
    cells = _one_above_the_other(rng, counts)
    alone = counts[:, 1] == 0
    beside = np.where(alone, rng.random(len(parts)) < 0.5, [_RELATIONS[1] in part for part in parts])
    cells[beside] = cells[beside].swapaxes(1, 2)
    return _painted(rng, cells, colours, shapes)


def _one_above_the_other(rng: np.random.Generator, counts: np.ndarray) -> np.ndarray:
    """The group that has each cell, 1 or 2, or 0 for none; shape (m, 3, 3). Each group fills a part of a row, without gaps."""
    cells = np.zeros((len(counts), _ACROSS, _ACROSS), dtype=int)
    waiting = np.arange(len(counts))
    while len(waiting):
        wanted = counts[waiting]
        starts = rng.integers(_ACROSS + 1 - wanted)  # (k, 2)
        rows = np.sort(rng.random((len(waiting), _ACROSS)).argsort(axis=1)[:, :2], axis=1)
        column = np.arange(_ACROSS)
        runs = (starts[:, :, None] <= column) & (column < (starts + wanted)[:, :, None])  # (k, 2, columns)
        cells[waiting] = 0
        for group in (0, 1):
            cells[waiting, rows[:, group]] += (group + 1) * runs[:, group]
        waiting = waiting[(wanted[:, 1] > 0) & ~runs.all(axis=1).any(axis=1)]
    return cells


def _painted(
    rng: np.random.Generator, cells: np.ndarray, colours: np.ndarray, shapes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    masks = np.array([[[dot == "#" for dot in row] for row in shape.split()] for shape in _SHAPES.values()])
    across = np.arange(masks.shape[1])
    pictures = np.ones((len(cells), _ACROSS * _CELL, _ACROSS * _CELL, 3))
    groups = np.zeros(pictures.shape[:3], dtype=int)
    scene, row, column = np.nonzero(cells)
    group = cells[scene, row, column]
    down, right = rng.integers(_CELL - len(across) + 1, size=(2, len(scene)))
    shades = rng.uniform(0.8, 1, size=len(scene))[:, None] * np.array(list(_COLOURS.values()))[colours[scene, group - 1]]
    where = (
        scene[:, None, None],
        (_CELL * row + down)[:, None, None] + across[:, None],
        (_CELL * column + right)[:, None, None] + across,
    )
    mask = masks[shapes[scene, group - 1]]
    pictures[where] = np.where(mask[..., None], shades[:, None, None], 1)
    groups[where] = np.where(mask, group[:, None, None], 0)
    noisy = pictures + rng.normal(scale=0.03, size=pictures.shape)
    return noisy.clip(0, 1).astype("float32"), groups
