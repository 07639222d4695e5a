"""unroll.plots: every figure reaches the page once, with caption and alternative text, and leaves nothing behind."""

import base64
import html.parser
import io
from unittest.mock import MagicMock

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from unroll import plots, tunes  # noqa: E402
from unroll.plots.colours import contrast  # noqa: E402

TOKENS = "the cat , which already ate the fish , was full".split()
RNG = np.random.default_rng(0)
FIGURES = {
    "heatmap": lambda: plots.heatmap(RNG.normal(size=(5, 11)), columns=TOKENS, title="T", alt="A"),
    "attention": lambda: plots.heatmap(RNG.random((2, 3)), columns="a b c".split(), rows=["x", "y"], title="T", alt="A"),
    "many units": lambda: plots.heatmap(RNG.normal(size=(300, 110)), columns=TOKENS * 10, title="T", alt="A"),
    "one gate": lambda: plots.gates({"Γ_u": RNG.random(11)}, TOKENS, title="T", alt="A"),
    "gates": lambda: plots.gates({"Γ_u": RNG.random((11, 4)), "Γ_r": RNG.random((11, 4))}, TOKENS, title="T", alt="A"),
    "norms": lambda: plots.gradient_norms({"0.8": 0.8 ** np.arange(60), "0": np.zeros(60)}, title="T", alt="A"),
    "curves": lambda: plots.training_curves({"GRU": RNG.random((3, 5)), "LSTM": RNG.random(5)}, title="T", alt="A"),
    "characters": lambda: plots.tokens_by_value("the\ncat " * 20, RNG.exponential(size=160), title="T", alt="A"),
    "words": lambda: plots.tokens_by_value(TOKENS, [np.nan, *RNG.normal(size=10)], title="T", alt="A"),
    "graph": lambda: plots.unrolled_graph(4, title="T"),
    "taught": lambda: plots.encoder_decoder("12+9", "21", title="T"),
    "pictures": lambda: plots.pictures(RNG.random((5, 8, 8, 3)), ["a", "b", "c\nd", "e", "f"], title="T", alt="A"),
    "looks": lambda: plots.looks(RNG.random((8, 8, 3)), TOKENS, RNG.random((11, 4, 2)), title="T", alt="A"),
    "staff": lambda: plots.staff([tunes.notes(bar) for bar in ("GABd2B", "c4zC", "D,6")], title="T"),
    "bptt": lambda: plots.unrolled_graph(4, backward=True, title="T"),
}


