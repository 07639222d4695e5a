"""The notebook that is executed: the source's cells, with the student's work in its place."""

import copy

from nbformat import NotebookNode, from_dict
from unroll.checks.rebuilding import rebuilt


def rebuild(source: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """Build the notebook to grade from the source and from what the student wrote (:func:`unroll.checks.rebuilding.rebuilt`).

    Parameters
    ----------
    source
        As in :attr:`autograder.assignment.Source.graded`.
    submitted
        As returned by :func:`autograder.intake.submission.parse_notebook`.
    """
    cells = rebuilt(source.cells, submitted.cells)
    return from_dict({"cells": cells, "metadata": copy.deepcopy(source.metadata), "nbformat": 4, "nbformat_minor": 5})
