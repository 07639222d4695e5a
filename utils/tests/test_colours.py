"""unroll.plots.colours: letters can be read on what they stand on."""

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib.figure import Figure  # noqa: E402
from matplotlib.text import Text  # noqa: E402
from unroll import plots  # noqa: E402
from unroll.plots.colours import GATE_COLOURS, INK, LETTERS, PALETTE, contrast, letters_on  # noqa: E402

READABLE = 4.5
VALUES = {"r": 0.1, "u": 0.2, "f": 0.9, "o": 0.5, "c": -0.3, "x": "cats"}
DRAWINGS = {
    "graph": lambda: plots.unrolled_graph(3, kind="one-to-many", title="T"),
    "taught": lambda: plots.encoder_decoder("12+9", "21", title="T"),
    "halves": lambda: plots.unrolled_graph(4, kind="encoder-decoder", title="T"),
    "back": lambda: plots.unrolled_graph(3, backward=True, title="T"),
    "layers": lambda: plots.layered_graph(2, layers=2, bidirectional=True, title="T"),
    "rnn": lambda: plots.rnn_cell(title="T"),
    "gru": lambda: plots.gru_cell(values={letter: VALUES[letter] for letter in "rucx"}, title="T"),
    "lstm": lambda: plots.lstm_cell(values={letter: VALUES[letter] for letter in "fuocx"}, title="T"),
    "dots and a legend": lambda: plots.training_curves({"GRU": np.ones((3, 5))}, title="T", alt="A"),
}


def test_contrast_is_that_of_the_guidelines():
    assert contrast("black", "white") == contrast("white", "black") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01), "the lightest grey that passes"
    assert contrast("red", "red") == 1


@pytest.mark.parametrize("name", ["cividis", "PuOr", "Blues"])
def test_letters_can_be_read_on_every_colour_of_a_map(name):
    shades = matplotlib.colormaps[name](np.linspace(0, 1, 256))
    assert min(contrast(letters_on(tuple(shade)), tuple(shade)) for shade in shades) >= READABLE


def test_dark_letters_can_be_read_on_the_gates():
    assert min(contrast(INK, ground) for ground in GATE_COLOURS.values()) >= READABLE


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_of_a_drawing_can_be_read(name, monkeypatch):
    faint = []

    def look(self, *_, **__):
        labels = [text for text in self.findobj(Text) if text.get_visible() and text.get_text().strip()]
        assert labels
        faint.extend(
            (label.get_text(), label.get_color()) for label in labels if contrast(label.get_color(), "white") < READABLE
        )

    monkeypatch.setattr(Figure, "savefig", look)
    monkeypatch.setattr("unroll.plots.page._show", lambda *_: None)
    DRAWINGS[name]()
    assert faint == []


def test_letters_are_the_palettes_colours_but_darker():
    assert all(contrast(colour, "white") >= READABLE for colour in LETTERS)
    hues = [
        [matplotlib.colors.rgb_to_hsv(matplotlib.colors.to_rgb(colour))[0] for colour in some]
        for some in (LETTERS, PALETTE[:3])
    ]
    np.testing.assert_allclose(*hues, atol=0.02)
