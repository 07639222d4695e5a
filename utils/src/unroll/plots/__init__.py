"""Figures in one style: dark text on white, colour-blind safe colours, a caption and alternative text.

Call `use_style` once, then draw with Matplotlib as usual and end the cell with `figure`. The functions for recurring
figures call `figure` themselves.
"""

from unroll.plots.batches import batch
from unroll.plots.cells import gru_cell, lstm_cell, rnn_cell, side_by_side
from unroll.plots.charts import dots, gates, gradient_norms, heatmap, training_curves
from unroll.plots.colours import LETTERS, PALETTE
from unroll.plots.diagrams import encoder_decoder, layered_graph, unrolled_graph
from unroll.plots.page import figure, slides, style, use_style
from unroll.plots.pictures import looks, pictures
from unroll.plots.staff import staff
from unroll.plots.tokens import tokens_by_value

__all__ = [
    "LETTERS",
    "PALETTE",
    "batch",
    "dots",
    "encoder_decoder",
    "figure",
    "gates",
    "gradient_norms",
    "gru_cell",
    "heatmap",
    "layered_graph",
    "looks",
    "lstm_cell",
    "pictures",
    "rnn_cell",
    "side_by_side",
    "slides",
    "staff",
    "style",
    "tokens_by_value",
    "training_curves",
    "unrolled_graph",
    "use_style",
]
