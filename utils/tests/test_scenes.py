"""Scenes: each picture shows what its caption says, and no other caption is true of it."""

import numpy as np
import pytest
from unroll import data

CAPTIONS = data.scene_captions()
PIXELS = {"circle": 37, "square": 49, "triangle": 25}
COUNTS = {"a": 1, "two": 2, "three": 3}
COLOURS = {"red": (0.85, 0.1, 0.1), "green": (0.0, 0.6, 0.25), "blue": (0.1, 0.3, 0.9), "yellow": (1.0, 0.8, 0.1)}


def told(caption):
    """The groups of a caption, and the relation or None."""
    relation = next((words for words in ("above", "left of") if words in caption), None)
    return [group.split() for group in caption.split(f" {relation} ")], relation


def spans(mask, axis):
    """The first and the last row (axis 1) or column (axis 0) that has a pixel."""
    at = np.flatnonzero(mask.any(axis=axis))
    return at[0], at[-1]


def test_captions_are_distinct_and_have_the_words_of_the_grammar():
    assert len(CAPTIONS) == len(set(CAPTIONS)) == 2412
    for caption in CAPTIONS:
        groups, relation = told(caption)
        assert len(groups) == (2 if relation else 1)
        for count, colour, shape in groups:
            assert count in COUNTS and colour in COLOURS and (shape in PIXELS) == (count == "a")
        assert len({(colour, shape.removesuffix("s")) for _, colour, shape in groups}) == len(groups)


@pytest.fixture(scope="module")
def painted():
    return data.scenes(np.random.default_rng(0), list(CAPTIONS))


def test_a_picture_has_the_shapes_of_its_caption_in_their_colours(painted):
    for caption, picture, groups in zip(CAPTIONS, *painted, strict=True):
        for number, (count, colour, shape) in enumerate(told(caption)[0], 1):
            assert (groups == number).sum() == COUNTS[count] * PIXELS[shape.removesuffix("s")]
            seen = picture[groups == number].mean(axis=0) / np.max(picture[groups == number].mean(axis=0))
            np.testing.assert_allclose(seen, np.array(COLOURS[colour]) / max(COLOURS[colour]), atol=0.06)
        assert picture[groups == 0].mean() > 0.97
        assert picture.min() >= 0 and picture.max() <= 1


def test_one_relation_holds_and_the_other_does_not(painted):
    for caption, groups in zip(CAPTIONS, painted[1], strict=True):
        relation = told(caption)[1]
        if relation:
            apart, along = (1, 0) if relation == "above" else (0, 1)
            assert spans(groups == 1, apart)[1] < spans(groups == 2, apart)[0]
            (first, last), (other_first, other_last) = (spans(groups == number, along) for number in (1, 2))
            assert first <= other_last and other_first <= last


def test_pictures_of_one_caption_differ_and_a_seed_repeats_them():
    captions = [CAPTIONS[2000]] * 20
    pictures, groups = data.scenes(np.random.default_rng(1), captions)
    assert len({group.tobytes() for group in groups}) > 15
    np.testing.assert_array_equal(data.scenes(np.random.default_rng(1), captions)[0], pictures)


def test_a_caption_of_no_scene_is_an_error():
    with pytest.raises(ValueError, match="no caption 'a cat sitting on a chair'"):
        data.scenes(np.random.default_rng(0), [CAPTIONS[0], "a cat sitting on a chair"])
