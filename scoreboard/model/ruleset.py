"""
What a ruleset says: periods, clock, overtime, shoot-out, surface.

Rule: rulesets are data (`scoreboard.sports.rulesets`); nothing here decides by the
name of a league. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.clock import Direction, PeriodKind


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th ..."""
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


@attrs.frozen
class Surface:
    """
    The playing surface, in feet.

    Attributes:
        length_ft: from end to end.
        width_ft: from side to side.
        target_ft: from an end line to the target (hoop, goal line) along the middle.
    """

    length_ft: float
    width_ft: float
    target_ft: float = 0.0


@attrs.frozen
class Timeouts:
    """
    How many timeouts a side has.

    Attributes:
        count: in each span of regulation.
        span: periods for which they hold; then there are `count` again.
        overtime: in each period after regulation, those left over not counted.
    """

    count: int
    span: int
    overtime: int


@attrs.frozen
class Ruleset:
    """
    The rules of one competition, as far as a scoreboard needs them.

    Attributes:
        periods: how many a regulation game has.
        period_ms: length of a regulation period, milliseconds; 0 without a clock.
        overtime_ms: length of an overtime period; 0 if untimed.
        overtime_kind: what a period after regulation is called.
        max_overtimes: how many there can be; None: until decided.
        stoppage_ms: how far a clock that counts up may run over the period's length.
        tenths: whether the clock shows tenths of a second in the last minute.
        may_tie: whether a game may end level.
        shootout: whether a shoot-out may follow overtime.
        shootout_goal: whether the winner of the shoot-out gets one goal in the score.
        period_names: labels of the regulation periods.
        overtime_name: label of an overtime, with {n} for its number.
        sack_is_rush: football: whether a sack is a rush of who was sacked.
        fouls: personal fouls that put a player out; None: they do not.
        timeouts: how many a side has; None: not limited, or not known.
    """

    id: str
    sport: str
    periods: int
    period_ms: int
    overtime_ms: int
    direction: Direction
    period_names: tuple[str, ...]
    overtime_name: str = "OT{n}"
    overtime_kind: PeriodKind = PeriodKind.OVERTIME
    max_overtimes: int | None = None
    stoppage_ms: int = 0
    tenths: bool = False
    may_tie: bool = False
    shootout: bool = False
    shootout_goal: bool = False
    surface: Surface | None = None
    sack_is_rush: bool = False
    fouls: int | None = None
    timeouts: Timeouts | None = None

    def kind(self, period_index: int) -> PeriodKind:
        """What sort of period `period_index` (from 1) is."""
        if period_index <= self.periods:
            return PeriodKind.REGULATION
        if self.max_overtimes is not None and self.shootout:
            last = self.periods + self.max_overtimes
            return PeriodKind.SHOOTOUT if period_index > last else self.overtime_kind
        return self.overtime_kind

    def length_ms(self, period_index: int) -> int:
        """How long the period lasts, milliseconds; 0 if it has no clock."""
        kind = self.kind(period_index)
        if kind is PeriodKind.REGULATION:
            return self.period_ms
        return 0 if kind is PeriodKind.SHOOTOUT else self.overtime_ms

    def label(self, period_index: int) -> str:
        """How the period is called on a scoreboard."""
        if period_index <= len(self.period_names):
            return self.period_names[period_index - 1]
        if self.kind(period_index) is PeriodKind.SHOOTOUT:
            return "SO"
        if self.overtime_kind is PeriodKind.EXTRA_INNING:
            return ordinal(period_index)
        number = period_index - self.periods
        if number == 1:
            return self.overtime_name.replace("{n}", "").strip() or "OT"
        return self.overtime_name.replace("{n}", str(number))
