"""
Pace: how fast somebody may come, ask or speak.

Rule: what was used of a pace is one number, the time until which it is used up, so that a
connection keeps eight bytes for it and nothing has to be filled up again. Pure.

This is the generic cell rate algorithm: each thing uses up `step_s` seconds, from now on or
from where the last one ended; what lies more than `span_s` ahead is too fast.

Source: ITU-T I.371, annex A; security page, L2, L3, L9 and L20.
"""

from __future__ import annotations

import attrs

#: Seconds by which a sum of steps may be wrong: clocks count from 1970.
_SLACK_S = 1e-5


@attrs.frozen
class Pace:
    """
    A pace.

    Attributes:
        step_s: seconds that one more uses up; 0: there is no limit.
        span_s: seconds that may be used up ahead of now.
    """

    step_s: float
    span_s: float

    @classmethod
    def of(cls, per_s: float, burst: float) -> Pace:
        """
        So many a second in the long run, and `burst` at once after a silence.

        Args:
            per_s: 0: no limit.
        """
        step_s = 1 / per_s if per_s else 0.0
        return cls(step_s, step_s * max(burst, 1.0))

    def more(self, used: float, now: float, count: int = 1) -> float | None:
        """
        One more, or some.

        Args:
            used: the time until which the pace is used up; 0 at first.
            now: seconds.

        Returns:
            Until when it is used up then; None if that is too fast.
        """
        until = max(used, now) + self.step_s * count
        return None if until - now > self.span_s + _SLACK_S else until

    def late_s(self, used: float, now: float) -> float:
        """Seconds until one more is not too fast."""
        return max(0.0, used + self.step_s - now - self.span_s)


#: No limit at all.
ANY = Pace.of(0, 0)
