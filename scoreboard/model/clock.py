"""
Periods and the game clock.

Rule: a period has one absolute index from 1, whatever its kind; a clock value is
milliseconds within its period, in the direction that the ruleset gives. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs


class PeriodKind(Enum):
    """What sort of period it is."""

    REGULATION = "REG"
    OVERTIME = "OT"
    EXTRA_TIME = "ET"  #: soccer
    EXTRA_INNING = "EI"  #: baseball
    SHOOTOUT = "SO"


class Direction(Enum):
    """How the clock is shown."""

    DOWN = "down"  #: value is what is left of the period
    UP = "up"  #: value is what has been played of the period
    NONE = "none"  #: the sport has no clock


class ClockCause(Enum):
    """Why a clock was published."""

    START = "start"
    STOP = "stop"
    SET = "set"
    RESYNC = "resync"
    FEED_SWITCH = "feed_switch"


@attrs.frozen
class Clock:
    """
    A reading of the game clock.

    Attributes:
        period_index: 1 for the first period; absolute, overtime goes on counting.
        value_ms: milliseconds in this period, left or played as the ruleset's direction says.
        running: whether it moves.
        as_of_ms: when it was read, milliseconds UTC; advances only with an observation.
    """

    period_index: int
    value_ms: int
    running: bool = False
    as_of_ms: int | None = None
