"""Tools for the notebooks of the Unroll course."""

import os

from unroll.checks import check

# TensorFlow logs details about the machine at every start, in red, and students take them for errors. This silences most of it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__all__ = ["check"]
__version__ = "0.1.0"
