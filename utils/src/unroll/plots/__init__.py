"""Figures in one style: dark text on white, colours that colour-blind readers can tell apart, caption and alternative text.

Call `use_style` once, then draw with Matplotlib as usual and end the cell with `figure`. The figures that recur have
functions of their own, which end with `figure` themselves.
"""

from unroll.plots.charts import gates, gradient_norms, heatmap, training_curves
from unroll.plots.diagrams import unrolled_graph
from unroll.plots.page import PALETTE, figure, style, use_style

__all__ = [
    "PALETTE",
    "figure",
    "gates",
    "gradient_norms",
    "heatmap",
    "style",
    "training_curves",
    "unrolled_graph",
    "use_style",
]
