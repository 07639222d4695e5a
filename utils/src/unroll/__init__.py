"""What the notebooks of the Unroll course import."""

import os

from unroll.checks import check

# TensorFlow talks about the machine at every start, in red, where a student looks for a mistake. This stops most of it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__all__ = ["check"]
__version__ = "0.1.0"
