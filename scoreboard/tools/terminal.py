"""
The terminal as a picture that is drawn over.

Rule: whatever happens, the terminal is left as it was found. Shell.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TextIO

#: The second screen of a terminal, so that the first keeps what stood there; no cursor.
_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"


class Terminal:
    """A terminal that shows one picture at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._open = False
        self._shown: list[str] = []

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, now."""
        size = shutil.get_terminal_size()
        return size.columns, size.lines

    def draw(self, lines: Sequence[str]) -> None:
        """Show `lines` and nothing else; no effect if they are shown already."""
        if self._open and list(lines) == self._shown:
            return
        start = "" if self._open else _ENTER
        self._open, self._shown = True, list(lines)
        body = f"{_REST_OF_LINE}\r\n".join(lines)
        self._stream.write(f"{start}{_HOME}{body}{_REST_OF_LINE}{_REST_OF_SCREEN}")
        self._stream.flush()

    def close(self) -> None:
        """Give the terminal back."""
        if self._open:
            self._open = False
            self._stream.write(_LEAVE)
            self._stream.flush()
