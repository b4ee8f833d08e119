"""
The two sides of a game.

Rule: inside the program a play belongs to a side; team ids appear only in the
game's meta and on the wire, so that a feed that calls a team otherwise cannot
give points to nobody. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs


class Side(Enum):
    """Who, of the two."""

    HOME = "home"
    AWAY = "away"

    @property
    def other(self) -> Side:
        """The opponent."""
        return Side.AWAY if self is Side.HOME else Side.HOME


@attrs.frozen
class Score:
    """Points of both sides; also used for a difference of points, which may be negative."""

    home: int = 0
    away: int = 0

    def of(self, side: Side) -> int:
        """The points of `side`."""
        return self.home if side is Side.HOME else self.away

    def plus(self, side: Side, points: int) -> Score:
        """This score with `points` more for `side`."""
        if side is Side.HOME:
            return Score(self.home + points, self.away)
        return Score(self.home, self.away + points)

    def __add__(self, other: Score) -> Score:
        return Score(self.home + other.home, self.away + other.away)

    def __sub__(self, other: Score) -> Score:
        return Score(self.home - other.home, self.away - other.away)

    def __neg__(self) -> Score:
        return Score(-self.home, -self.away)

    @property
    def leader(self) -> Side | None:
        """The side that is ahead, None when level."""
        if self.home == self.away:
            return None
        return Side.HOME if self.home > self.away else Side.AWAY


#: Nobody has scored, or nothing has changed.
NO_POINTS = Score()
