"""
The situation of a game beyond score and clock: one class per sport that has one.

Rule: a field that a source does not give is None, never a guess. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.side import Side


@attrs.frozen
class Possession:
    """Who has the ball (basketball, soccer)."""

    possession: Side | None = None


@attrs.frozen
class FootballSituation:
    """
    Down and distance.

    Attributes:
        down: 1-4; None outside a series of downs.
        distance: yards to a first down.
        yards_to_goal: yards to the opponent's goal line, 1-99.
        yard_line: as the source writes it, "GB 29".
    """

    possession: Side | None = None
    down: int | None = None
    distance: int | None = None
    yards_to_goal: int | None = None
    yard_line: str | None = None


@attrs.frozen
class BaseballSituation:
    """
    Count, outs and bases.

    Attributes:
        half: "top" (visitors bat) or "bottom".
        bases: runner on first, second, third.
    """

    half: str | None = None
    balls: int | None = None
    strikes: int | None = None
    outs: int | None = None
    bases: tuple[bool, bool, bool] | None = None


@attrs.frozen
class HockeySituation:
    """Skaters on the ice, goalkeepers not counted; strength is "5v4", home first."""

    home_skaters: int | None = None
    away_skaters: int | None = None


Situation = Possession | FootballSituation | BaseballSituation | HockeySituation
