"""Grade nbgrader courses in jailed kernels, with the judge outside them."""

__version__ = "0.1.0"
