"""The CPU seconds that the cells of notebooks take by themselves, in forks of a warm process, two at a time: for grading.py."""

import contextlib
import json
import os
import resource
import sys


def main() -> None:
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import nbformat
    import unroll  # noqa: F401

    cells, running = 0, set()
    for path in sys.argv[1:]:
        notebook = nbformat.read(path, as_version=4)
        sources = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        cells += len(sources)
        if len(running) == 2:  # as in grading: what shares a core with another takes longer
            running.remove(os.wait()[0])
        child = os.fork()
        if child:
            running.add(child)
        else:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            names = {"__name__": "__main__"}
            for source in sources:
                if not source.startswith("check("):
                    with contextlib.suppress(Exception):  # what was left as released
                        exec(compile(source, "cell", "exec"), names)
            os._exit(0)
    while running:
        running.remove(os.wait()[0])
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "cells": cells}))


if __name__ == "__main__":
    main()
