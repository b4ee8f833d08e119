"""
The rink: where shots are taken, how many go in, and who is short of players.

Rule: a minor penalty ends with its time or with a goal against; a side has three
skaters at least. Pure.
"""

from __future__ import annotations

import math

import attrs

from scoreboard.model.play import Place
from scoreboard.model.side import Side
from scoreboard.model.situation import HockeySituation
from scoreboard.simulator.chance import Chance

_LENGTH_FT = 200.0
_WIDTH_FT = 85.0
_GOAL_LINE_FT = 11.0  #: from the end boards

_FULL = 5  #: skaters of a side
_LEAST = 3  #: skaters that a side keeps whatever it does
_OVERTIME = 3  #: skaters of a side in overtime of the regular season

#: Upper end of the distance to the goal, feet: shots on goal from there, and share that goes
#: in. Measured on 5 recorded PWHL games (2026-01-28 and one of four overtimes): 25 goals of
#: 351; by tens of feet 8 of 33, 6 of 61, 5 of 55, 3 of 59, 2 of 47, 1 of 49, none of 47. The
#: four ordinary games had 5.0 goals of 57.8 shots each, so that the shares are a little higher.
_SHOTS: dict[int, tuple[float, float]] = {
    10: (33, 0.26),
    20: (61, 0.11),
    30: (55, 0.095),
    40: (59, 0.055),
    50: (47, 0.04),
    60: (49, 0.025),
    75: (33, 0.005),
}
_WEIGHTS = {upto: weight for upto, (weight, _) in _SHOTS.items()}

_NEAR_FT = 20  #: from here on nobody tips a puck in, and nearer nobody takes a slap shot
_NEAR_KINDS = ("wrist", "wrist", "snap", "backhand", "tip")
_FAR_KINDS = ("wrist", "wrist", "snap", "slap")


@attrs.frozen
class Attempt:
    """A shot before it is known what becomes of it."""

    place: Place
    distance_ft: float
    goes_in: float
    kind: str


def attempt(draw: Chance, *, nearest: int = 0) -> Attempt:
    """
    A shot from somewhere.

    Args:
        nearest: least distance, feet, for shots that others stand in the way of.
    """
    upto = draw.weighted({far: weight for far, weight in _WEIGHTS.items() if far > nearest})
    far = draw.between(max(3, upto - 10), upto)
    angle = math.radians(draw.bell(0, 30, -70, 70))
    out = far * math.cos(angle)
    across = max(-_WIDTH_FT / 2, min(_WIDTH_FT / 2, far * math.sin(angle)))
    place = Place(
        x=round(100 * (1 - (_GOAL_LINE_FT + out) / _LENGTH_FT), 1),
        y=round(100 * (0.5 + across / _WIDTH_FT), 1),
    )
    far = round(math.hypot(out, across), 1)
    kinds = _NEAR_KINDS if far < _NEAR_FT else _FAR_KINDS
    return Attempt(place, far, _SHOTS[upto][1], draw.one_of(kinds))


@attrs.frozen
class Penalty:
    """
    Who is short of a player.

    Attributes:
        until_ms: when it ends, milliseconds of the game.
        minor: whether a goal against ends it before.
    """

    side: Side
    until_ms: int
    minor: bool


class Strength:
    """How many skaters each side has."""

    def __init__(self) -> None:
        self._penalties: list[Penalty] = []
        self._pulled: Side | None = None
        self._base = _FULL

    def overtime(self) -> None:
        """From here on there are three of each."""
        self._base = _OVERTIME

    def add(self, penalty: Penalty) -> None:
        """A side loses a player."""
        self._penalties.append(penalty)

    def pull(self, side: Side | None) -> None:
        """`side` plays without its goalkeeper; None: both have theirs."""
        self._pulled = side

    @property
    def pulled(self) -> Side | None:
        """Whose goal is empty."""
        return self._pulled

    def next_return_ms(self) -> int | None:
        """When the next penalty ends; None if there is none."""
        return min((penalty.until_ms for penalty in self._penalties), default=None)

    def expire(self, now_ms: int) -> None:
        """Penalties whose time is up are over."""
        self._penalties = [p for p in self._penalties if p.until_ms > now_ms]

    def goal_against(self, side: Side) -> None:
        """A goal against a side that is short ends its oldest minor penalty."""
        minor = next((p for p in self._penalties if p.side is side and p.minor), None)
        if minor is not None and self.skaters(side) < self.skaters(side.other):
            self._penalties.remove(minor)

    def skaters(self, side: Side) -> int:
        """Skaters of `side` now; in overtime a penalty gives the other side one more."""
        missing = sum(penalty.side is side for penalty in self._penalties)
        extra = 1 if self._pulled is side else 0
        if self._base == _OVERTIME:
            against = sum(penalty.side is side.other for penalty in self._penalties)
            return min(_FULL, _OVERTIME + max(0, against - missing)) + extra
        return max(_LEAST, _FULL - missing) + extra

    def situation(self) -> HockeySituation:
        """Both counts, as a situation."""
        return HockeySituation(self.skaters(Side.HOME), self.skaters(Side.AWAY))
