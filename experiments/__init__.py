"""The runs whose results lectures draw: ``python -m experiments.NAME`` writes ``utils/src/unroll/measured/NAME.json``.

A run that is already in that file is not repeated, so a command that was stopped goes on where it was. To have all of them
again, delete the file first.
"""

import os

for threads in ("OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(threads, "1")  # the matrices are small: more threads would only wait for each other
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
