"""The first program in a jail built by bubblewrap: it imports what a warm parent would have imported, and becomes the kernel.

The keeper sends its source through standard input, so that no file of the grader exists inside. The source of kernel.py follows
on the descriptor named on the command line.
"""

import contextlib
import importlib
import json
import os
import resource
import socket
import sys
import tarfile
import types
from collections.abc import Callable


def main() -> None:
    line = socket.socket(fileno=int(sys.argv[1]))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    documented = range(9)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number not in (*documented, line.fileno()):
            with contextlib.suppress(OSError):  # the descriptor of the listing itself
                os.close(number)
    try:
        run = _prepare(line)
        line.sendall(b'{"event": "ready"}\n')
        with line.makefile() as stream:
            limits = json.loads(stream.readline())  # without a keeper there is no line, and this raises
        for what, value in limits:
            resource.setrlimit(what, (value, value))
        line.sendall(b'{"event": "started"}\n')
    except BaseException as error:
        line.sendall(json.dumps({"event": "failed", "why": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        os._exit(1)
    line.close()
    run()
    os._exit(0)


def _prepare(line: socket.socket) -> Callable[[], None]:
    """Read what the keeper sends: a line of JSON, then an archive of the submission's files."""
    stream = line.makefile("rb")
    known = json.loads(stream.readline())
    for name, value in known["sys"].items():
        setattr(sys, name, value)
    sys.dont_write_bytecode = True  # with a bind below /tmp, bytecode could be written
    for name in known["modules"]:
        importlib.import_module(name)
    sys.dont_write_bytecode = False
    kernel = types.ModuleType("kernel")
    exec(compile(known["kernel"], "kernel.py", "exec"), kernel.__dict__)
    os.environ.clear()
    os.environ.update(known["environment"])
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        archive.extraction_filter = lambda member, _: member  # it can do no more harm than the kernel itself
        archive.extractall(known["home"])
    stream.detach()
    return lambda: kernel.run_kernel(known["key"], known["seed"], known["packages"])


if __name__ == "__main__":
    main()
