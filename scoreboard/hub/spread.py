"""
Spreading: what thousands follow is written with rests in between, so that others get through.

Rule: nothing waits longer for rests than a given time, counted from when there was first more to
write than a slice takes; and who is behind does not rest. Pure.

# Note [Why a node should not write as fast as it can]

A node is fair to its games: who follows a cold one waits one slice. What is behind the node is
not. A few thousand writes in twenty milliseconds stand in one queue at the balancer, in the
network and on the processors that they share, and whatever comes next stands behind them. So
between two slices there is a rest of up to `REST` times what the slice took, the shorter the
longer there has been something to write. With little to do one slice is enough and there is no
rest; with so much to do that it lasts, there is none either.
"""

from __future__ import annotations

#: How long a rest is at first, in slices.
REST = 12.0
#: Seconds of a slice between rests: some hundred writes.
SLICE_S = 0.0005


class Spread:
    """
    When to rest.

    Args:
        within_s: seconds over which what one slice does not take is spread; 0: never rest.
    """

    def __init__(self, within_s: float = 0.0) -> None:
        self._within_s = within_s
        self._since: float | None = None

    def slice_s(self, now: float, otherwise: float) -> float:
        """
        How long to write before others have their turn, seconds.

        Args:
            otherwise: how long if there is nothing to spread.
        """
        return SLICE_S if self._left_s(now) > 0 else otherwise

    def rest_s(self, began: float, ended: float) -> float:
        """Seconds to rest after a slice that left something to write."""
        if self._since is None:
            self._since = began
        left_s = self._left_s(ended)
        if left_s <= 0:
            return 0.0
        return min(REST * (ended - began) * left_s / self._within_s, left_s)

    def rested(self) -> None:
        """Everything was written."""
        self._since = None

    def _left_s(self, now: float) -> float:
        """Seconds until there are no rests any more."""
        return self._within_s if self._since is None else self._since + self._within_s - now
