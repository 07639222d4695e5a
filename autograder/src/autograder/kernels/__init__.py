"""Kernels that run what students hand in: a warm parent, a jail around each fork, and the way Jupyter reaches them."""
