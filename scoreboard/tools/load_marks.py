"""
When each event was sent: a table that the feeder writes and the followers read.

Rule: a time stands in the table before the event can have arrived. Nothing is added to the
events for it, so that what is measured is what real followers get. Shell.

Times are CLOCK_MONOTONIC, which all processes of a machine share.
"""

from __future__ import annotations

import mmap
from pathlib import Path

#: Positions of a game that are remembered; a power of two.
SLOTS = 1 << 16


class Marks:
    """
    The table of some games, in a file that several processes have mapped.

    Args:
        path: is made if it is not there; the file is sparse.
        games: how many.
    """

    def __init__(self, path: Path, games: int) -> None:
        size = max(games, 1) * SLOTS * 8
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(size)
            self._map = mmap.mmap(file.fileno(), size)
        self._times = memoryview(self._map).cast("Q")

    def put(self, game: int, seq: int, at: int) -> None:
        """The event at `seq` of `game` is sent at `at`, nanoseconds."""
        self._times[game * SLOTS + seq % SLOTS] = at

    def at(self, game: int, seq: int) -> int:
        """When it was sent; 0 if that is not known."""
        return self._times[game * SLOTS + seq % SLOTS]

    def close(self) -> None:
        """Give the file back."""
        self._times.release()
        self._map.close()
