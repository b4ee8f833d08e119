"""
Loop stall: how long somebody who asks the reactor for something waits for it.

Rule: measured from outside of all work, so that nothing that holds the loop can be left
out: a call that is due every few milliseconds, and how late it comes. Shell.

A hold of the loop is seen by the one call that falls into it. So that the quantiles are
those of time and not of calls, a call that comes late stands for all that would have come
meanwhile, each with what it would have waited.
"""

from __future__ import annotations

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from scoreboard.metrics import Durations

#: Seconds from one look to the next: 0.3 % of a core.
PERIOD_S = 0.01


class LoopStall:
    """
    Measures from `start` to `stop`.

    Args:
        clock: the reactor.

    Attributes:
        durations: how late every look was.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self.durations = Durations()
        self._clock = clock
        self._due = 0.0
        self._next: IDelayedCall | None = None

    def start(self) -> None:
        """Begin to look."""
        self._wait()

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _wait(self) -> None:
        self._due = self._clock.seconds() + PERIOD_S
        self._next = self._clock.callLater(PERIOD_S, self._look)

    def _look(self) -> None:
        late_s = max(self._clock.seconds() - self._due, 0.0)
        while late_s > PERIOD_S:
            self.durations.add(late_s * 1_000)
            late_s -= PERIOD_S
        self.durations.add(late_s * 1_000)
        self._wait()
