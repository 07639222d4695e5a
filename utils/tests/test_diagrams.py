"""unroll.plots: layered graphs and padded batches show what they say."""

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from unroll import plots  # noqa: E402


@pytest.fixture
def drawn(monkeypatch):
    """The last drawing: its axes and its alternative text."""
    kept = {}

    def keep(title, *, alt):
        kept.update(axes=plt.gca(), alt=alt)

    monkeypatch.setattr("unroll.plots.diagrams.figure", keep)
    monkeypatch.setattr("unroll.plots.batches.figure", keep)
    yield kept
    plt.close("all")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_deep_network_has_a_cell_for_each_layer_and_step(drawn):
    plots.layered_graph(4, layers=3, title="T")
    written = texts(drawn["axes"])
    for layer in (1, 2, 3):
        assert sum(text.startswith(f"$a^{{[{layer}]") for text in written) == 4
        assert written.count(f"$W_a^{{[{layer}]}}$") == 3, "the same matrix between all steps of a layer"
    assert sum(text.startswith(r"$\hat{y}") for text in written) == sum(text.startswith("$x") for text in written) == 4
    assert drawn["alt"].startswith("Diagram of 3 recurrent layers unrolled over 4 steps")


def test_a_bidirectional_layer_has_two_cells_at_each_step(drawn):
    plots.layered_graph(3, bidirectional=True, title="T")
    written = texts(drawn["axes"])
    assert sum(text.startswith(r"$\vec{a}") for text in written) == 3
    assert sum(text.startswith(r"$\overleftarrow{a}") for text in written) == 3
    assert drawn["alt"].startswith("Diagram of 1 bidirectional layer unrolled over 3 steps")


def test_arrows_of_the_backward_row_point_to_the_past(drawn):
    plots.layered_graph(3, bidirectional=True, title="T")
    arrows = [patch for patch in drawn["axes"].patches if isinstance(patch, matplotlib.patches.FancyArrowPatch)]
    ways = [np.subtract(*arrow._path_original.vertices[[-1, 0]]) for arrow in arrows]
    level = [dx for dx, dy in ways if abs(dy) < 1e-9]
    assert sorted(np.sign(level)) == [-1, -1, 1, 1]


def test_a_decoder_reads_its_targets_one_step_late(drawn):
    plots.encoder_decoder("12+9", "21", title="T")
    rows = {y: [text.get_text() for text in drawn["axes"].texts if text.get_position()[1] == y] for y in (0, 1.3, 2.6)}
    assert rows == {0: [*"12+9", "<EOS>", "2", "1"], 1.3: ["$a$"] * 4 + ["$s$"] * 3, 2.6: ["2", "1", "<EOS>"]}
    assert "reads <EOS> 2 1 and has to predict 2 1 <EOS>" in drawn["alt"]
    with pytest.raises(ValueError, match="at least one token"):
        plots.encoder_decoder("", "21", title="T")


@pytest.mark.parametrize(("steps", "layers"), [(1, 1), (3, 0)])
def test_networks_too_small_are_refused(steps, layers):
    with pytest.raises(ValueError, match="at least two steps and one layer"):
        plots.layered_graph(steps, layers=layers, title="T")


def test_a_batch_is_written_cell_by_cell_and_coloured_by_its_mask(drawn):
    rows = [["He", "said", "<PAD>"], ["Teddy", "bears", "$5"]]
    mask = [[True, True, False], [True, True, True]]
    plots.batch(rows, mask, title="T", alt="A")
    assert texts(drawn["axes"]) == [word for row in rows for word in row]
    (mesh,) = drawn["axes"].collections
    np.testing.assert_array_equal(np.ravel(mesh.get_array()), np.ravel(mask))
    mesh.update_scalarmappable()
    assert len({tuple(colour) for colour in mesh.get_facecolor()}) == 2


@pytest.mark.parametrize("mask", [[[True, True]], [[True], [True]]])
def test_a_mask_of_another_shape_is_refused(mask):
    with pytest.raises(ValueError, match="the mask has the shape"):
        plots.batch([["a", "b"], ["c", "d"]], mask, title="T", alt="A")


def test_the_gradient_goes_back_to_the_start_and_says_what_it_is_multiplied_by(drawn):
    plots.unrolled_graph(3, backward=True, title="T")
    written = texts(drawn["axes"])
    assert written.count(r"$\hat{y} - y$") == 3
    assert [text for text in written if "delta" in text] == [
        rf"$W_{{aa}}^{{\top}} \delta^{{\langle {t} \rangle}}$" for t in (1, 2, 3)
    ]
    arrows = [patch for patch in drawn["axes"].patches if isinstance(patch, matplotlib.patches.FancyArrowPatch)]
    back = [arrow._path_original.vertices for arrow in arrows if arrow.get_linestyle() == "--"]
    assert min(vertices[-1][0] for vertices in back) < 0.7, "one arrow reaches a<0>"


@pytest.mark.parametrize(("kind", "steps"), [("one-to-one", 1), ("many-to-one", 3)])
def test_the_gradient_is_described_where_it_is_drawn(drawn, kind, steps):
    plots.unrolled_graph(steps, kind=kind, backward=True, title="T")
    between = any("delta" in text for text in texts(drawn["axes"]))
    assert ("W_aa" in drawn["alt"]) == ("back to a<0>" in drawn["alt"]) == between == (steps > 1)
    assert drawn["alt"].endswith(".")


def test_an_output_that_is_read_next_is_named_at_its_arrow(drawn):
    plots.unrolled_graph(3, kind="one-to-many", title="T")
    read = [text for text in texts(drawn["axes"]) if text.startswith("reads ")]
    assert read == [rf"reads $\hat{{y}}^{{\langle {t} \rangle}}$" for t in (1, 2)]
