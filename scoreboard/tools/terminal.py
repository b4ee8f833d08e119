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
_REST_OF_LINE, _REST_OF_SCREEN = "\x1b[K", "\x1b[J"


class Terminal:
    """A terminal that shows one picture at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._open = False
        self._shown: list[str] = []
        self._size = (0, 0)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, now."""
        size = shutil.get_terminal_size()
        return size.columns, size.lines

    def draw(self, lines: Sequence[str]) -> None:
        """Show `lines` and nothing else; writes only the lines that have changed."""
        pieces = [] if self._open else [_ENTER]
        if not self._open or self._size != self.size:
            # A terminal that is given another size may have moved what it shows.
            self._shown, self._size = [], self.size
            pieces.append(f"\x1b[H{_REST_OF_SCREEN}")
        self._open = True
        for row, text in enumerate(lines):
            if row >= len(self._shown) or text != self._shown[row]:
                pieces.append(f"\x1b[{row + 1};1H{text}{_REST_OF_LINE}")
        if len(lines) < len(self._shown):
            pieces.append(f"\x1b[{len(lines) + 1};1H{_REST_OF_SCREEN}")
        self._shown = list(lines)
        if pieces:
            self._stream.write("".join(pieces))
            self._stream.flush()

    def close(self) -> None:
        """Give the terminal back."""
        if self._open:
            self._open = False
            self._stream.write(_LEAVE)
            self._stream.flush()
