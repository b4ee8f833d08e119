"""
The playbook: what a football side calls, given the score, the clock and the field.

Rule: only decisions; nothing happens here. Pure.
"""

from __future__ import annotations

from enum import Enum, auto

import attrs

from scoreboard.simulator.chance import Chance
from scoreboard.simulator.gridiron import Gridiron

_HALF = 2  #: the period that ends the first half
_LAST = 4  #: the last period of regulation; overtime is like it
_GOAL_POSTS = 17  #: yards from the line of scrimmage to the posts, beyond those to the goal line
_LONGEST_KICK = 55  #: yards of a field goal that is tried on an ordinary day
_OWN_GOAL_YARDS = 94  #: yards to go from which on nobody kneels: the own goal line is too near
_CHIP_SHOT_S = 12  #: seconds before the end of a half in which a field goal cannot wait


class Call(Enum):
    """What is called."""

    SNAP = auto()  #: a rush or a pass
    KNEEL = auto()  #: time runs out for the other side
    FIELD_GOAL = auto()
    PUNT = auto()


@attrs.frozen
class Moment:
    """
    What a side sees before it calls.

    Attributes:
        lead: points by which it leads; negative if it trails.
        left_s: seconds left of the period.
        stops: time-outs that the other side has left.
    """

    field: Gridiron
    period: int
    lead: int
    left_s: float
    stops: int

    @property
    def kick_yards(self) -> int:
        """How far a field goal is."""
        return self.field.to_goal + _GOAL_POSTS

    @property
    def can_kneel(self) -> bool:
        """Whether the other side will not get the ball again; 40 s for each down left."""
        downs = max(0, 4 - self.field.down - self.stops)
        room = self.field.to_goal < _OWN_GOAL_YARDS
        return self.period == _LAST and self.lead > 0 and self.left_s < 40 * downs and room

    @property
    def must_kick(self) -> bool:
        """Whether the half ends after this play and three points help."""
        helps = self.period == _HALF or (self.period >= _LAST and -3 <= self.lead <= 0)
        return helps and self.left_s < _CHIP_SHOT_S


def call(moment: Moment, draw: Chance) -> Call:
    """What the offence calls."""
    near = moment.kick_yards <= _LONGEST_KICK
    if moment.can_kneel:
        return Call.KNEEL
    if near and moment.must_kick:
        return Call.FIELD_GOAL
    if moment.field.down < 4 or _goes_for_it(moment, draw, near=near):
        return Call.SNAP
    return Call.FIELD_GOAL if near else Call.PUNT


def _goes_for_it(moment: Moment, draw: Chance, *, near: bool) -> bool:
    """Whether a fourth down is played: 38 of 229 were on the recorded Sunday."""
    field = moment.field
    if moment.period >= _LAST and moment.lead < 0 and moment.left_s < 270:
        return not (near and (moment.lead >= -3 or moment.left_s > 180))
    if field.distance <= 1 and field.to_goal < 60:
        return draw.happens(0.5)
    return not near and field.to_goal < 45 and draw.happens(0.4)
