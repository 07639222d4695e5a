"""What the notebooks of the Unroll course import."""

from unroll.checks import check

__all__ = ["check"]
__version__ = "0.1.0"
