"""
Progress of long work, on standard error: one line that is written over.

Rule: standard output is for results; without a terminal the line is written rarely and
on lines of its own. Shell.
"""

from __future__ import annotations

import shutil
import sys
from typing import TextIO


class ProgressLine:
    """
    The line.

    Args:
        stream: where it goes; a terminal or not.
        rarely: without a terminal, only every so many-th text is written; 0: none.
    """

    def __init__(self, stream: TextIO | None = None, rarely: int = 0) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._rarely = rarely
        self._shown = 0
        self._width = 0

    def show(self, text: str) -> None:
        """`text` in place of what stood there."""
        self._shown += 1
        if self._terminal:
            columns = shutil.get_terminal_size().columns
            line = text[: columns - 1]
            self._stream.write(f"\r{line:<{self._width}}")
            self._width = len(line)
        elif self._rarely and self._shown % self._rarely == 0:
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def note(self, text: str) -> None:
        """`text` on a line of its own, above the progress."""
        self.clear()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Nothing in its place, so that other output can stand there."""
        if self._terminal and self._width:
            self._stream.write(f"\r{'':<{self._width}}\r")
            self._stream.flush()
        self._width = 0
