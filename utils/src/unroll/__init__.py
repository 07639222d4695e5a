"""What the notebooks of the Unroll course import."""

import os

from unroll.checks import check

# TensorFlow talks about the processor at every start, in red, where a student looks for a mistake.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

__all__ = ["check"]
__version__ = "0.1.0"
