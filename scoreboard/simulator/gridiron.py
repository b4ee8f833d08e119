"""
The gridiron: whose ball it is, where, and how far to go.

Rule: `to_goal` is 1-99 whenever a snap is due, and `distance` never reaches past the
goal line. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation

_LENGTH = 100  #: yards from goal line to goal line
_SERIES = 10  #: yards to a first down
_DOWNS = 4


@attrs.define
class Gridiron:
    """
    The field.

    Attributes:
        abbrevs: short names of the sides, for yard lines.
        ball: the side on offence.
        to_goal: yards to the goal line that it attacks.
        down: 1-4.
        distance: yards to a first down.
    """

    abbrevs: Mapping[Side, str]
    ball: Side = Side.HOME
    to_goal: int = 75
    down: int = 1
    distance: int = _SERIES

    def line(self, to_goal: int | None = None) -> str:
        """The yard line as feeds write it: "ALB 29"."""
        far = self.to_goal if to_goal is None else to_goal
        if far == _LENGTH // 2:
            return "50"
        if far > _LENGTH // 2:
            return f"{self.abbrevs[self.ball]} {_LENGTH - far}"
        return f"{self.abbrevs[self.ball.other]} {far}"

    def situation(self) -> FootballSituation:
        """Down and distance."""
        return FootballSituation(self.ball, self.down, self.distance, self.to_goal, self.line())

    def kicking(self, side: Side, to_goal: int) -> FootballSituation:
        """The situation of a kick-off or a try of `side`, outside a series of downs."""
        yards = f"{self.abbrevs[side]} {_LENGTH - to_goal}"
        near = f"{self.abbrevs[side.other]} {to_goal}"
        return FootballSituation(side, None, None, to_goal, yards if to_goal > 50 else near)

    def first_down(self, side: Side, to_goal: int) -> None:
        """`side` has the ball there, first down."""
        self.ball = side
        self.to_goal = min(_LENGTH - 1, max(1, to_goal))
        self.down = 1
        self.distance = min(_SERIES, self.to_goal)

    def advance(self, yards: int) -> bool:
        """
        The ball is down so many yards on, short of the goal line.

        Returns:
            Whether the series goes on: no fourth down has failed.
        """
        gained = yards >= self.distance
        self.to_goal -= yards
        if gained:
            self.first_down(self.ball, self.to_goal)
            return True
        self.distance -= yards
        self.down += 1
        return self.down <= _DOWNS

    def lose_on_downs(self) -> None:
        """The other side has the ball where it lies."""
        self.first_down(self.ball.other, _LENGTH - self.to_goal)

    def penalise(self, yards: int, *, automatic: bool) -> int:
        """
        A foul moves the ball, no further than half the way to a goal line; the down stays.

        Args:
            yards: towards the goal that is attacked if positive.
            automatic: whether it gives a first down.

        Returns:
            The yards that were really walked.
        """
        room = self.to_goal if yards > 0 else _LENGTH - self.to_goal
        walked = min(abs(yards), max(1, room // 2))
        if walked >= room:
            walked = 0
        moved = walked if yards > 0 else -walked
        self.to_goal -= moved
        self.distance -= moved
        if automatic or self.distance <= 0:
            self.first_down(self.ball, self.to_goal)
        self.distance = min(self.distance, self.to_goal)
        return walked
