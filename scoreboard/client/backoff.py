"""
How long to wait before connecting again.

Rule: followers that were dropped together must not come back together, and none comes
back before the time that the server asked for. Pure: the random number is an argument.

Source: "full jitter": the wait is drawn from the whole of a range that doubles.
"""

from __future__ import annotations

import attrs

_MS = 1000

#: The range stops to double here, whatever the base: 2**30 of anything is over any cap.
_MOST_DOUBLINGS = 30


@attrs.frozen
class Backoff:
    """
    The state of waiting: how often connecting has failed in a row.

    Attributes:
        base_s: the longest first wait, seconds; a server that only restarted is back by then.
        cap_s: the longest wait, seconds, but for what a server asks.
        stable_s: a connection that lived so long, seconds, was a good one.
        failures: in a row.
    """

    base_s: float = 1.0
    cap_s: float = 30.0
    stable_s: float = 10.0
    failures: int = 0

    def ended(self, lived_s: float | None) -> Backoff:
        """
        After a connection that ended, or that was not made.

        Args:
            lived_s: seconds during which it was of use; None if never. A server that
                accepts and hangs up at once is no better than one that refuses.
        """
        good = lived_s is not None and lived_s >= self.stable_s
        return attrs.evolve(self, failures=1 if good else self.failures + 1)

    def wait_s(self, chance: float, hint_ms: int | None = None) -> float:
        """
        Seconds to wait now.

        Args:
            chance: a random number, 0 or more and below 1.
            hint_ms: what the server asked to wait, milliseconds. It is a floor: the
                jitter comes on top, since everybody was told the same.
        """
        doublings = min(max(0, self.failures - 1), _MOST_DOUBLINGS)
        ceiling = min(self.cap_s, self.base_s * float(1 << doublings))
        return max(0, hint_ms or 0) / _MS + chance * ceiling
