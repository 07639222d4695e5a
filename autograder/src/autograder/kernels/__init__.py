"""Kernels that run student code: a warm parent, a jail around each fork, and their connection to Jupyter."""
