"""
Pace: how real time and game time pass in one game.

Rule: real time never goes back, and game time passes only while the clock runs; what
the clock shows is always whole in the ruleset's smallest unit. Pure: time is counted
here, not read.
"""

from __future__ import annotations

import attrs

from scoreboard.model.clock import Clock, Direction
from scoreboard.model.message import Message
from scoreboard.model.ruleset import Ruleset

SECOND = 1_000  #: milliseconds
MINUTE = 60_000  #: milliseconds

#: Below this a clock of a ruleset with tenths shows tenths, milliseconds.
_LAST_MINUTE = MINUTE


@attrs.frozen
class Timed:
    """A message and the moment when the feed sends it, milliseconds UTC."""

    at_ms: int
    message: Message


@attrs.define
class GameClock:
    """
    The clock on the wall of the arena, and the time of day.

    Attributes:
        now_ms: the time of day, milliseconds UTC.
        played_ms: what has been played of the period.
        length_ms: of the period; 0 if it has no clock.
    """

    ruleset: Ruleset
    now_ms: int
    period_index: int = 0
    played_ms: int = 0
    length_ms: int = 0
    running: bool = False

    @property
    def left_ms(self) -> int:
        """What is left of the period; negative in stoppage time."""
        return self.length_ms - self.played_ms

    @property
    def value_ms(self) -> int | None:
        """What the clock shows; None in a period without one."""
        if not self.length_ms:
            return None
        return self.left_ms if self.ruleset.direction is Direction.DOWN else self.played_ms

    def reading(self) -> Clock | None:
        """What the clock shows, as a value; None in a period without one."""
        shown = self.value_ms
        if shown is None:
            return None
        return Clock(self.period_index, shown, self.running, self.now_ms)

    def begin(self, period_index: int, length_ms: int | None = None) -> None:
        """A new period, its clock set and standing; `length_ms` if not as the ruleset says."""
        whole = self.ruleset.length_ms(period_index) if length_ms is None else length_ms
        self.period_index, self.length_ms = period_index, whole
        self.played_ms, self.running = 0, False

    def whole(self, ms: float) -> int:
        """`ms` in whole units of the clock, never negative, never more than is left."""
        tenths = self.ruleset.tenths and self.left_ms <= _LAST_MINUTE
        unit = 100 if tenths else SECOND
        rounded = max(0, round(ms / unit) * unit)
        if self.ruleset.direction is Direction.DOWN:
            return min(rounded, self.left_ms)
        return rounded

    def run(self, ms: int) -> None:
        """Both times pass."""
        self.now_ms += ms
        self.played_ms += ms

    def wait(self, ms: float) -> None:
        """Only the time of day passes."""
        self.now_ms += max(0, round(ms))
