"""A program at a terminal of its own, as a person runs it."""

import os
import pty
import re
import select
import time
from pathlib import Path

SECONDS = 120


class Terminal:
    """A program at a terminal: what it printed so far, and a way to type."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.printed = ""
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)

    def wait_for(self, pattern: str) -> re.Match:
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.printed)):
            text = self._read()
            assert text and time.monotonic() < deadline, self.printed
            self.printed += text
        return found

    def type(self, text: str) -> None:
        os.write(self._file, text.encode())

    def status(self) -> int:
        """The exit status, after the end."""
        while text := self._read():
            self.printed += text
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        """Close the terminal, which ends what still runs there."""
        os.close(self._file)

    def _read(self) -> str:
        assert select.select([self._file], [], [], SECONDS)[0], f"nothing more came: {self.printed}"
        try:
            return os.read(self._file, 65536).decode(errors="replace")
        except OSError:  # what Linux says when the other end is closed
            return ""
