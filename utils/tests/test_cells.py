"""unroll.plots: the drawings of cells contain every part of their equations, and every wire ends somewhere."""

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle  # noqa: E402
from unroll import plots  # noqa: E402
from unroll.plots.colours import GATE_COLOURS  # noqa: E402


@pytest.fixture
def drawn(monkeypatch):
    """The last axes drawn, and their alternative text."""
    kept = {}
    monkeypatch.setattr("unroll.plots.cells.figure", lambda title, *, alt: kept.update(axes=plt.gca(), alt=alt))
    yield kept
    plt.close("all")


def ends(axes):
    """Where the arrows end."""
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    return [tuple(arrow._path_original.vertices[-1]) for arrow in arrows]


def into(axes, sign):
    """The number of arrows that end at each circle with this sign."""
    places = [text.get_position() for text in axes.texts if text.get_text() == sign]
    circles = [patch.center for patch in axes.patches if isinstance(patch, Circle)]
    at = [circle for circle in circles for place in places if np.allclose(circle, place, atol=0.05)]
    return sorted(sum(np.hypot(*np.subtract(end, circle)) < 0.3 for end in ends(axes)) for circle in at)


@pytest.mark.parametrize(
    ("cell", "products", "sums"),
    [(plots.rnn_cell, [], [3]), (plots.gru_cell, [2, 2, 2], [2]), (plots.lstm_cell, [2, 2, 2], [2])],
)
def test_products_have_two_factors_and_sums_all_their_terms(drawn, cell, products, sums):
    cell(title="T")
    assert into(drawn["axes"], "×") == products
    assert into(drawn["axes"], "+") == sums


@pytest.mark.parametrize(("cell", "gates"), [(plots.gru_cell, {"r", "u", "c"}), (plots.lstm_cell, {"f", "u", "o", "c"})])
def test_each_gate_has_its_colour_once(drawn, cell, gates):
    cell(title="T")
    boxes = [p for p in drawn["axes"].patches if isinstance(p, FancyBboxPatch)]
    colours = [matplotlib.colors.to_hex(box.get_facecolor()).upper() for box in boxes]
    assert {name for name, colour in GATE_COLOURS.items() if colours.count(colour) == 1} == gates


@pytest.mark.parametrize("cell", [plots.rnn_cell, plots.gru_cell, plots.lstm_cell])
def test_every_arrow_ends_at_a_box_a_circle_or_a_name(drawn, cell):
    cell(title="T")
    places = [text.get_position() for text in drawn["axes"].texts]
    for end in ends(drawn["axes"]):
        assert min(np.hypot(*np.subtract(end, place)) for place in places) < 0.45, end


def test_matrices_side_by_side_are_to_scale(drawn):
    plots.side_by_side(100, [100, 10_000], ["W_{aa}", "W_{ax}"], title="T")
    sizes = [(p.get_width(), p.get_height()) for p in drawn["axes"].patches if isinstance(p, Rectangle)]
    assert sizes == [(100, 100), (10_000, 100)]
    assert drawn["axes"].get_aspect() == 1
    assert "W_{ax} with 10,000 columns" in drawn["alt"]


def test_a_matrix_without_a_name_is_refused(drawn):
    with pytest.raises(ValueError, match="1 names for 2 matrices"):
        plots.side_by_side(3, [1, 2], ["W"], title="T")


def test_values_are_written_into_their_gates_and_said(drawn):
    plots.lstm_cell(title="T", values={"f": 0.981, "u": 0.02, "o": 0.5, "c": -0.4, "x": "bears"})
    written = {text.get_text(): text.get_position() for text in drawn["axes"].texts}
    for gate, number in {r"$\Gamma_f$": "0.98", r"$\Gamma_u$": "0.02", r"$\Gamma_o$": "0.50"}.items():
        assert np.hypot(*np.subtract(written[gate], written[number])) < 0.5
    assert "bears" in written
    assert "At 'bears': forget gate 0.98, update gate 0.02, output gate 0.50, candidate -0.40." in drawn["alt"]
