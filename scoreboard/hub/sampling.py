"""
Sampling: how long publications take on their way out, measured on one at a time.

Rule: what is not sampled costs nothing but the question whether something is. Pure.

Of all that is published, the next is sampled when the last sample is through: at a busy time
those that come meanwhile are left out, and no clock is asked for each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from scoreboard.hub.tally import Tally


class Sampling:
    """
    The sample that is on its way, if one is.

    Attributes:
        streams: in which it was published, until it was written to somebody.
        number: of the last publication of it.
    """

    def __init__(self, tally: Tally) -> None:
        self.streams: Collection[str] = ()
        self._tally = tally
        self._seconds: Callable[[], float] | None = None
        self.number = 0
        self._began = 0.0

    @property
    def is_on(self) -> bool:
        """Whether one is on its way."""
        return self._seconds is not None

    def begin(self, streams: Collection[str], number: int, seconds: Callable[[], float]) -> None:
        """
        What was just published in `streams` is the sample.

        Args:
            number: of the last of it.
            seconds: the clock.
        """
        self.streams = streams
        self._seconds = seconds
        self.number = number
        self._began = seconds()

    def served(self) -> None:
        """Some who follow one of `streams` were written what they are owed."""
        self.streams = ()
        self._add(first=True)

    def settled(self, flushed: int) -> None:
        """
        A slice is over.

        Args:
            flushed: everything numbered below was given to all who keep up.
        """
        if flushed <= self.number or self._seconds is None:
            return
        # Where nobody follows, nothing was sent.
        if not self.streams:
            self._add(first=False)
        self.streams = ()
        self._seconds = None

    def _add(self, *, first: bool) -> None:
        if self._seconds is not None:
            durations = self._tally.first_sends if first else self._tally.last_sends
            durations.add((self._seconds() - self._began) * 1_000)