@pytest.fixture(autouse=True)
def nothing_left_behind():
    before = matplotlib.rcParams.copy()
    yield
    assert plt.get_fignums() == [], "a figure stayed open"
    assert matplotlib.rcParams == before, "the style stayed on"


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook would be sent to show, in order: pairs of data and metadata."""
    shown = []
    monkeypatch.setattr("IPython.get_ipython", MagicMock())
    monkeypatch.setattr("IPython.display.display", lambda bundle, metadata, raw: shown.append((bundle, metadata)))
    return shown


class Page(html.parser.HTMLParser):
    """Images and captions of a page."""

    def __init__(self, source):
        super().__init__()
        self.images, self.captions, self._in_caption = [], [], False
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes))
        self._in_caption = tag == "figcaption"

    def handle_data(self, text):
        if self._in_caption:
            self.captions.append(text)
            self._in_caption = False


def pixels(bundle):
    return plt.imread(io.BytesIO(base64.b64decode(bundle["image/png"])))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_shown_once_and_is_not_empty(name, notebook):
    assert FIGURES[name]() is None
    ((bundle, _),) = notebook
    (image,) = Page(bundle["text/html"]).images
    assert image["src"].partition(",")[2] == bundle["image/png"]
    assert image["alt"] and Page(bundle["text/html"]).captions == ["T"]
    picture = pixels(bundle)[..., :3]
    assert (picture[:3] == 1).all() and (picture[:, :3] == 1).all(), "the margin is white on every page"
    assert picture.std() > 0.05
    assert picture.shape[1] <= 15 * 144


def test_caption_and_alternative_text_reach_the_html_of_nbconvert(notebook):
    nbconvert = pytest.importorskip("nbconvert")
    import nbformat.v4 as v4

    plt.plot([1, 2, 3])
    plots.figure("Norms < 1", x="t", y="v", alt='A "rising" line & more')
    ((bundle, metadata),) = notebook
    output = v4.new_output("display_data", data=bundle, metadata=metadata)
    source = v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output])])
    for template in ("lab", "classic"):
        page = Page(nbconvert.HTMLExporter(template_name=template).from_notebook_node(source)[0])
        assert [image["alt"] for image in page.images] == ['A "rising" line & more']
        assert page.captions == ["Norms < 1"]
    del output.data["text/html"]
    page = Page(nbconvert.HTMLExporter(template_name="classic").from_notebook_node(source)[0])
    assert [image["alt"] for image in page.images] == ['A "rising" line & more']


def test_outside_a_notebook_a_figure_is_its_text(capsys):
    plt.plot([1, 2])
    plots.figure("Caption", alt="A line.")
    assert capsys.readouterr().out == "Figure: Caption. A line.\n"


def test_labels_and_legend_are_the_callers(monkeypatch):
    kept = []
    monkeypatch.setattr(plots.page.plt, "close", kept.append)
    plt.plot([1, 2], label="GRU")
    plots.figure("T", x="epoch", y="loss", alt="A")
    (axes,) = kept[0].axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert [entry.get_text() for entry in axes.get_legend().get_texts()] == ["GRU"]
    monkeypatch.undo()
    plt.close("all")


def test_an_id_stands_for_a_lectures_alternative_text(capsys):
    plt.plot([1, 2])
    plots.figure("Caption", alt="05.timeline")
    assert capsys.readouterr().out.startswith("Figure: Caption. Three rows over the words. The candidate is 1 at cat")


@pytest.mark.parametrize(
    ("missing", "known"), [("05.timelime", r"lecture 05 has: 05\.timeline, 05\.leak"), ("99.x", "lecture 99 has: none")]
)
def test_an_id_without_a_text_is_told_with_those_there_are(missing, known):
    plt.plot([1, 2])
    with pytest.raises(LookupError, match=known):
        plots.figure("Caption", alt=missing)
    plt.close("all")


@pytest.mark.parametrize(("title", "alt"), [("", "A"), ("T", " ")])
def test_a_figure_without_words_is_refused(title, alt):
    plt.plot([1, 2])
    with pytest.raises(ValueError, match="needs a title and alternative text"):
        plots.figure(title, alt=alt)
    plt.close()


def test_a_figure_without_a_drawing_is_refused():
    for prepare in (lambda: None, plt.subplots):
        prepare()
        with pytest.raises(ValueError, match="Nothing has been drawn that could be shown as 'T'"):
            plots.figure("T", alt="A")
        plt.close("all")


def test_gradient_norms_run_back_from_the_last_step(monkeypatch):
    lines = []
    monkeypatch.setattr("unroll.plots.charts.figure", lambda *_, **__: lines.extend(plt.gca().get_lines()))
    plots.gradient_norms({"one": [0.0, 0.1, 1.0]}, title="T", alt="A")
    np.testing.assert_array_equal(lines[0].get_xydata(), [[0, 1.0], [1, 0.1], [2, np.nan]])
    assert plt.gca().get_yscale() == "log"
    plt.close()


def test_a_band_spans_the_seeds(monkeypatch):
    drawn = []
    monkeypatch.setattr("unroll.plots.charts.figure", lambda *_, **__: drawn.append(plt.gca()))
    plots.training_curves({"GRU": [[3, 2], [5, 4], [10, 1]]}, title="T", alt="A")
    (line,), (band,) = drawn[0].get_lines(), drawn[0].collections
    np.testing.assert_array_equal(line.get_xydata(), [[1, 5], [2, 2]])
    assert {tuple(point) for point in band.get_paths()[0].vertices} >= {(1, 3), (1, 10), (2, 1), (2, 4)}
    plt.close()


@pytest.fixture
def written(monkeypatch):
    """Draws tokens and gives what is written: text, line and ground from left to right."""

    def draw(tokens, values):
        drawn = []
        monkeypatch.setattr("unroll.plots.tokens.figure", lambda *_, **__: drawn.append(plt.gcf().axes[0]))
        plots.tokens_by_value(tokens, values, title="T", alt="A")
        plt.close()
        bars = [bar for container in drawn[0].containers for bar in container]
        texts = [(text.get_text(), text.get_position()) for text in drawn[0].texts]
        assert all(bar.get_x() < x < bar.get_x() + bar.get_width() for bar, (_, (x, _)) in zip(bars, texts, strict=True))
        return [(text, int(y), bar.get_facecolor()[:3]) for bar, (text, (_, y)) in zip(bars, texts, strict=True)]

    return draw


def test_tokens_show_their_spaces_and_end_their_lines(written):
    drawn = written("a b\n\nc", np.arange(6))
    assert [(text, line) for text, line, _ in drawn] == [("a", 0), ("␣", 0), ("b", 0), ("⏎", 0), ("⏎", 1), ("c", 2)]
    lightness = [sum(ground) for _, _, ground in drawn]
    assert lightness == sorted(lightness, reverse=True), "the larger the darker"


def test_tokens_go_on_in_the_next_line_and_keep_their_order(written):
    tokens = [f"word{number}" for number in range(40)]
    drawn = written(tokens, np.ones(40))
    assert [text for text, _, _ in drawn] == tokens
    lines = [line for _, line, _ in drawn]
    assert lines == sorted(lines) and set(lines) == set(range(lines[-1] + 1)) and lines[-1] > 2


def test_a_token_without_a_value_is_white_and_zero_is_the_middle(written):
    grounds = {text: np.array(ground) for text, _, ground in written(list("abcd"), [np.nan, 0, -1, 2])}
    np.testing.assert_array_equal(grounds["a"], 1)
    assert np.ptp(grounds["b"]) < 0.05, "0 has no colour"
    red, _, blue = (grounds["c"] - grounds["d"]) > 0
    assert red != blue, "the two sides have colours of their own"
    assert sum(grounds["d"]) < sum(grounds["c"]) < sum(grounds["b"]), "the farther from 0 the darker"


@pytest.mark.parametrize(
    ("kind", "steps", "inputs", "outputs"),
    [
        ("one-to-one", 1, 1, 1),
        ("one-to-many", 4, 1, 4),
        ("many-to-one", 4, 4, 1),
        ("many-to-many", 4, 4, 4),
        ("encoder-decoder", 5, 3, 2),
    ],
)
def test_a_graph_is_described_as_it_is_drawn(kind, steps, inputs, outputs, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "unroll.plots.diagrams.figure", lambda title, alt: seen.append(([text.get_text() for text in plt.gca().texts], alt))
    )
    plots.unrolled_graph(steps, kind=kind, title="T")
    ((texts, alt),) = seen
    assert sum(text.startswith("$x") for text in texts) == inputs
    assert sum(text.startswith(r"$\hat{y}") for text in texts) == outputs
    assert f": {inputs} input" in alt and f", {outputs} output" in alt
    plt.close()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="2 tokens for 3 columns"):
        plots.heatmap(np.zeros((1, 3)), columns=["a", "b"], title="T", alt="A")
    with pytest.raises(ValueError, match="1 names for 2 rows"):
        plots.heatmap(np.zeros((2, 1)), columns=["a"], rows=["x"], title="T", alt="A")
    plt.close("all")
    with pytest.raises(ValueError, match="2 captions for 1 pictures"):
        plots.pictures(np.zeros((1, 4, 4, 3)), ["a", "b"], title="T", alt="A")
    with pytest.raises(ValueError, match="1 maps for 2 words"):
        plots.looks(np.zeros((4, 4, 3)), ["a", "b"], np.ones((1, 2, 2)), title="T", alt="A")
    with pytest.raises(ValueError, match=r"A grid of \(3, 2\) does not divide a picture of \(4, 4\) pixels"):
        plots.looks(np.zeros((4, 4, 3)), ["a"], np.ones((1, 3, 2)), title="T", alt="A")
    with pytest.raises(ValueError, match="no gates to draw"):
        plots.gates({}, [], title="T", alt="A")
    with pytest.raises(ValueError, match=r"2 tokens for values of shape \(3,\)"):
        plots.tokens_by_value("ab", np.zeros(3), title="T", alt="A")
    with pytest.raises(ValueError, match="no tokens to draw"):
        plots.tokens_by_value("", [], title="T", alt="A")
    with pytest.raises(ValueError, match="no kind 'few' of network; there are one-to-one, "):
        plots.unrolled_graph(3, kind="few", title="T")
    for kind, steps in (("one-to-one", 2), ("many-to-one", 1)):
        with pytest.raises(ValueError, match=f"kind {kind} has"):
            plots.unrolled_graph(steps, kind=kind, title="T")


def test_the_palette_tells_colours_apart_and_from_white():
    assert len(set(plots.PALETTE)) == len(plots.PALETTE)
    assert all(contrast(colour, "white") > 2 for colour in plots.PALETTE)
    with plots.style():
        assert all(
            matplotlib.font_manager.FontProperties(size=matplotlib.rcParams[key]).get_size_in_points() >= 10
            for key in ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
        )
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.PALETTE)


def test_use_style_is_taken_only_when_asked_for():
    with matplotlib.rc_context():
        plots.use_style()
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.PALETTE)


def test_a_map_of_zeros_and_ones_has_no_decimals_no_zeros_and_no_colour_bar(monkeypatch):
    kept = {}
    monkeypatch.setattr("unroll.plots.charts.figure", lambda title, *, alt: kept.update(figure=plt.gcf()))
    plots.heatmap(np.eye(3), columns=["a", "b", "c"], rows=["x", "y", "z"], title="T", alt="A")
    (axes,) = kept["figure"].axes
    assert [text.get_text() for text in axes.texts] == ["1", "1", "1"]
    plt.close("all")


def test_what_would_read_zero_stays_blank(monkeypatch):
    kept = {}
    monkeypatch.setattr("unroll.plots.charts.figure", lambda title, *, alt: kept.update(figure=plt.gcf()))
    plots.heatmap(np.array([[0.004, 0.3, -0.004, 0]]), columns=list("abcd"), rows=["x"], title="T", alt="A")
    assert [text.get_text() for text in kept["figure"].axes[0].texts] == ["0.30"]
    plt.close("all")


def test_letters_stand_upright_however_many_there_are(monkeypatch):
    kept = {}
    monkeypatch.setattr("unroll.plots.charts.figure", lambda title, *, alt: kept.update(figure=plt.gcf()))
    plots.heatmap(np.linspace(0, 1, 120)[None], columns=list("ACGT" * 30), title="T", alt="A")
    assert {label.get_rotation() for label in kept["figure"].axes[0].get_xticklabels()} == {0}
    plt.close("all")


def test_slides_are_one_figure_with_the_alternative_text_of_each(notebook):
    with plots.slides("Both"):
        for number in (1, 2):
            plt.plot([0, number])
            plots.figure(f"line {number}", alt=f"A line to {number}.")
    ((bundle, metadata),) = notebook
    page = Page(bundle["text/html"])
    assert [image["alt"] for image in page.images] == ["A line to 1.", "A line to 2."]
    assert page.captions == ["Both"]
    assert metadata["image/png"]["alt"] == "A line to 2.", "the picture for viewers without HTML"
    assert "A line to 1." in bundle["text/plain"]


def test_slides_without_a_figure_are_refused(notebook):
    with pytest.raises(ValueError, match="Nothing has been drawn that could be shown as .None"), plots.slides("None"):
        pass
    plt.plot([0, 1])
    plots.figure("after", alt="A line.")
    assert len(notebook) == 1, "a figure after slides is shown by itself"


def test_every_run_has_a_dot_of_its_own_next_to_its_place():
    plots.dots({2: [1.0, 0.5, 1.0], 1: [0.5, 0.5, 0.25]})
    drawn = {
        (round(x, 6), y) for line in plt.gca().lines if line.get_marker() == "o" for x, y in zip(*line.get_data(), strict=True)
    }
    assert drawn == {(0.65, 0.5), (1.0, 0.5), (1.35, 0.25), (1.65, 1.0), (2.0, 0.5), (2.35, 1.0)}
    medians = [line.get_ydata()[0] for line in plt.gca().lines if line.get_marker() != "o"]
    assert medians == [0.5, 1.0]
    plt.close("all")
