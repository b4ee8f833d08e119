"""
Trouble with the disk, told to whoever reads the server's own log.

Rule: its beginning and its end are told at once; in between, a line a minute, however many
messages are refused. Pure.
"""

from __future__ import annotations

#: Seconds between two lines about the same trouble.
_EVERY_S = 60.0


class Trouble:
    """
    Whether entries are being refused by the disk, since when, how many.

    Args:
        done: what the disk does with them: "recorded"; "read", where nothing is ever written.
    """

    def __init__(self, done: str = "recorded") -> None:
        self._done = done
        self._since: float | None = None
        self._told = 0.0
        self._refused = 0

    def failed(self, now: float, why: str) -> str | None:
        """
        Something was not recorded.

        Args:
            now: seconds, never decreasing.
            why: names the game and the file.

        Returns:
            What is to be said; None if nothing.
        """
        self._refused += 1
        if self._since is None:
            self._since = self._told = now
            return f"nothing is {self._done}: {why}"
        if now - self._told < _EVERY_S:
            return None
        self._told = now
        lasts = now - self._since
        return f"nothing is {self._done} for {lasts:.0f} s, refused {self._refused} times: {why}"

    def worked(self, now: float) -> str | None:
        """Something was recorded; what is to be said, None if nothing."""
        if self._since is None:
            return None
        lasted = now - self._since
        line = f"{self._done} again after {lasted:.0f} s, refused {self._refused} times"
        self._since, self._refused = None, 0
        return line
