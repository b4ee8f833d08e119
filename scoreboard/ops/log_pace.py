"""
How many lines of one kind the server's log has a second.

Rule: what strangers cause may fill no disk: of each kind so many lines are written in a second,
the others are counted, and the next line that is written is preceded by how many they were. Pure.

Source: security page, L22.
"""

from __future__ import annotations

from collections.abc import Hashable

#: Seconds over which lines of a kind are counted.
_WINDOW_S = 1.0

#: Kinds that are known at a time: there are as many as there are places in the code that log.
MAX_KINDS = 1_000


class LogPace:
    """
    Counts lines by kind.

    Args:
        most: lines of one kind in a second; 0: all.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        # Kind -> when its second began, and its lines since.
        self._windows: dict[Hashable, tuple[float, int]] = {}

    def take(self, kind: Hashable, now: float) -> tuple[bool, int]:
        """
        A line of that kind.

        Returns:
            Whether it is to be written, and how many were not since the last time.
        """
        if not self._most:
            return True, 0
        began, count = self._windows.get(kind, (now, 0))
        held_back = 0
        # A clock that is set back begins anew, too.
        if not 0 <= now - began < _WINDOW_S:
            held_back = max(0, count - int(self._most))
            began, count = now, 0
        if len(self._windows) >= MAX_KINDS and kind not in self._windows:
            self._windows.clear()
        self._windows[kind] = (began, count + 1)
        return count < self._most, held_back
